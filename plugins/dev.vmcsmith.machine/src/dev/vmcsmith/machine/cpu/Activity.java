// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/** Activity state in the numbering of the VMCS field "activity state". */
public enum Activity {
    ACTIVE, HLT, SHUTDOWN, WAIT_FOR_SIPI
}
