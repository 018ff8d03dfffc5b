// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.launch;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.machine.BootModule;
import dev.vmcsmith.machine.FlatMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Files that go into a machine beside a setup or an image, as users name them. */
public final class BootFiles {

    private BootFiles() {
    }

    /**
     * Reads a file.
     *
     * @throws LaunchFailure saying what to do when it cannot be read
     */
    public static byte[] read(String path) throws LaunchFailure {
        try {
            return Files.readAllBytes(Path.of(path));
        } catch (IOException | InvalidPathException | OutOfMemoryError e) {
            throw new LaunchFailure("\"" + path
                    + "\" cannot be read: give the path of a file that exists, may be read and fits into memory");
        }
    }

    /** Reads multiboot modules: {@code PATH} or {@code PATH=COMMAND-LINE}. */
    public static List<BootModule> modules(List<String> texts) throws LaunchFailure {
        List<BootModule> modules = new ArrayList<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            String path = equals < 0 ? text : text.substring(0, equals);
            byte[] bytes = read(path);
            modules.add(new BootModule(equals < 0 ? Path.of(path).getFileName().toString() : text.substring(equals + 1), bytes));
        }
        return modules;
    }

    /** The mode of a flat binary by its name; null is protected mode. */
    public static FlatMode mode(String name) throws LaunchFailure {
        try {
            return name == null ? FlatMode.PROTECTED : FlatMode.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new LaunchFailure("there is no mode \"" + name + "\": give real, protected or long");
        }
    }

    /** A binary without a header as an image of one segment. */
    public static BootImage flat(Path program, long address, FlatMode mode) throws LaunchFailure {
        byte[] bytes = read(program.toString());
        if (bytes.length == 0) {
            throw new LaunchFailure(program + " is empty: give a file with code in it");
        }
        String name = program.getFileName().toString();
        return BootImage.builder(name, mode.bits() == 64 ? 64 : 32).entry(address)
                .segment(Segment.of(name, address, bytes, Segment.READ | Segment.WRITE | Segment.EXECUTE)).build();
    }
}
