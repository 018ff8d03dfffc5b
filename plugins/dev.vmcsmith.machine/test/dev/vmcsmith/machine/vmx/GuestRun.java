// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.vmx.ControlBit;

/** What tests share that launch a 64-bit guest and look at the VM exit from its first instruction. */
abstract class GuestRun {
    static final long RIP = VmxProcessor.GUEST_ENTRY;
    final VmxProcessor p = new VmxProcessor();

    VmxProcessor run(ControlBit... controls) {
        p.guest64(controls).vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        return p;
    }

    void assertExit(int reason, long qualification, int length) {
        VmExit exit = p.lastExit();
        assertEquals(reason, exit.rawReason());
        assertEquals(qualification, exit.qualification(), () -> Long.toHexString(exit.qualification()));
        assertEquals(length, exit.instructionLength());
        assertEquals(RIP, exit.guestRip());
        assertFalse(p.vmx.nonRoot());
    }
}
