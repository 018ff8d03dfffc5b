// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.folding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class FoldingTest {
    @Test
    void blocksAndCommentsOfSeveralLinesFold() {
        assertEquals(List.of(new Fold(0, 1, true), new Fold(2, 7, false), new Fold(4, 6, false), new Fold(8, 10, true), new Fold(11, 13, false)),
                Folding.of("""
                // one
                // two
                vmcs A { // not a comment of its own
                    primary { a, b }
                    guest {
                        rip = 1
                    }
                }
                /* three

                   */
                guest code B at 0 bits 32 {
                    nop // last
                }
                // alone
                """));
    }

    @Test
    void brokenTextFoldsAsFarAsItsBracesMatch() {
        assertEquals(List.of(new Fold(1, 2, false)), Folding.of("vmcs A {\nguest {\n}\n"));
        assertEquals(List.of(), Folding.of("}\n}"));
        assertEquals(List.of(), Folding.of(""));
    }
}
