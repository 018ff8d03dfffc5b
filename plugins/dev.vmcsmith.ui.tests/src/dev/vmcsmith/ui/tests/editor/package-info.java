// SPDX-License-Identifier: EPL-2.0
/** The editor of setups as its user meets it: in a real workbench, with a real editor. */
package dev.vmcsmith.ui.tests.editor;
