// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli.bench;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.ElfWriter;
import dev.vmcsmith.lang.CompileOptions;
import dev.vmcsmith.lang.CompiledSetup;
import dev.vmcsmith.lang.Setups;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program whose speed is measured. Its source is the resource {@code NAME.hv} beside this class; the constant {@code WORK} there says
 * how much it does between two dots.
 *
 * @param name short name, for the user to choose it
 * @param title what it does
 * @param unit what is counted, in the plural
 * @param floor the speed that it shall have at least, as a multiple of that on Bochs
 */
public record Workload(String name, String title, String unit, double floor) {
    /** All workloads, in the order in which they run. */
    public static final List<Workload> ALL = List.of(
            new Workload("integer", "integer loop", "instructions", 0.3),
            new Workload("calls", "calls and branches", "instructions", 0.3),
            new Workload("sieve", "sieve of 256 KiB", "sieves", 0.3),
            new Workload("memory", "random memory under 4K EPT", "reads", 2),
            new Workload("cpuid", "CPUID exits", "exits", 3),
            new Workload("vmcall", "VMCALL exits", "exits", 3),
            new Workload("io", "I/O exits", "exits", 3),
            new Workload("ept", "EPT violations", "exits", 3));

    private static final Pattern WORK = Pattern.compile("(?m)^const WORK = ([0-9_]+)$");

    /** The setup. */
    public String source() {
        try (InputStream in = Workload.class.getResourceAsStream(name + ".hv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the resource " + name + ".hv cannot be read", e);
        }
    }

    /** Units done between two dots. */
    public long work() {
        Matcher work = WORK.matcher(source());
        if (!work.find()) {
            throw new IllegalStateException(name + ".hv has no constant WORK");
        }
        return Long.parseLong(work.group(1).replace("_", ""));
    }

    /**
     * Compiles it.
     *
     * @param folder where the source is put for the compiler
     */
    public BootImage compile(Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".hv"), source());
        CompiledSetup compiled = Setups.compile(file, CompileOptions.DEFAULT);
        return compiled.image().orElseThrow(() -> new IllegalStateException(name + ".hv: " + compiled.problems()));
    }

    /** Compiles it to an ELF file. */
    public Path image(Path folder) throws IOException {
        return Files.write(folder.resolve(name + ".elf"), ElfWriter.write(compile(folder)));
    }
}
