// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.format;

import java.util.List;
import java.util.Set;

/** Whether a space stands between two tokens of a line. */
final class Spacing {
    private static final Set<String> NONE_BEFORE = Set.of(",", ";", ")", "]", ".", "[");
    private static final Set<String> NONE_BEHIND = Set.of("(", "[", ".", "!", "~");
    /** Words behind which an opening parenthesis begins an expression and not arguments. */
    private static final Set<String> NO_CALL = Set.of("if", "while", "when", "return", "from", "to", "size", "at", "memory", "vpid",
            "pages",
            "mask", "match", "error-code", "cpus");

    private Spacing() {
    }

    /** @param behind index of a token of the list that is not its first */
    static boolean before(List<Piece> line, int behind) {
        Piece left = line.get(behind - 1);
        Piece right = line.get(behind);
        if (right.isComment() || left.isComment()) {
            return true;
        }
        if (left.kind() == Piece.Kind.TEXT_START || left.kind() == Piece.Kind.TEXT_MIDDLE || right.kind() == Piece.Kind.TEXT_MIDDLE
                || right.kind() == Piece.Kind.TEXT_END) {
            return false;
        }
        if (right.is(":") || left.is(":")) {
            return left.is(":") && !isInText(line, behind);
        }
        if (right.kind() == Piece.Kind.KEYWORD && NONE_BEFORE.contains(right.text())
                || left.kind() == Piece.Kind.KEYWORD && NONE_BEHIND.contains(left.text())) {
            return false;
        }
        if (left.is("-") && isUnary(line, behind - 1) || right.is("+") && isRepeat(line, behind)) {
            return false;
        }
        return !right.is("(") || !isCall(left);
    }

    private static boolean isCall(Piece left) {
        boolean word = left.kind() == Piece.Kind.NAME || left.kind() == Piece.Kind.KEYWORD && Character.isLetter(left.text().charAt(0));
        return word && !NO_CALL.contains(left.text());
    }

    private static boolean isUnary(List<Piece> line, int minus) {
        if (minus == 0) {
            return true;
        }
        Piece left = line.get(minus - 1);
        return left.kind() == Piece.Kind.TEXT_START || left.kind() == Piece.Kind.TEXT_MIDDLE
                || left.kind() == Piece.Kind.KEYWORD && !left.is(")") && !left.is("]") && !endsOperand(left);
    }

    /** Units end an operand, and so do words that are names here. */
    private static boolean endsOperand(Piece word) {
        return switch (word.text()) {
            case "KiB", "MiB", "GiB" -> true;
            case "guest", "host", "exit", "entry", "primary", "secondary", "vpid", "field" -> true;
            default -> false;
        };
    }

    /** The plus of an expected exit that happens once or more has nothing behind it that could be added. */
    private static boolean isRepeat(List<Piece> line, int plus) {
        return plus + 1 == line.size() || line.get(plus + 1).is(",") || line.get(plus + 1).is("}") || line.get(plus + 1).is("expect");
    }

    private static boolean isInText(List<Piece> line, int index) {
        for (int at = index - 1; at >= 0; at--) {
            switch (line.get(at).kind()) {
                case TEXT_START, TEXT_MIDDLE -> {
                    return true;
                }
                case TEXT_END -> {
                    return false;
                }
                default -> { }
            }
        }
        return false;
    }
}
