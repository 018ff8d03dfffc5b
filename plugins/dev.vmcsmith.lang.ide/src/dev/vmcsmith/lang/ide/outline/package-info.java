// SPDX-License-Identifier: EPL-2.0
/** The structure of a setup for outlines. Knows no tree widget. */
package dev.vmcsmith.lang.ide.outline;
