// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

/** What the user gave cannot be used. The message is one line that says what to do; the exit code is {@link ExitCode#BAD_INPUT}. */
final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadInput(String message) {
        super(message, null, false, false);
    }
}
