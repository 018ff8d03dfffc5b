// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.ElfWriter;
import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.image.LineTable;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.image.Symbol;
import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.AssemblySource;
import dev.vmcsmith.x86.asm.LineEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Assembles {@code tiny.asm} to an image with symbols and a line table, in a folder. */
final class TinyHypervisor {
    private static final long ORIGIN = 0x10_0000;

    private final String text;
    private final Path source;
    private final Path elf;
    private final Map<String, Long> labels;

    /** @param replacements pairs of texts: each first one is replaced by the second before assembling */
    TinyHypervisor(Path folder, String... replacements) {
        try (InputStream in = TinyHypervisor.class.getResourceAsStream("tiny.asm")) {
            String read = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (int i = 0; i < replacements.length; i += 2) {
                if (!read.contains(replacements[i])) {
                    throw new IllegalArgumentException("no " + replacements[i]);
                }
                read = read.replace(replacements[i], replacements[i + 1]);
            }
            text = read;
            source = Files.writeString(folder.resolve("tiny.asm"), text);
            Assembly assembly = new Assembler().assemble(new AssemblySource(text, source.toString(), ORIGIN, 32, name -> null));
            if (!assembly.ok()) {
                throw new IllegalStateException(assembly.problems().toString());
            }
            labels = assembly.labels();
            elf = Files.write(folder.resolve("tiny.elf"), ElfWriter.write(image(assembly)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One whose guest executes CPUID so often, and then goes on to its other two exits; its handlers print nothing. */
    static TinyHypervisor leaving(Path folder, int times) {
        return new TinyHypervisor(folder, "        call say\n", "", "        mov ebx, 0x1234\n", "        dec ebp\n        jnz guest\n",
                "mov eax, 0                      ; the guest begins", "mov eax, 0", "vmlaunch  ", "mov ebp, " + times
                        + "\n        vmlaunch");
    }

    private static BootImage image(Assembly assembly) {
        List<LineRow> rows = new ArrayList<>();
        long end = -1;
        for (LineEntry line : assembly.lines()) {
            if (!line.code() || line.file() == null) {
                continue;
            }
            if (end >= 0 && end != line.address()) {
                rows.add(LineRow.end(end));
            }
            rows.add(LineRow.statement(line.address(), line.file(), line.line()));
            end = line.address() + line.length();
        }
        rows.add(LineRow.end(end));
        List<Symbol> symbols = new ArrayList<>();
        assembly.labels().forEach((name, address) -> symbols.add(Symbol.label(name, address)));
        return BootImage.builder("tiny.elf", 32).entry(assembly.labels().get("start"))
                .segment(Segment.of(".text", ORIGIN, assembly.bytes(), Segment.READ | Segment.WRITE | Segment.EXECUTE))
                .symbols(new SymbolTable(symbols)).lines(new LineTable(rows)).build();
    }

    Path elf() {
        return elf;
    }

    Path source() {
        return source;
    }

    long label(String name) {
        return labels.get(name);
    }

    /** The line of {@code tiny.asm} that contains a text. */
    int line(String part) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(part)) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("no line contains " + part);
    }
}
