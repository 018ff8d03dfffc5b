// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

/** A request was not answered because the machine's process has ended. */
public final class ConnectionEndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConnectionEndedException() {
        super("The machine has ended.", null, false, false);
    }
}
