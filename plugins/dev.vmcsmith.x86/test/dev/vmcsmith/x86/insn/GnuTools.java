// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs GNU {@code as} and {@code objdump}, where they are installed, as a second opinion on encodings. */
final class GnuTools {
    /** One line of objdump. */
    record Line(long address, int length, String text) {
    }

    private GnuTools() {
    }

    static boolean installed() {
        try {
            return run(List.of("as", "--version")).startsWith("GNU assembler")
                && run(List.of("objdump", "--version")).startsWith("GNU objdump");
        } catch (IOException e) {
            return false;
        }
    }

    /** Disassembles raw code that starts at address 0. */
    static List<Line> objdump(byte[] code, int bits) throws IOException {
        Path file = Files.createTempFile("code", ".bin");
        try {
            Files.write(file, code);
            String machine = bits == 16 ? "i8086" : bits == 32 ? "i386" : "i386:x86-64";
            return lines(run(List.of("objdump", "-D", "-b", "binary", "-m", machine, "-M", "intel,intel64", "-w", "--insn-width=16",
                file.toString())));
        } finally {
            Files.delete(file);
        }
    }

    /** Assembles lines with GNU as and disassembles the result; each line is preceded by a label so that errors stay local. */
    static List<Line> asAndObjdump(List<String> source, int bits, List<String> errors) throws IOException {
        Path text = Files.createTempFile("code", ".s");
        Path object = Files.createTempFile("code", ".o");
        try {
            List<String> all = new ArrayList<>();
            all.add(".intel_syntax noprefix");
            all.add(".code" + bits);
            all.addAll(source);
            Files.write(text, all);
            String log = run(List.of("as", "--64", "-mintel64", "-o", object.toString(), text.toString()));
            for (String line : log.split("\n")) {
                if (line.contains("Error")) {
                    int at = line.indexOf(".s:") + 3;
                    int number = Integer.parseInt(line.substring(at, line.indexOf(':', at))) - 3;
                    errors.add(source.get(number) + " -- " + line.substring(line.indexOf("Error")));
                }
            }
            if (!errors.isEmpty()) {
                return List.of();
            }
            String machine = bits == 16 ? "i8086" : bits == 32 ? "i386" : "i386:x86-64";
            return lines(run(List.of("objdump", "-d", "-m", machine, "-M", "intel,intel64", "-w", "--insn-width=16", object.toString())));
        } finally {
            Files.deleteIfExists(text);
            Files.deleteIfExists(object);
        }
    }

    private static List<Line> lines(String dump) {
        List<Line> lines = new ArrayList<>();
        for (String line : dump.split("\n")) {
            String[] parts = line.split("\t");
            if (parts.length >= 2 && parts[0].endsWith(":") && parts[0].startsWith(" ")) {
                long address = Long.parseLong(parts[0].trim().replace(":", ""), 16);
                lines.add(new Line(address, parts[1].trim().split(" ").length, parts.length > 2 ? parts[2].trim() : ""));
            }
        }
        return lines;
    }

    private static String run(List<String> command) throws IOException {
        Path log = Files.createTempFile("gnu", ".log");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command.get(0) + " does not end");
            }
            return Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.deleteIfExists(log);
        }
    }
}
