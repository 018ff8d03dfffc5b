// SPDX-License-Identifier: EPL-2.0
/**
 * Commands that go back in time, in the platform's form: handlers that elements of the model adapt to.
 * Here lives when a command can be executed and what it asks of a vCPU.
 * Never here: buttons, keys; how a machine goes back.
 */
package dev.vmcsmith.debug.reverse;
