// SPDX-License-Identifier: EPL-2.0
/**
 * The debugger in a real workbench, on the walkthrough and the real machine.
 * Here live tests that launch, step and look at the views as a user does.
 * Never here: tests of the adapter or the machine; they need no workbench.
 */
package dev.vmcsmith.ui.tests.debug;
