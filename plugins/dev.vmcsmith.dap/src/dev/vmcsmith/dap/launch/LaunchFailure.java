// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.launch;

import java.util.List;

/** A program cannot be run. The message is one line that says what to do; {@link #details} holds the errors of a setup, one line each. */
public final class LaunchFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> details;

    LaunchFailure(String message) {
        this(message, List.of());
    }

    LaunchFailure(String message, List<String> details) {
        super(message);
        this.details = List.copyOf(details);
    }

    /** A failure with one line. */
    public static LaunchFailure of(String message) {
        return new LaunchFailure(message);
    }

    /** Every single cause in the form {@code FILE:LINE:COL: error RULE-ID: message}; empty when the message says it all. */
    public List<String> details() {
        return details;
    }
}
