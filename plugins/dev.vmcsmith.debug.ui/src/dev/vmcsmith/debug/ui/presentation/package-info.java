// SPDX-License-Identifier: EPL-2.0
/**
 * How the debug model looks in the platform's views, and in which editor its sources open.
 * Here live labels and images.
 * Never here: the VMCSmith views' own labels.
 */
package dev.vmcsmith.debug.ui.presentation;
