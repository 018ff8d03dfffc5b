// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import java.nio.file.Path;

/**
 * Something wrong with a setup.
 *
 * @param line   from 1
 * @param column from 1
 * @param length characters, on this line and perhaps beyond
 * @param ruleId id of the entry rule or of the language's own check
 */
public record Problem(Path file, int line, int column, int length, Severity severity, String ruleId, String message) {
    /** An error keeps a setup from being compiled. */
    public enum Severity {
        ERROR, WARNING, INFO
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** {@code FILE:LINE:COL: error RULE-ID: message}. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + severity.name().toLowerCase() + " " + ruleId + ": " + message;
    }
}
