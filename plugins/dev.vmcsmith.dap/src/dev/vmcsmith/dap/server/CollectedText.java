// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Text that has left several ports and waits to be sent in few pieces. Lines come in the order in which they began, so that a client that
 * shows all ports in one place shows whole lines in their order, also when two ports are sent the same character by character.
 */
final class CollectedText {
    /** More changes between ports are not kept apart. */
    private static final int MOST_PIECES = 64;

    private record Piece(String port, StringBuilder text) {
        boolean endsLine() {
            return text.charAt(text.length() - 1) == '\n';
        }
    }

    private final List<Piece> pieces = new ArrayList<>();
    private int length;

    void add(String port, CharSequence text) {
        if (text.isEmpty()) {
            return;
        }
        pieceFor(port).text.append(text);
        length += text.length();
    }

    private Piece pieceFor(String port) {
        for (int i = pieces.size() - 1; i >= 0; i--) {
            Piece piece = pieces.get(i);
            if (piece.port.equals(port)) {
                if (i == pieces.size() - 1 || !piece.endsLine() || pieces.size() >= MOST_PIECES) {
                    return piece;
                }
                break;
            }
        }
        Piece begun = new Piece(port, new StringBuilder());
        pieces.add(begun);
        return begun;
    }

    /** Characters that wait. */
    int length() {
        return length;
    }

    /** Hands over everything. */
    void drain(BiConsumer<String, String> to) {
        pieces.forEach(piece -> to.accept(piece.port, piece.text.toString()));
        pieces.clear();
        length = 0;
    }
}
