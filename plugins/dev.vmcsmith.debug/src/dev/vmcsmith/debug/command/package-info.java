// SPDX-License-Identifier: EPL-2.0
/**
 * Commands that move a machine through its run, in the platform's form: handlers that elements of the model adapt to.
 * Here lives when a command can be executed and what it asks of a vCPU.
 * Never here: buttons, keys; how a machine moves.
 */
package dev.vmcsmith.debug.command;
