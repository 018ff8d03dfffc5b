// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

/** Tests that debug a hypervisor in C. */
abstract class CHypervisorSession extends ProgramSession<CHypervisorProject> {

    @Override
    CHypervisorProject create() throws Exception {
        return new CHypervisorProject();
    }
}
