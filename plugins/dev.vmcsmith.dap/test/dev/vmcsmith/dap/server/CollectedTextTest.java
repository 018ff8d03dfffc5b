// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollectedTextTest {

    private final CollectedText collected = new CollectedText();

    private List<String> drained() {
        List<String> pieces = new ArrayList<>();
        collected.drain((port, text) -> pieces.add(port + ":" + text));
        return pieces;
    }

    @Test
    void linesStayInTheOrderInWhichTheyBegan() {
        collected.add("a", "1\n");
        collected.add("b", "2\n");
        collected.add("a", "3\n");
        collected.add("a", "4\n");
        assertEquals(8, collected.length());
        assertEquals(List.of("a:1\n", "b:2\n", "a:3\n4\n"), drained());
        assertEquals(0, collected.length());
        assertEquals(List.of(), drained());
    }

    @Test
    void linesThatAreSentToTwoPortsCharacterByCharacterStayWhole() {
        for (char c : "one\ntwo\n".toCharArray()) {
            collected.add("a", String.valueOf(c));
            collected.add("b", String.valueOf(c));
        }
        assertEquals(List.of("a:one\n", "b:one\n", "a:two\n", "b:two\n"), drained());
    }

    @Test
    void howeverOftenThePortChangesThereAreFewPieces() {
        StringBuilder a = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            collected.add("a", i + "\n");
            collected.add("b", "\n");
            a.append("a:").append(i).append('\n');
        }
        List<String> pieces = drained();
        assertTrue(pieces.size() <= 64, pieces.size() + " pieces");
        assertEquals(a.toString().replace("a:", ""), String.join("", pieces.stream().filter(piece -> piece.startsWith("a:"))
                .map(piece -> piece.substring(2)).toList()));
    }
}
