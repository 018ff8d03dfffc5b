// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dap.launch.Launch;
import dev.vmcsmith.dap.launch.LaunchFailure;
import dev.vmcsmith.dap.launch.RunOptions;
import dev.vmcsmith.dap.launch.Verdict;
import dev.vmcsmith.image.ImageFile;
import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.SerialPort;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** One run of a setup or an image from loading to the verdict. */
final class Run {
    static final String STANDARD_OUTPUT = "-";

    private final Console console;
    private final InputFile file;
    private final RunOptions options;
    private final boolean check;
    private final BootArguments boot;
    private final String serialTo;
    private final boolean quiet;
    private final JUnitReport report;

    /** @param report hears how the run ended */
    Run(Console console, InputFile file, RunOptions options, boolean check, BootArguments boot, String serialTo, boolean quiet,
            JUnitReport report) {
        this.console = console;
        this.file = file;
        this.options = options;
        this.check = check;
        this.boot = boot;
        this.serialTo = serialTo;
        this.quiet = quiet;
        this.report = report;
    }

    int execute() {
        Launch launch;
        try {
            launch = open();
        } catch (LaunchFailure e) {
            if (e.details().isEmpty()) {
                throw new BadInput(e.getMessage());
            }
            e.details().forEach(console.out()::println);
            console.complain(e.getMessage());
            report.cannotRun(file.path(), e.details());
            return ExitCode.FAILED;
        }
        if (serialTo == null || serialTo.equals(STANDARD_OUTPUT)) {
            return run(launch, console.out(), serialTo == null);
        }
        try (PrintStream to = new PrintStream(new BufferedOutputStream(Files.newOutputStream(Path.of(serialTo))), false,
                StandardCharsets.UTF_8)) {
            return run(launch, to, false);
        } catch (IOException e) {
            throw new BadInput(serialTo + " cannot be written: give the name of a file in a folder that exists and may be written");
        }
    }

    /** An image is read directly, so that nothing of the language is loaded for it. */
    private Launch open() throws LaunchFailure {
        if (file.kind() == InputFile.Kind.SETUP) {
            return Launch.open(file.path(), options, check);
        }
        if (file.kind() == InputFile.Kind.BINARY) {
            return Launch.of(file.path(), boot.image(file), options);
        }
        try {
            return Launch.of(file.path(), ImageFile.read(file.path()), options);
        } catch (ImageFormatException e) {
            throw new BadInput(e.getMessage());
        }
    }

    private int run(Launch launch, PrintStream serialOut, boolean marked) {
        SerialLines serial = new SerialLines(serialOut, marked);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        long start = System.nanoTime();
        launch.machine().addObserver(new MachineObserver() {
            @Override
            public void onSerial(SerialPort port, int value) {
                output.write(value);
                serial.accept(port, value);
            }

            @Override
            public void onDebugConsole(int value) {
                serial.acceptConsole(value);
            }
        });
        boot.prepare(launch.machine());
        boot.sendSerialInput(launch.machine());
        launch.machine().addObserver(launch.expectations());
        if (!quiet) {
            launch.machine().addObserver(new LifeCycleReport(console.out(), launch.image().symbols(), serial,
                    launch.machine().cpus()));
        }
        StopReason reason;
        try (Flusher flusher = new Flusher(serialOut); Flusher lines = new Flusher(console.out())) {
            reason = launch.machine().run(StopCondition.NONE.withMaxInstructions(options.instructionLimit()));
        }
        serial.completeLine();
        Verdict verdict = launch.verdict(reason);
        verdict.lines().forEach(console.out()::println);
        if (reason instanceof StopReason.InstructionLimit limit) {
            console.complain("if it is to run longer, give --max-instructions more than " + limit.limit());
        }
        report.ran(launch, verdict, output.toString(StandardCharsets.UTF_8), (System.nanoTime() - start) / 1e9);
        return verdict.exitCode();
    }
}
