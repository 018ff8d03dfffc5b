// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dumps.diagnosis.Json;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "cpu", mixinStandardHelpOptions = true,
        description = {"List the CPU profiles and what their VMX can do; with a profile, decode its VMX capability MSRs;",
            "with --missing, list the instructions that the machine does not have and answers with #UD."},
        footer = {"",
            "A file is a profile of our own format, or the output of rdmsr or vmxcap, a VirtualBox log or an AIDA64 register dump.",
            "In the list: yes, - (no) and ? (the profile's source does not show it).", "", "Exit code: 0 good; 2 bad input."})
final class CpuCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "NAME|FILE", arity = "0..1", description = "a CPU profile by its name or file")
    private String cpu;

    @Option(names = "--missing", description = "list the instructions of the instruction table that the machine has no semantics for")
    private boolean missing;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text (default) or json")
    private String format = "text";

    CpuCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        boolean json = OutputFormat.of(format) == OutputFormat.JSON;
        if (missing && cpu != null) {
            throw new BadInput("--missing is about the machine, whatever its CPU: give it without a profile");
        }
        if (missing) {
            show(json, MissingInstructions::json, () -> MissingInstructions.print(console.out()));
        } else if (cpu == null) {
            show(json, CpuList::json, () -> CpuList.print(console.out()));
        } else {
            CpuDetails details = new CpuDetails(Cpus.profile(cpu));
            show(json, details::json, () -> details.print(console.out()));
        }
        return ExitCode.GOOD;
    }

    private void show(boolean json, Supplier<Object> value, Runnable text) {
        if (json) {
            console.out().print(Json.write(value.get()));
        } else {
            text.run();
        }
    }
}
