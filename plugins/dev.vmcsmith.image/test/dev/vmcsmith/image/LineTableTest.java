// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineTableTest {
    private final LineTable table = new LineTable(List.of(LineRow.statement(0x200, "/a/b.hv", 9), LineRow.end(0x210),
            LineRow.statement(0x100, "/a/b.hv", 4), new LineRow(0x104, "/a/b.hv", 4, 3, true, false),
            new LineRow(0x108, "/a/b.hv", 0, 0, true, false), LineRow.statement(0x10C, "/a/c.hv", 4), LineRow.statement(0x110, "/a/b.hv", 4),
            LineRow.end(0x120)));

    @Test
    void anAddressBelongsToTheRowBeforeItButNotBehindTheEnd() {
        assertEquals(4, table.at(0x103).orElseThrow().line());
        assertEquals("/a/c.hv", table.at(0x10F).orElseThrow().file());
        assertEquals(9, table.at(0x20F).orElseThrow().line());
        assertTrue(table.at(0xFF).isEmpty());
        assertTrue(table.at(0x120).isEmpty());
        assertTrue(table.at(0x108).isEmpty(), "code of line 0 has no line");
        assertTrue(table.at(0x210).isEmpty());
    }

    @Test
    void aLineBeginsOnceForEachRunOfItsStatements() {
        assertEquals(List.of(0x100L, 0x110L), table.addresses("/a/b.hv", 4));
        assertEquals(List.of(0x100L, 0x110L), table.addresses("b.hv", 4));
        assertEquals(List.of(), table.addresses("xb.hv", 4));
        assertEquals(List.of(), table.addresses("/mnt/a/b.hv", 9), "another absolute path is another file");
    }

    @Test
    void aBreakpointOnAnEmptyLineSlidesToTheNextLineWithCode() {
        assertEquals(9, table.lineWithCode("/a/b.hv", 5));
        assertEquals(4, table.lineWithCode("/a/b.hv", 1));
        assertEquals(0, table.lineWithCode("/a/b.hv", 10));
    }

    @Test
    void statementsStartOnlyWhereARowBegins() {
        assertTrue(table.startsStatement(0x104));
        assertFalse(table.startsStatement(0x105));
        assertFalse(table.startsStatement(0x108));
        assertFalse(table.startsStatement(0x120));
    }

    @Test
    void anOpenSequenceIsClosedAndABackwardOneRefused() {
        assertEquals(1, new LineTable(List.of(LineRow.statement(7, "x", 1))).at(7).orElseThrow().line());
        assertThrows(IllegalArgumentException.class, () -> new LineTable(List.of(LineRow.statement(7, "x", 1),
                LineRow.statement(6, "x", 2))));
    }
}
