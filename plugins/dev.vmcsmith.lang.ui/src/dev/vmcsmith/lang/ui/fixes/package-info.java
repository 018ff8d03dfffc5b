// SPDX-License-Identifier: EPL-2.0
/** Quick fixes in the editor and in the Problems view. What they change is decided in {@code lang.ide}. */
package dev.vmcsmith.lang.ui.fixes;
