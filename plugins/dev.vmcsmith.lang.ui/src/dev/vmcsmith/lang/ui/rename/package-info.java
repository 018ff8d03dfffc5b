// SPDX-License-Identifier: EPL-2.0
/** Renaming across the files of a project, with a preview and undo. */
package dev.vmcsmith.lang.ui.rename;
