// SPDX-License-Identifier: EPL-2.0
/**
 * Finds the source of a frame: a file of the workspace where there is one, else a file of the file system.
 * Here live the platform's source lookup participants.
 * Never here: editors.
 */
package dev.vmcsmith.debug.source;
