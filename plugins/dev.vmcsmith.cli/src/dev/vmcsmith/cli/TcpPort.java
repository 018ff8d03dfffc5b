// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import java.io.IOException;

/** What is wrong with a TCP port that the user named. */
final class TcpPort {
    private static final int LARGEST = 0xFFFF;

    private TcpPort() {
    }

    /** @throws BadInput when there is no such port */
    static void check(int port) {
        if (port < 0 || port > LARGEST) {
            throw new BadInput(port + " is no TCP port: use 1 to 65535, or 0 to have one chosen");
        }
    }

    /** The message for a port that is taken or may not be used. */
    static BadInput notOpened(int port, IOException cause) {
        return new BadInput("port " + port + " cannot be opened (" + cause.getMessage() + "): use another one, or 0 to have one chosen");
    }
}
