// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.debug.model.VcpuThread;

/** A hypervisor that gcc has compiled, in the debugger. */
class CHypervisorProgramTest extends ProgramTests<CHypervisorProject> {

    @Override
    CHypervisorProject create() throws Exception {
        return new CHypervisorProject();
    }

    @Override
    Places places() {
        return new Places("u32 amount = guest->ebx;", "on_cpuid", "total", "guest.rip", "vmcall", "VMCALL (18)", "rbx == 20", 4);
    }

    @Override
    String writtenMemory() {
        return "host-physical:exits_handled";
    }

    @Override
    String entryFailure() {
        return "exit reason 2147483681";
    }

    @Override
    String skipped() {
        return "guest_entry - 2";
    }

    /** The handler adds the length of CPUID to a RIP from which the guest begins again, with its first leaf. */
    @Override
    void expectConsequenceOfSkipping() throws Exception {
        assertTrue(session.machine().stop().text().startsWith("VM exit 2: CPUID"), session.machine().stop().text());
        session.after(VcpuThread::resume);
        session.after(VcpuThread::resume);
        Workbench.until(() -> "leaf 0 comes twice: " + session.serialPort(),
                () -> session.serialPort().contains("cpuid leaf 0\ncpuid leaf 0\n"));
    }
}
