// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dap.launch.MemorySize;
import dev.vmcsmith.dap.launch.RunOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(name = "run", mixinStandardHelpOptions = true,
        description = {"Compile and run a setup (.hv), or boot an ELF image, a Linux kernel or a flat binary;",
            "print its life cycle, its VM exits and what it sends to the serial port."},
        footer = {"",
            "The machine is a PC without disk, display or PCI: COM1 to COM4, ports 0xE9 (characters) and 0xF4 (exit), fw_cfg, two 8259, "
                + "8254, RTC/CMOS, I/O APIC, local APICs, ACPI's timer. Firmware is ACPI tables and the BIOS data area. A reset through "
                + "0x92, 0xCF9, 0x64 or an INIT of processor 0 ends the run unless it is "
                + "started with --reboot, or CMOS byte 0xF holds 5 or 0xA: then processor 0 goes on in real mode at the far address in "
                + "the words at 0x467. Power-off through 0x604 ends it.",
            "There is no SMM: no SMI ever comes, RSM is #UD, and VM entries that concern SMM fail. NMIs come from interrupt commands, I/O "
                + "APIC entries and LVT entries with delivery mode 4, and from nowhere else.", "",
            "Exit code: 0 the expectations hold; 1 they do not, the setup has errors, or the machine stopped abnormally; 2 bad input.",
            "Of several files: 0 when all are good.",
            "A foreign image chooses its own: writing V to port 0xF4 exits with (V << 1) | 1, of which the shell sees 8 bits, as with "
                + "QEMU's isa-debug-exit; power-off and reset exit with 0."})
final class RunCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE|EXAMPLE", arity = "1..*",
            description = "a setup, an ELF image, a Linux kernel (bzImage; --module gives its initial RAM disk) or the name of an "
                + "example; several are run one after the other")
    private List<String> programs;

    @Option(names = "--junit-xml", paramLabel = "FILE", description = "write a report in JUnit's XML format: one test per expectation")
    private Path junitXml;

    @Option(names = "--cpu", paramLabel = "PROFILE", description = {"name or file of a CPU profile",
            "(default: the setup's; bochs-skylake-x for an image that names none)"})
    private String cpu;

    @Option(names = "--memory", paramLabel = "SIZE", description = "memory of the machine, such as 64 (MiB) or 2GiB",
            converter = Size.class)
    private Long memory;

    @Option(names = "--cpus", paramLabel = "N", description = "number of processors")
    private Integer cpus;

    @Option(names = "--max-instructions", paramLabel = "N", converter = Count.class,
            description = "end a run after so many instructions (default: 10_000_000_000)")
    private Long maxInstructions;

    @Option(names = "--append", paramLabel = "TEXT", description = "the command line of the image or kernel")
    private String commandLine;

    @Option(names = "--serial", paramLabel = "FILE|-", description = "where serial output goes; - is standard output, unmarked")
    private String serial;

    @Option(names = "--no-check", description = "run in spite of errors that the checks find")
    private boolean noCheck;

    @Option(names = "--gdb", paramLabel = "PORT", description = {"wait for gdb on this port of the loopback interface (0 chooses one);",
        "in gdb: target remote :PORT"})
    private Integer gdbPort;

    @Option(names = "--gdb-registers", paramLabel = "32|64", description = {"which registers gdb is told of (default: as the ELF file's "
        + "class has them);", "64 for a 64-bit hypervisor in a 32-bit file, with gdb reading the symbols from a 64-bit one"})
    private Integer gdbRegisters;

    @Option(names = "--quiet", description = "print serial output and the verdict only")
    private boolean quiet;

    @ArgGroup(exclusive = false, validate = false, heading = "%nBooting:%n")
    private BootArguments boot = new BootArguments();

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<InputFile> files = programs.stream().map(boot::file).toList();
        if (files.size() > 1 && serial != null && !serial.equals(Run.STANDARD_OUTPUT)) {
            throw new BadInput("the serial output of several files would not fit in one: run them one by one, or use --serial -");
        }
        RunOptions options = new RunOptions(cpu, memory, cpus, maxInstructions, commandLine, boot.modules(), boot.mode());
        if (gdbPort != null) {
            if (files.size() > 1) {
                throw new BadInput("a debugger debugs one program: name one file with --gdb");
            }
            return new GdbRun(console, files.getFirst(), options, !noCheck, boot, gdbPort, gdbRegisters()).execute();
        }
        if (gdbRegisters != null) {
            throw new BadInput("--gdb-registers is for gdb: give --gdb PORT too");
        }
        JUnitReport report = new JUnitReport();
        int worst = ExitCode.GOOD;
        for (InputFile file : files) {
            if (files.size() > 1) {
                console.out().println("== " + file.path());
            }
            int code = new Run(console, file, options, !noCheck, boot, serial, quiet, report).execute();
            worst = files.size() == 1 ? code : code == ExitCode.GOOD ? worst : ExitCode.FAILED;
        }
        if (junitXml != null) {
            report.write(junitXml);
        }
        return worst;
    }

    /** Reads a size of memory. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return MemorySize.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Reads a positive number, {@code _} between digits allowed. */
    static final class Count implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                long value = Long.parseLong(text.replace("_", ""));
                if (value > 0) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // falls through to the message
            }
            throw new TypeConversionException("\"" + text + "\" is not a number above 0");
        }
    }

    private OptionalInt gdbRegisters() {
        if (gdbRegisters == null) {
            return OptionalInt.empty();
        }
        if (gdbRegisters != 32 && gdbRegisters != 64) {
            throw new BadInput("--gdb-registers " + gdbRegisters + " is neither: give 32 or 64");
        }
        return OptionalInt.of(gdbRegisters);
    }
}
