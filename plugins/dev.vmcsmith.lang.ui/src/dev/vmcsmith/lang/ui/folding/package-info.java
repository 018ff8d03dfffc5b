// SPDX-License-Identifier: EPL-2.0
/** Folding in the editor. Which lines fold is decided in {@code lang.ide}. */
package dev.vmcsmith.lang.ui.folding;
