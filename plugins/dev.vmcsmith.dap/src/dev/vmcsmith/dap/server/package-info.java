// SPDX-License-Identifier: EPL-2.0
/**
 * The debug adapter: one machine with one image, driven by the Debug Adapter Protocol.
 * Here live the requests, what they need to know of a stopped machine, and the steps and breakpoints that stop it.
 * Never here: how the machine works, the language of setups, anything of Eclipse's debugger.
 */
package dev.vmcsmith.dap.server;
