// SPDX-License-Identifier: EPL-2.0
/** What the user chooses: for the workspace on preference pages, for a project on its property page. */
package dev.vmcsmith.lang.ui.preferences;
