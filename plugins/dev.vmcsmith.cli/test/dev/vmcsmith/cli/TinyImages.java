// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.ElfWriter;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.image.Symbol;
import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.AssemblySource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Boot images of a few instructions. */
final class TinyImages {
    private static final long ORIGIN = 0x10_0000;

    private TinyImages() {
    }

    /** Writes "hi" and a line end to COM1 and leaves through the debug-exit port. */
    static Path debugExit(Path folder, int value) {
        return image(folder, "tiny.elf", """
                start:  mov dx, 0x3F8
                        mov al, 'h'
                        out dx, al
                        mov al, 'i'
                        out dx, al
                        mov al, 10
                        out dx, al
                        mov al, %d
                        out 0xF4, al
                        hlt
                """.formatted(value));
    }

    /** Assembles 32-bit code behind a multiboot header; it begins at the label {@code start}. */
    static Path image(Path folder, String name, String code) {
        Assembly assembly = new Assembler().assemble(new AssemblySource("""
                        bits 32
                        dd 0x1BADB002, 0, -0x1BADB002
                        align 16
                """ + code, null, ORIGIN, 32, symbol -> null));
        if (!assembly.ok()) {
            throw new IllegalStateException(assembly.problems().toString());
        }
        List<Symbol> symbols = new ArrayList<>();
        assembly.labels().forEach((label, address) -> symbols.add(Symbol.label(label, address)));
        BootImage image = BootImage.builder(name, 32).entry(assembly.labels().get("start"))
                .segment(Segment.of(".text", ORIGIN, assembly.bytes(), Segment.READ | Segment.WRITE | Segment.EXECUTE))
                .symbols(new SymbolTable(symbols)).build();
        try {
            return Files.write(folder.resolve(name), ElfWriter.write(image));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
