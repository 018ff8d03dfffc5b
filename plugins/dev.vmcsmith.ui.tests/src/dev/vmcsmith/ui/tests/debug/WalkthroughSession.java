// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

/** Tests that debug the walkthrough. */
abstract class WalkthroughSession extends ProgramSession<WalkthroughProject> {

    @Override
    WalkthroughProject create() throws Exception {
        return new WalkthroughProject();
    }
}
