// SPDX-License-Identifier: EPL-2.0
/**
 * Looks at an installed product from the inside, for the installation test that runs outside of it.
 * It does nothing unless that test asks for it, and it never tests a feature.
 */
package dev.vmcsmith.ui.tests.install;
