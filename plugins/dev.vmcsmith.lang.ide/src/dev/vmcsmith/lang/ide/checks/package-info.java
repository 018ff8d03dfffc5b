// SPDX-License-Identifier: EPL-2.0
/** How strictly a setup is checked: what its author chooses, for the workbench, a project or a client of the language server. */
package dev.vmcsmith.lang.ide.checks;
