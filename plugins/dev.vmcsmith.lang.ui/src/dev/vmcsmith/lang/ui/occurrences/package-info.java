// SPDX-License-Identifier: EPL-2.0
/** Marks the places of the name at the cursor. */
package dev.vmcsmith.lang.ui.occurrences;
