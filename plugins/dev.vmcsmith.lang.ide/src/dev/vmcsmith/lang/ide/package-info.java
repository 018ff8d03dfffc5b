// SPDX-License-Identifier: EPL-2.0
/** Editor services of the setup language: the wiring. Nothing here or below sees SWT. */
package dev.vmcsmith.lang.ide;
