// SPDX-License-Identifier: EPL-2.0
/**
 * The Page Walk view: the two-dimensional walk of an address, drawn as the grid it is.
 * Here live the part, the canvas, the picture (what is drawn where), its painter and its colours.
 * Never here: walking; the machine explains its own translations.
 */
package dev.vmcsmith.debug.ui.pagewalk;
