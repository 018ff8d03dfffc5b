// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ValueHistoryTest {

    private final ValueHistory history = new ValueHistory();

    @Test
    void aValueSeenForTheFirstTimeHasNotChanged() {
        history.note("/registers/rax", "1");
        assertFalse(history.changed("/registers/rax"));
    }

    @Test
    void aValueThatDiffersFromTheLastStopHasChanged() {
        history.note("/registers/rax", "1");
        history.advance();
        history.note("/registers/rax", "2");
        assertTrue(history.changed("/registers/rax"));
    }

    @Test
    void aValueIsComparedWithTheLastStopAtWhichItWasSeen() {
        history.note("/registers/rax", "1");
        history.advance();
        history.advance();
        history.note("/registers/rax", "1");
        assertFalse(history.changed("/registers/rax"));
    }
}
