// SPDX-License-Identifier: EPL-2.0
/** The formatter in the editor. */
package dev.vmcsmith.lang.ui.format;
