// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.expect;

/** An expectation that a run did not meet, with the place where it is written (line from 1). */
public record Failure(String file, int line, String expected, String actual) {
    /** The same, said of one VMCS. */
    Failure of(String vmcs) {
        return new Failure(file, line, expected + " in " + vmcs, actual);
    }

    /** {@code FILE:LINE: expected X, got Y}. */
    public String text() {
        return file + ":" + line + ": expected " + expected + ", got " + actual;
    }
}
