// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.x86.Gpr;
import java.util.OptionalLong;

/** The registers of a function that has called another: of the general ones, only those that the stack tells. */
final class CallerRegisters implements RegisterFile {
    private final RegisterFile innermost;
    private final Unwinder.Caller caller;

    CallerRegisters(RegisterFile innermost, Unwinder.Caller caller) {
        this.innermost = innermost;
        this.caller = caller;
    }

    @Override
    public OptionalLong get(String name) {
        if (name.equals("rip")) {
            return OptionalLong.of(caller.rip());
        }
        for (int i = 0; i < Gpr.COUNT; i++) {
            if (Gpr.name(i, 64).equals(name)) {
                return caller.registers().get(i);
            }
        }
        return name.equals("rflags") ? OptionalLong.empty() : innermost.get(name);
    }

    @Override
    public void set(String name, long value) {
        throw new RequestFailure("The registers of a caller cannot be changed: select the innermost frame.");
    }

    @Override
    public int codeBits() {
        return innermost.codeBits();
    }
}
