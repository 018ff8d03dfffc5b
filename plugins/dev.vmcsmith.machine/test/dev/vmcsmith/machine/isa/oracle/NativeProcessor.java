// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The build machine's own processor, where it is an x86-64 with Linux and gcc. */
final class NativeProcessor {
    private final Path directory;
    private final Path program;

    private NativeProcessor(Path directory, Path program) {
        this.directory = directory;
        this.program = program;
    }

    /** Compiles the native side in a folder, or returns null when this machine cannot. */
    static NativeProcessor in(Path directory) throws IOException, InterruptedException {
        boolean here = System.getProperty("os.arch").equals("amd64") && System.getProperty("os.name").equals("Linux");
        if (!here || !Files.isExecutable(Path.of("/usr/bin/gcc"))) {
            return null;
        }
        Path source = directory.resolve("native.c");
        try (InputStream in = NativeProcessor.class.getResourceAsStream("native.c")) {
            Files.copy(in, source);
        }
        Path program = directory.resolve("native");
        Process gcc = new ProcessBuilder("/usr/bin/gcc", "-O1", "-o", program.toString(), source.toString()).inheritIO().start();
        return gcc.waitFor() == 0 ? new NativeProcessor(directory, program) : null;
    }

    /** Whether the kernel lets a program run 32-bit code. */
    boolean runs32BitCode() {
        Case nop = new Case(null, 32, false, new byte[] {(byte) 0x90}, 1);
        return run(List.of(nop)).get(0).vector == ProcessorState.NONE;
    }

    /** Flags of {@code /proc/cpuinfo}. */
    static List<String> features() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(l -> l.startsWith("flags")).findFirst()
            .map(l -> List.of(l.substring(l.indexOf(':') + 2).split(" "))).orElse(List.of());
    }

    /** Runs the cases and returns the states that they leave, in order. */
    List<ProcessorState> run(List<Case> cases) {
        ByteBuffer in = ByteBuffer.allocate(cases.size() * ProcessorState.RECORD);
        for (Case c : cases) {
            c.start().write(in, c.bits, c.floats, c.code);
        }
        try {
            Path input = directory.resolve("in");
            Path output = directory.resolve("out");
            Files.write(input, in.array());
            Process process = new ProcessBuilder(program.toString()).redirectInput(input.toFile()).redirectOutput(output.toFile()).start();
            int code = process.waitFor();
            ByteBuffer out = ByteBuffer.wrap(Files.readAllBytes(output));
            if (out.capacity() != in.capacity()) {
                throw new AssertionError("the native side ended with " + code + " at case " + out.capacity() / ProcessorState.RECORD);
            }
            List<ProcessorState> states = new ArrayList<>(cases.size());
            for (int n = 0; n < cases.size(); n++) {
                ProcessorState s = new ProcessorState();
                s.read(out);
                states.add(s);
            }
            return states;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
