// SPDX-License-Identifier: EPL-2.0
/** The setup language in the workbench: names shared by its parts. What a setup means is asked of {@code lang.ide}, never decided here. */
package dev.vmcsmith.lang.ui;
