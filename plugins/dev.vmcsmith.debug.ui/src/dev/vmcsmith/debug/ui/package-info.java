// SPDX-License-Identifier: EPL-2.0
/**
 * What the debugger's views and dialogs share: identifiers and images.
 * Here live constants and the image registry.
 * Never here: a view; each has a package of its own.
 */
package dev.vmcsmith.debug.ui;
