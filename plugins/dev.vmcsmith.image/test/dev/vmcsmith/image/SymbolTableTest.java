// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SymbolTableTest {
    private final SymbolTable table = new SymbolTable(List.of(Symbol.function("outer", 0x100, 0x40), Symbol.label("inner", 0x110),
            Symbol.function("small", 0x180, 4), new Symbol("LIMIT", 0x182, 0, Symbol.Kind.CONSTANT),
            Symbol.label("kernel", 0xFFFF_FFFF_8000_0000L)));

    @Test
    void theNearestSymbolIsTheLastOneThatCoversTheAddress() {
        assertEquals("outer+0x8", table.nearest(0x108).orElseThrow().toString());
        assertEquals("inner", table.nearest(0x110).orElseThrow().toString());
        assertEquals("small+0x2", table.nearest(0x182).orElseThrow().toString(), "a constant is no place");
        assertEquals("inner+0x80", table.nearest(0x190).orElseThrow().toString(), "a label covers what follows it");
        assertTrue(table.nearest(0xFF).isEmpty());
        assertEquals("kernel+0x10", table.nearest(0xFFFF_FFFF_8000_0010L).orElseThrow().toString(), "addresses are unsigned");
    }

    @Test
    void ofSymbolsAtOneAddressTheOneWithASizeNamesIt() {
        SymbolTable twins = new SymbolTable(List.of(Symbol.label("alias", 0x10), Symbol.function("real", 0x10, 8), Symbol.label("other", 0x10),
                Symbol.function("second", 0x10, 8)));
        assertEquals("real+0x4", twins.nearest(0x14).orElseThrow().toString());
        assertEquals("alias+0x8", twins.nearest(0x18).orElseThrow().toString());
    }

    @Test
    void aNameGivesItsAddress() {
        assertEquals(0x182, table.address("LIMIT").orElseThrow());
        assertTrue(table.address("none").isEmpty());
    }
}
