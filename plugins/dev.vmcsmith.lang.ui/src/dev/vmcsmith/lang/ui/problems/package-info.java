// SPDX-License-Identifier: EPL-2.0
/** Problem markers of setups, while typing and for whole projects. What is a problem is decided in {@code lang}. */
package dev.vmcsmith.lang.ui.problems;
