// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

/** Exit codes of every command. */
final class ExitCode {
    /** Everything was as it should be. */
    static final int GOOD = 0;
    /** The setup has errors, an expectation does not hold, or the machine stopped abnormally. */
    static final int FAILED = 1;
    /** The arguments or a file cannot be used. */
    static final int BAD_INPUT = 2;

    private ExitCode() {
    }
}
