// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MultibootHeaderTest {
    @Test
    void aHeaderIsFoundOnlyOnAMultipleOfFourWithItsChecksumInTheFirst8KiB() {
        byte[] file = new byte[0x3000];
        byte[] header = MultibootHeader.encode(MultibootHeader.PAGE_ALIGN);
        System.arraycopy(header, 0, file, 0x102, 12);
        System.arraycopy(header, 0, file, 0x1FF8, 12);
        assertTrue(MultibootHeader.find(file).isEmpty());
        System.arraycopy(header, 0, file, 0x1FF4, 12);
        assertEquals(0x1FF4, MultibootHeader.find(file).orElseThrow().offset());
        file[0x1FF4 + 8]++;
        assertTrue(MultibootHeader.find(file).isEmpty());
    }

    @Test
    void addressesInTheHeaderTakeThePlaceOfTheProgramHeaders() throws Exception {
        byte[] content = new byte[64];
        ByteBuffer header = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int flags = MultibootHeader.ADDRESSES;
        header.putInt(MultibootHeader.MAGIC).putInt(flags).putInt(-(MultibootHeader.MAGIC + flags)).putInt(0x20_0010).putInt(0x20_0000)
                .putInt(0x20_0030).putInt(0x20_1000).putInt(0x20_0020);
        byte[] file = ElfWriter.write(BootImage.builder("k", 64).segment(Segment.of("", 0x10_0000, content, Segment.READ)).build());
        BootImage image = ElfReader.read(file, "k");
        int offset = image.multiboot().orElseThrow().offset();
        assertEquals(0x20_0020, image.entry());
        Segment segment = image.segments().getFirst();
        assertEquals(0x20_0000, segment.physicalAddress());
        assertEquals(0x1000, segment.memorySize());
        assertArrayEquals(Arrays.copyOfRange(file, offset - 0x10, offset + 0x20), segment.bytes());
    }
}
