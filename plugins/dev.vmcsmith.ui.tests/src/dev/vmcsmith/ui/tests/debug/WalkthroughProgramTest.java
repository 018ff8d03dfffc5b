// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** The walkthrough in the debugger. */
class WalkthroughProgramTest extends ProgramTests<WalkthroughProject> {

    /** Where the hypervisor's stack begins at every VM exit, below which it keeps the guest's registers. */
    private static final String STACK = "host.rsp";

    @Override
    WalkthroughProject create() throws Exception {
        return new WalkthroughProject();
    }

    @Override
    Places places() {
        return new Places("mov   ecx, cr3", "Main", STACK + " - 8", "guest.rip", "cr-access", "Control-register accesses (28)",
                "((exit-qualification >> 4) & 3) == 0", 3);
    }

    @Override
    String writtenMemory() {
        return "host-physical:" + STACK + " - 512";
    }

    @Override
    String entryFailure() {
        return "vmcsmith: VM entry failed: entry-failure-guest-state (33)";
    }

    @Override
    String skipped() {
        return "guest.rip + 6";
    }

    /** The handler adds the length of CPUID to a RIP from which only VMCALL is left. */
    @Override
    void expectConsequenceOfSkipping() {
        assertTrue(session.machine().stop().text().startsWith("VM exit 2: VMCALL"), session.machine().stop().text());
    }
}
