// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dumps.Dumps;
import dev.vmcsmith.dumps.diagnosis.Processor;
import dev.vmcsmith.dumps.diagnosis.Report;
import dev.vmcsmith.vmx.CpuProfiles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "diagnose", mixinStandardHelpOptions = true,
        description = "Say what is wrong with the VMCS dumps in a text: logs of Linux KVM, Xen, QEMU, bhyve, hyperkit, HAXM, NoirVisor, "
                + "HyperPlatform and VirtualBox, C sources that write a VMCS; as pasted, with quoting, prefixes and wrapped lines.",
        footer = {"", "Exit code: 0 nothing wrong is found; 1 a rule of VM entry is violated; 2 there is no dump, or bad input."})
final class DiagnoseCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE|-", description = "a text file; - is standard input")
    private String file;

    @Option(names = "--cpu", paramLabel = "PROFILE",
            description = "name or file of the processor's profile, or \"all\"; may be repeated; without it, the capability MSRs in the "
                    + "text")
    private List<String> cpus = new ArrayList<>();

    @Option(names = "--format", paramLabel = "FORMAT", description = "text (default), json or sarif")
    private String format = "text";

    DiagnoseCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Report.Format wanted = format();
        List<Processor> processors = processors(cpus);
        PastedInput input = PastedInput.of(file);
        Report report = Report.of(input.name(), Dumps.read(input.text()), processors);
        if (report.isEmpty()) {
            throw new BadInput("no VMCS dump and no capability MSR is recognised in " + input.name());
        }
        console.out().print(report.write(wanted));
        return report.hasFindings() ? ExitCode.FAILED : ExitCode.GOOD;
    }

    private Report.Format format() {
        return switch (format) {
            case "text" -> Report.Format.TEXT;
            case "json" -> Report.Format.JSON;
            case "sarif" -> Report.Format.SARIF;
            default -> throw new BadInput("there is no format \"" + format + "\": give text, json or sarif");
        };
    }

    private static List<Processor> processors(List<String> names) {
        List<Processor> processors = new ArrayList<>();
        for (String name : names) {
            if (name.equals(Cpus.ALL)) {
                CpuProfiles.names().forEach(each -> processors.add(Processor.of(CpuProfiles.named(each))));
            } else {
                processors.add(Processor.of(Cpus.profile(name)));
            }
        }
        return processors;
    }
}
