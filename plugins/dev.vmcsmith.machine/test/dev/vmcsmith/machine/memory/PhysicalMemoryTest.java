// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhysicalMemoryTest {
    @Test
    void memoryIsAllocatedWhenTouched() {
        PhysicalMemory memory = new PhysicalMemory(64L << 30);
        assertEquals(0, memory.touchedPages());
        assertEquals(0, memory.read64(0x12345678));
        assertEquals(0, memory.touchedPages());
        memory.write64(63L << 30, 42);
        assertEquals(42, memory.read64(63L << 30));
        assertEquals(1, memory.touchedPages());
    }

    @Test
    void ramLeavesRoomForDevicesBelow4GiB() {
        PhysicalMemory memory = new PhysicalMemory(4L << 30);
        assertTrue(memory.isRam(0xBFFFFFFFL));
        assertFalse(memory.isRam(0xC0000000L));
        assertTrue(memory.isRam((1L << 32) + (1L << 30) - 1));
        assertFalse(memory.isRam((1L << 32) + (1L << 30)));
        assertEquals(-1, memory.read64(0xD0000000L));
    }

    @Test
    void aSizeThatIsNoMemoryIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new PhysicalMemory(0));
        assertThrows(IllegalArgumentException.class, () -> new PhysicalMemory(5000));
    }

    @Test
    void writesIntoCodeAreReportedOnceAndOnlyForItsLines() {
        PhysicalMemory memory = new PhysicalMemory(1 << 20);
        List<Long> written = new ArrayList<>();
        memory.addListener(new MemoryListener() {
            @Override
            public void codeWritten(Page page) {
                written.add(page.address);
            }
        });
        memory.markCode(memory.page(0x3000), 0x100, 20);
        memory.write32(0x3200, 1);
        assertEquals(List.of(), written);
        memory.write32(0x3110, 1);
        memory.write32(0x3110, 2);
        assertEquals(List.of(0x3000L), written);
    }
}
