// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Cr0;

/** Guest/host masks, read shadows and CR3-target values: which accesses to control registers exit, and what the others see. */
final class CrIntercepts {
    private static final int CLTS = 2 << 4, LMSW = 3 << 4, MOV_FROM = 1 << 4;
    private static final VmcsField[] CR3_TARGETS = {VmcsField.CR3_TARGET_VALUE_0, VmcsField.CR3_TARGET_VALUE_1,
        VmcsField.CR3_TARGET_VALUE_2, VmcsField.CR3_TARGET_VALUE_3};

    private final Vmcs vmcs;
    private final Controls controls;
    private long mask0;
    private long shadow0;
    private long mask4;
    private long shadow4;
    private int cr3Targets;

    CrIntercepts(Vmx vmx) {
        vmcs = vmx.vmcs;
        controls = vmx.controls;
    }

    void load() {
        mask0 = vmcs.value(VmcsField.CR0_GUEST_HOST_MASK);
        shadow0 = vmcs.value(VmcsField.CR0_READ_SHADOW);
        mask4 = vmcs.value(VmcsField.CR4_GUEST_HOST_MASK);
        shadow4 = vmcs.value(VmcsField.CR4_READ_SHADOW);
        cr3Targets = (int) vmcs.value(VmcsField.CR3_TARGET_COUNT);
    }

    boolean movToExits(int cr, long value) {
        return switch (cr) {
            case 0 -> ((value ^ shadow0) & mask0) != 0;
            case 4 -> ((value ^ shadow4) & mask4) != 0;
            case 3 -> controls.primary(Controls.CR3_LOAD) && !isTarget(value);
            default -> controls.primary(Controls.CR8_LOAD);
        };
    }

    boolean movFromExits(int cr) {
        return controls.primary(cr == 3 ? Controls.CR3_STORE : Controls.CR8_STORE);
    }

    boolean cltsExits() {
        return (mask0 & shadow0 & Cr0.TS) != 0;
    }

    /** LMSW cannot clear PE, so a source with PE clear never differs from the shadow there. */
    boolean lmswExits(int source) {
        return (mask0 & source & ~shadow0 & Cr0.PE) != 0 || ((source ^ shadow0) & mask0 & (Cr0.MP | Cr0.EM | Cr0.TS)) != 0;
    }

    long visible0(long cr0) {
        return cr0 & ~mask0 | shadow0 & mask0;
    }

    long visible4(long cr4) {
        return cr4 & ~mask4 | shadow4 & mask4;
    }

    /** What CR0 becomes: bits in the mask keep their value. */
    long effective0(long old, long value) {
        return old & mask0 | value & ~mask0;
    }

    long effective4(long old, long value) {
        return old & mask4 | value & ~mask4;
    }

    private boolean isTarget(long value) {
        for (int i = 0; i < cr3Targets; i++) {
            if (vmcs.value(CR3_TARGETS[i]) == value) {
                return true;
            }
        }
        return false;
    }

    static long movToQualification(int cr, int gpr) {
        return cr | gpr << 8;
    }

    static long movFromQualification(int cr, int gpr) {
        return cr | MOV_FROM | gpr << 8;
    }

    static long cltsQualification() {
        return CLTS;
    }

    static long lmswQualification(int source, boolean memory) {
        return LMSW | (memory ? 1 << 6 : 0) | (source & 0xFFFFL) << 16;
    }
}
