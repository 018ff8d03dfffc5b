// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

/**
 * A VMX instruction that has been executed in root operation.
 *
 * @param mnemonic upper case, such as "VMPTRLD"
 * @param operand  the VMCS or VMXON pointer, the field encoding of VMREAD and VMWRITE, the type of INVEPT and INVVPID, or 0
 * @param value    the value read or written by VMREAD and VMWRITE, or 0
 * @param error    0 VMsucceed, -1 VMfailInvalid, otherwise the VM-instruction error number of VMfailValid
 */
public record VmxOperation(int cpu, String mnemonic, long operand, long value, int error) {
    public boolean succeeded() {
        return error == 0;
    }
}
