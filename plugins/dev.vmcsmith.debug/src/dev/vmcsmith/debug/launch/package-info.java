// SPDX-License-Identifier: EPL-2.0
/**
 * Starts a machine in its own JVM from a launch configuration.
 * Here live the delegate, the reading of its attributes and the computation of the JVM's class path.
 * Never here: dialogs; the name of a language.
 */
package dev.vmcsmith.debug.launch;
