// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfRoundTripTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void anImageReadBackIsTheImageWritten(int bits) throws Exception {
        BootImage written = Samples.image(bits);
        BootImage read = ElfReader.read(ElfWriter.write(written), "sample.elf");
        assertEquals(bits, read.bits());
        assertEquals(written.entry(), read.entry());
        assertEquals(written.symbols(), read.symbols());
        assertEquals(written.lines(), read.lines());
        assertEquals(written.machine(), read.machine());
        assertEquals(written.expectations(), read.expectations());
        assertEquals(3, read.segments().size());
        for (int i = 0; i < 3; i++) {
            Segment expected = written.segments().get(i);
            Segment actual = read.segments().get(i);
            assertArrayEquals(expected.bytes(), actual.bytes());
            assertEquals(expected.name(), actual.name());
            assertEquals(expected.physicalAddress(), actual.physicalAddress());
            assertEquals(expected.memorySize(), actual.memorySize());
            assertEquals(expected.flags(), actual.flags());
        }
        assertTrue(read.multiboot().isPresent());
        assertTrue(read.multiboot().get().offset() < 4096);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void theWrittenFileIsAcceptedByBinutilsAndGdb(int bits) throws Exception {
        Files.write(directory.resolve("sample.elf"), ElfWriter.write(Samples.image(bits)));
        String readelf = Samples.run(directory, "readelf", "-a", "-W", "sample.elf");
        assertTrue(readelf.contains("Guest.exit.cpuid") && readelf.contains("VMCSmith"), readelf);
        assertTrue(!readelf.contains("Warning") && !readelf.contains("Error"), readelf);
        String lines = Samples.run(directory, "addr2line", "-e", "sample.elf", "10000c", "100013", "100205", "10006");
        assertEquals(Samples.HV + ":12\ncommon/ports.hv:2\n" + Samples.HV + ":900\n" + Samples.HV + ":41\n", lines);
        String objdump = Samples.run(directory, "objdump", "--dwarf=decodedline", "sample.elf");
        assertTrue(objdump.contains("900"), objdump);
        String gdb = Samples.run(directory, "gdb", "-batch", "-nx", "-ex", "info line *0x100200", "-ex", "info line walkthrough.hv:40",
                "sample.elf");
        assertTrue(gdb.contains("Line 900 of \"" + Samples.HV + "\" starts at address 0x100200"), gdb);
        assertTrue(gdb.contains("Line 40 of \"" + Samples.HV + "\" starts at address 0x10000"), gdb);
    }

    @Test
    void anImageWithoutDetailsHasNone() throws Exception {
        BootImage plain = BootImage.builder("plain", 32).entry(4).segment(Segment.of("", 0, new byte[8], Segment.READ)).build();
        BootImage read = ElfReader.read(ElfWriter.write(plain), "plain");
        assertTrue(read.lines().isEmpty());
        assertTrue(read.machine().isEmpty());
        assertTrue(read.expectations().isEmpty());
        assertTrue(read.multiboot().isEmpty());
        assertTrue(read.symbols().symbols().isEmpty());
    }
}
