// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Call frame information says what readelf says of it. */
class CallFramesTest {
    private static final List<String> NARROW = List.of("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi");
    private static final List<String> WIDE = List.of("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11",
            "r12", "r13", "r14", "r15");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"-O0", "-O2", "-O2 -m32", "-O2 -g -fno-asynchronous-unwind-tables",
        "-O1 -m32 -g -gdwarf-4 -fno-asynchronous-unwind-tables", "-O2 -g -gdwarf64 -fno-asynchronous-unwind-tables",
        "-O2 -mcmodel=large"})
    void everyRowIsThatOfReadelf(String options) throws Exception {
        BootImage image = ElfReader.read(Samples.gcc(directory, options.split(" ")));
        int rows = 0;
        String[] columns = {};
        for (String line : Samples.run(directory, "readelf", "--debug-dump=frames-interp", "-W", "program.elf").lines().toList()) {
            String[] words = line.strip().split("\\s+");
            if (words[0].equals("LOC")) {
                columns = words;
            } else if (words[0].matches("[0-9a-f]{8,16}") && words.length == columns.length && !words[0].matches("0+")) {
                compare(image, words, columns);
                rows++;
            }
        }
        assertTrue(rows >= 2, "rows: " + rows);
    }

    private static void compare(BootImage image, String[] words, String[] columns) {
        long address = Long.parseUnsignedLong(words[0], 16);
        Optional<CallFrame> found = image.callFrames().at(address);
        assertTrue(found.isPresent(), words[0]);
        CallFrame frame = found.get();
        List<String> names = frame.wordSize() == 8 ? WIDE : NARROW;
        assertEquals(words[1], names.get(frame.register()) + "+" + frame.offset(), words[0]);
        for (int i = 2; i < columns.length; i++) {
            if (columns[i].equals("ra")) {
                assertEquals(words[i], "c" + frame.returnOffset(), words[0]);
            } else {
                Long saved = frame.saved().get(names.indexOf(columns[i]));
                assertEquals(words[i], saved == null ? "u" : "c" + saved, words[0] + " " + columns[i]);
            }
        }
    }

    @Test
    void codeThatTheCompilerDidNotDescribeHasNone() throws Exception {
        BootImage image = ElfReader.read(Samples.gcc(directory, "-O2"));
        assertEquals(Optional.empty(), image.callFrames().at(image.symbols().address("header").orElseThrow()));
        assertEquals(Optional.empty(), Samples.image(32).callFrames().at(0x10_000C));
    }

    @Test
    void damagedCallFramesAreLeftOut() throws Exception {
        byte[] good = Files.readAllBytes(Samples.gcc(directory, "-O2"));
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            for (int k = 0; k < 20; k++) {
                bad[bad.length / 8 + random.nextInt(bad.length * 7 / 8)] = (byte) random.nextInt();
            }
            try {
                BootImage image = ElfReader.read(Files.write(directory.resolve("bad.elf"), bad));
                for (Segment segment : image.segments()) {
                    for (int offset = 0; offset < Math.min(segment.memorySize(), 256); offset++) {
                        image.callFrames().at(segment.virtualAddress() + offset);
                    }
                }
            } catch (ImageFormatException e) {
                assertTrue(!e.getMessage().isBlank());
            }
        }
    }
}
