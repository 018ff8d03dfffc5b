// SPDX-License-Identifier: EPL-2.0
/**
 * One running machine as seen from outside its JVM: the process, its consoles, and the conversation in the Debug Adapter Protocol.
 * Here lives everything that runs and debugs have in common.
 * Never here: the debug model, launch configurations.
 */
package dev.vmcsmith.debug.session;
