// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.highlighting;

/** What a piece of text is to a reader. */
public enum TextKind {
    KEYWORD, COMMENT, STRING, NUMBER, EXCEPTION, DEFINITION, NAME, FIELD, CONTROL, EXIT_REASON, WORD, MNEMONIC, REGISTER, LABEL, RIGHTS
}
