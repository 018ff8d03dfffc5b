// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.util.List;

/**
 * A file cannot be used as a boot image. The message is one line that says what is wrong and what to do; {@link #details()} holds
 * further lines where there are several causes, such as the errors of a setup that does not compile.
 */
public final class ImageFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> details;

    public ImageFormatException(String message) {
        this(message, List.of());
    }

    public ImageFormatException(String message, List<String> details) {
        super(message);
        this.details = List.copyOf(details);
    }

    /** Every single cause, one line each; empty when the message says it all. */
    public List<String> details() {
        return details;
    }
}
