// SPDX-License-Identifier: EPL-2.0
/**
 * Buttons and keys of the commands that move a machine through its run.
 * Here live the handlers of the workbench's commands.
 * Never here: when they can be executed; the model's elements know.
 */
package dev.vmcsmith.debug.ui.command;
