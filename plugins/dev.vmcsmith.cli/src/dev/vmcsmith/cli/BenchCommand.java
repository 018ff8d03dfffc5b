// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.cli.bench.Bochs;
import dev.vmcsmith.cli.bench.OurMachine;
import dev.vmcsmith.cli.bench.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "bench", mixinStandardHelpOptions = true,
        description = {"Measure how fast the machine runs some workloads, and Bochs beside it where that is installed:",
            "integer, calls (and branches), sieve, memory (random reads under an EPT of 4-KByte pages), and how many VM exits a second "
                + "it takes: cpuid, vmcall, io, ept (violations)."},
        footer = {"",
            "Each workload is a bootable image that writes a dot to COM1 after a known piece of work; the fastest stretch of at least a "
                + "third of the time counts, on both emulators. Bochs boots the same image from a CD through GRUB.",
            "Seconds are of the processor time that an emulator gets, so that what else the computer does hardly counts.", "",
            "Exit code: 0 good; 1 a ratio is below its floor, or a workload did not run; 2 bad input."})
final class BenchCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--seconds", paramLabel = "N", description = "how long to measure each workload, 0.1 to 600 (default: ${DEFAULT-VALUE})",
            defaultValue = "5")
    private double seconds;

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "these workloads only, separated by commas")
    private List<String> only = List.of();

    @Option(names = "--no-bochs", description = "do not run Bochs even if it is installed")
    private boolean noBochs;

    @Option(names = "--write-images", paramLabel = "FOLDER", description = "write the workloads' ELF images to a folder and measure nothing")
    private Path writeTo;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text (default) or json")
    private String format = "text";

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        boolean json = OutputFormat.of(format) == OutputFormat.JSON;
        if (!(seconds >= 0.1 && seconds <= 600)) {
            throw new BadInput("--seconds takes a number from 0.1 to 600, not " + seconds);
        }
        List<Workload> workloads = chosen();
        try {
            if (writeTo != null) {
                return writeImages(workloads);
            }
            Path folder = Files.createTempDirectory("vmcsmith-bench");
            try {
                return measure(workloads, folder, json);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            console.complain(e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private List<Workload> chosen() {
        String known = Workload.ALL.stream().map(Workload::name).collect(Collectors.joining(", "));
        for (String name : only) {
            if (Workload.ALL.stream().noneMatch(workload -> workload.name().equals(name))) {
                throw new BadInput("there is no workload \"" + name + "\": give one of " + known);
            }
        }
        return Workload.ALL.stream().filter(workload -> only.isEmpty() || only.contains(workload.name())).toList();
    }

    private int writeImages(List<Workload> workloads) throws IOException {
        Files.createDirectories(writeTo);
        for (Workload workload : workloads) {
            console.out().println(workload.image(writeTo));
        }
        return ExitCode.GOOD;
    }

    private int measure(List<Workload> workloads, Path folder, boolean json) throws IOException, InterruptedException {
        List<String> missing = noBochs ? List.of() : Bochs.missing();
        Bochs bochs = noBochs || !missing.isEmpty() ? null : Bochs.installed(seconds);
        OurMachine ours = new OurMachine(seconds);
        BenchReport report = new BenchReport(console.out(), json, bochs != null);
        for (Workload workload : workloads) {
            double rate = ours.measure(workload, folder);
            report.add(new BenchReport.Line(workload, rate, bochs == null ? Double.NaN : bochs.measure(workload, folder)));
            console.out().flush();
        }
        report.finish(bochs == null ? null : bochs.version());
        if (!missing.isEmpty()) {
            console.complain("Bochs is not compared, for want of " + String.join(", ", missing) + "; install with: apt-get install "
                    + Bochs.PACKAGES);
        }
        return report.good() ? ExitCode.GOOD : ExitCode.FAILED;
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.forEach(all::addFirst);
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }

    /** A rate for people, with three digits. */
    static String rate(double perSecond) {
        if (Double.isNaN(perSecond)) {
            return "nothing";
        }
        String[] units = {"", " k", " M", " G"};
        int unit = 0;
        double value = perSecond;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, value >= 100 ? "%.0f%s" : value >= 10 ? "%.1f%s" : "%.2f%s", value, units[unit]);
    }
}
