// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dap.launch.BootFiles;
import dev.vmcsmith.dap.launch.LaunchFailure;
import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.machine.BootModule;
import dev.vmcsmith.machine.FlatMode;
import dev.vmcsmith.machine.Machine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What the user says of how a program is put into the machine, and what it finds there. */
final class BootArguments {
    private static final String STANDARD_INPUT = "-";

    @Option(names = "--module", paramLabel = "FILE[=TEXT]",
            description = "load a file as a boot module, with its command line (default: its name); may be repeated")
    private List<String> modules = new ArrayList<>();

    @Option(names = "--flat", paramLabel = "ADDRESS",
            description = "FILE is a binary without a header: load it to this physical address (0x1000, 1MiB) and enter it there")
    private String flat;

    @Option(names = "--mode", paramLabel = "MODE",
            description = {"with --flat: enter it in real, protected (default) or long mode;", "segments are flat, in long mode the first 4 "
                + "GiB are mapped to themselves, interrupts are off, the stack grows down from the binary"})
    private String mode;

    @Option(names = "--reboot", description = {"after a reset or a triple fault load FILE again and go on, as a PC does;",
        "by default the run ends there"})
    private boolean reboot;

    @Option(names = "--serial-input", paramLabel = "FILE|-",
            description = "what arrives at COM1, as fast as it is read; - is standard input, read to its end before the run")
    private String serialInput;

    boolean reboots() {
        return reboot;
    }

    /** Tells the machine what the arguments ask of it. */
    void prepare(Machine machine) {
        machine.setReboots(reboot);
    }

    /** The file to run. */
    InputFile file(String program) {
        if (mode != null && flat == null) {
            throw new BadInput("--mode is for a flat binary: give it with --flat ADDRESS");
        }
        if (flat != null && !modules.isEmpty()) {
            throw new BadInput("--module is for a multiboot image: a flat binary gets none");
        }
        return flat == null ? InputFile.runnable(program) : InputFile.binary(program);
    }

    /** The mode of a flat binary; null for an image. */
    FlatMode mode() {
        if (flat == null) {
            return null;
        }
        return read(() -> BootFiles.mode(mode));
    }

    /** The flat binary as an image of one segment. */
    BootImage image(InputFile file) {
        long address = address();
        return read(() -> BootFiles.flat(file.path(), address, mode()));
    }

    private long address() {
        String text = flat.replace("_", "");
        int unit = text.endsWith("MiB") ? 20 : text.endsWith("KiB") ? 10 : 0;
        String digits = unit == 0 ? text : text.substring(0, text.length() - 3).strip();
        try {
            long value = Long.decode(digits);
            if (value >= 0 && value <= Long.MAX_VALUE >> unit) {
                return value << unit;
            }
        } catch (NumberFormatException e) {
            // falls through to the message
        }
        throw new BadInput("--flat takes an address such as 0x1000 or 1MiB, not \"" + flat + "\"");
    }

    /** The modules, read. */
    List<BootModule> modules() {
        return read(() -> BootFiles.modules(modules));
    }

    /** What goes into a machine. */
    private interface Reader<T> {
        T read() throws LaunchFailure;
    }

    private static <T> T read(Reader<T> reader) {
        try {
            return reader.read();
        } catch (LaunchFailure e) {
            throw new BadInput(e.getMessage());
        }
    }

    /** The modules as the user named them. */
    List<String> moduleTexts() {
        return modules;
    }

    /** The address of a flat binary as the user wrote it; null for an image. */
    String flatAddress() {
        return flat;
    }

    /** The name of the mode of a flat binary; null is the default. */
    String modeName() {
        return mode;
    }

    /**
     * The file of the serial input; null when there is none.
     *
     * @throws BadInput when it is standard input, which is not for a debugger
     */
    String serialInput() {
        if (STANDARD_INPUT.equals(serialInput)) {
            throw new BadInput("--serial-input - is not for --gdb: name a file");
        }
        return serialInput;
    }

    /** Puts the serial input on the wire. */
    void sendSerialInput(Machine machine) {
        if (serialInput == null) {
            return;
        }
        try {
            byte[] bytes = serialInput.equals(STANDARD_INPUT) ? System.in.readAllBytes()
                    : read(() -> BootFiles.read(serialInput));
            for (byte b : bytes) {
                machine.serialInput(b & 0xFF);
            }
        } catch (IOException e) {
            throw new BadInput("standard input cannot be read: " + e.getMessage());
        }
    }
}
