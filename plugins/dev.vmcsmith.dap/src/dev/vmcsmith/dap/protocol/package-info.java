// SPDX-License-Identifier: EPL-2.0
/**
 * What VMCSmith adds to the Debug Adapter Protocol: typed requests, events and the records they carry.
 * Here live plain data and two interfaces, for server and clients alike.
 * Never here: anything that knows how a machine works or how a client shows it.
 */
package dev.vmcsmith.dap.protocol;
