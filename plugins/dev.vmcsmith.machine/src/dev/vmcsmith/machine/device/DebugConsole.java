// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import java.util.function.IntConsumer;

/** The debug console at port 0xE9: writes are characters, a read gives 0xE9 to say that it is there. */
final class DebugConsole implements PortDevice {
    private final IntConsumer sink;

    DebugConsole(IntConsumer sink) {
        this.sink = sink;
    }

    @Override
    public int read(int port, int size) {
        return 0xE9;
    }

    @Override
    public void write(int port, int size, int value) {
        sink.accept(value & 0xFF);
    }
}
