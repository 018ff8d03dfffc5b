// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/**
 * Something wrong in the text.
 *
 * @param line line in the text, from 1
 * @param column column in that line, from 1
 * @param length characters concerned, at least 1
 * @param message what is wrong and what to do
 * @param undefined whether the characters concerned are a name that neither the text nor its environment defines
 * @param file file that a {@code %line} directive named for this line, else the source's file; may be null
 * @param fileLine line in that file; the line in the text where no directive says otherwise
 */
public record AssemblyProblem(int line, int column, int length, String message, boolean undefined, String file, int fileLine) {
    @Override
    public String toString() {
        return line + ":" + column + ": " + message;
    }
}
