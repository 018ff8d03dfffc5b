// SPDX-License-Identifier: EPL-2.0
/**
 * From a program and options to a machine that is ready to run, the same for the debug adapter and the command line.
 * Here live the meaning of launch options and the verdict on a finished run.
 * Never here: anything of the Debug Adapter Protocol, so that a plain run loads nothing of it.
 */
package dev.vmcsmith.dap.launch;
