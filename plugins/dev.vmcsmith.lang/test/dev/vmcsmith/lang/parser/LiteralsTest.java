// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralsTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "1_000, 1000", "0xFFFF_FFFF_FFFF_FFFF, -1", "0b1010, 10", "18446744073709551615, -1", "0X1f, 31"})
    void readsNumbersOf64Bits(String token, long value) {
        assertEquals(value, Literals.number(token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x1_0000_0000_0000_0000", "12ab", "0x", "0b12"})
    void refusesWhatIsNoNumberWithAMessageForTheUser(String token) {
        String message = assertThrows(IllegalArgumentException.class, () -> Literals.number(token)).getMessage();
        assertTrue(message.contains(token), message);
    }

    @Test
    void theLastCharacterOfAConstantIsTheLowestByte() {
        assertEquals(0x535654, Literals.characters("SVT"));
        assertThrows(IllegalArgumentException.class, () -> Literals.characters("123456789"));
    }

    @Test
    void textLosesItsDelimitersAndEscapes() {
        assertEquals("a\tb\"{", Literals.text("\"a\\tb\\\"{{\"", '"', '"', true));
        assertThrows(IllegalArgumentException.class, () -> Literals.text("\"a", '"', '"', true));
        assertThrows(IllegalArgumentException.class, () -> Literals.text("\"\\q\"", '"', '"', true));
    }
}
