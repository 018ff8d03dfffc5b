// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {

    @ParameterizedTest(name = "{0} is {1} bytes")
    @CsvSource({"64, 67108864", "64 MiB, 67108864", "64M, 67108864", "2 GiB, 2147483648", "512 KiB, 524288", "1_024, 1073741824"})
    void readsWhatPeopleWrite(String text, long bytes) {
        assertEquals(bytes, MemorySize.parse(text));
    }

    @ParameterizedTest(name = "{0} is refused")
    @ValueSource(strings = {"", "MiB", "64 parsecs", "-1", "99999999999999999999", "17 TiB", "0x10"})
    void refusesWhatIsNoSize(String text) {
        assertThrows(IllegalArgumentException.class, () -> MemorySize.parse(text));
    }

    @Test
    void noMemorySaysWhatToDo() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> MemorySize.parse("0 MiB")).getMessage().contains("at least 1 MiB"));
    }

    @Test
    void formatsInTheLargestUnit() {
        assertEquals("64 MiB", MemorySize.format(64L << 20));
        assertEquals("1025 KiB", MemorySize.format(1025L << 10));
    }
}
