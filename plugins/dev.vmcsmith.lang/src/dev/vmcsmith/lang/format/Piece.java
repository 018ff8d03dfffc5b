// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.format;

import org.eclipse.emf.ecore.EObject;

/**
 * One token that is seen: everything but white space.
 *
 * @param newLines line ends in the white space before it
 * @param item     the element of a block or of the file that begins here; null for most
 */
record Piece(String text, Kind kind, int newLines, EObject item) {
    enum Kind {
        KEYWORD, NAME, LITERAL, ASM_LABEL, ASM_TEXT, LINE_COMMENT, BLOCK_COMMENT, TEXT_START, TEXT_MIDDLE, TEXT_END
    }

    boolean is(String keyword) {
        return kind == Kind.KEYWORD && text.equals(keyword);
    }

    boolean isComment() {
        return kind == Kind.LINE_COMMENT || kind == Kind.BLOCK_COMMENT;
    }

    boolean isAssembly() {
        return kind == Kind.ASM_LABEL || kind == Kind.ASM_TEXT;
    }
}
