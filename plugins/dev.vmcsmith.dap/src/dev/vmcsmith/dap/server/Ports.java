// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import java.util.Map;

/** Names of well-known I/O ports of a PC. */
final class Ports {
    private static final Map<Integer, String> NAMES = Map.ofEntries(Map.entry(0x20, "PIC 1 command"), Map.entry(0x21, "PIC 1 data"),
            Map.entry(0x40, "PIT counter 0"), Map.entry(0x43, "PIT control"), Map.entry(0x60, "keyboard data"),
            Map.entry(0x64, "keyboard status"), Map.entry(0x70, "RTC index"), Map.entry(0x71, "RTC data"), Map.entry(0x80, "POST code"),
            Map.entry(0x92, "system control port A"), Map.entry(0xA0, "PIC 2 command"), Map.entry(0xA1, "PIC 2 data"),
            Map.entry(0xE9, "debug console"), Map.entry(0xF4, "debug exit"), Map.entry(0x3F8, "COM1 data"),
            Map.entry(0x3FD, "COM1 line status"), Map.entry(0x2F8, "COM2 data"), Map.entry(0xCF8, "PCI configuration address"),
            Map.entry(0xCFC, "PCI configuration data"), Map.entry(0xCF9, "reset control"));

    private Ports() {
    }

    /** The name of a port, or null. */
    static String name(int port) {
        return NAMES.get(port);
    }
}
