// SPDX-License-Identifier: EPL-2.0
/** The outline of a setup in the Outline view. */
package dev.vmcsmith.lang.ui.outline;
