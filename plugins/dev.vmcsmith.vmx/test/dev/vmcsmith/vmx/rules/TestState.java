// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmxCapabilities;

/** A processor in VMX root operation with a current VMCS, whose every property a test can change. */
final class TestState implements VmxInstructionState {
    boolean vmx = true;
    boolean root = true;
    int cpl;
    long cr0 = 0x8000_0031L;
    long cr4 = 0x2020;
    boolean v86;
    boolean compatibility;
    long featureControl = 5;
    boolean register;
    long operand = 0x6000;
    long operandHigh;
    long selector;
    long current = Baseline.CURRENT_VMCS;
    boolean shadow;
    boolean launched;
    boolean movSs;
    boolean dualMonitor;
    boolean functionsEnabled;
    long functions;
    VmxCapabilities capabilities = Baseline.wide();
    final TestMemory memory = new TestMemory();

    TestState() {
        memory.write64(0x6000, Baseline.REVISION);
    }

    @Override
    public boolean inVmxOperation() {
        return vmx;
    }

    @Override
    public boolean inRootOperation() {
        return root;
    }

    @Override
    public int cpl() {
        return cpl;
    }

    @Override
    public long cr0() {
        return cr0;
    }

    @Override
    public long cr4() {
        return cr4;
    }

    @Override
    public boolean virtual8086() {
        return v86;
    }

    @Override
    public boolean compatibilityMode() {
        return compatibility;
    }

    @Override
    public long featureControl() {
        return featureControl;
    }

    @Override
    public boolean registerOperand() {
        return register;
    }

    @Override
    public long operand() {
        return operand;
    }

    @Override
    public long operandHigh() {
        return operandHigh;
    }

    @Override
    public long selector() {
        return selector;
    }

    @Override
    public long currentVmcs() {
        return current;
    }

    @Override
    public long vmxonPointer() {
        return Baseline.VMXON;
    }

    @Override
    public boolean currentIsShadow() {
        return shadow;
    }

    @Override
    public boolean launched() {
        return launched;
    }

    @Override
    public boolean blockedByMovSs() {
        return movSs;
    }

    @Override
    public boolean dualMonitor() {
        return dualMonitor;
    }

    @Override
    public boolean vmFunctionsEnabled() {
        return functionsEnabled;
    }

    @Override
    public long vmFunctions() {
        return functions;
    }

    @Override
    public VmxCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public GuestMemory memory() {
        return memory;
    }
}
