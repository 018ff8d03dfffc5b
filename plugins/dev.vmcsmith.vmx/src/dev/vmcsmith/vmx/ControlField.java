// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.List;

/**
 * The VMCS fields whose bits are controls with allowed settings, and the capability MSRs that report these (SDM appendix
 * "VMX Capability Reporting Facility").
 */
public enum ControlField {
    PIN_BASED("pin-based", "VM-execution control", VmcsField.PIN_BASED_CONTROLS,
            Msr.IA32_VMX_PINBASED_CTLS, Msr.IA32_VMX_TRUE_PINBASED_CTLS, 0x16),
    PRIMARY("primary", "VM-execution control", VmcsField.PRIMARY_CONTROLS,
            Msr.IA32_VMX_PROCBASED_CTLS, Msr.IA32_VMX_TRUE_PROCBASED_CTLS, 0x0401_E172),
    SECONDARY("secondary", "VM-execution control", VmcsField.SECONDARY_CONTROLS, Msr.IA32_VMX_PROCBASED_CTLS2, 0, 0),
    TERTIARY("tertiary", "VM-execution control", VmcsField.TERTIARY_CONTROLS, Msr.IA32_VMX_PROCBASED_CTLS3, 0, 0),
    EXIT("exit", "VM-exit control", VmcsField.EXIT_CONTROLS, Msr.IA32_VMX_EXIT_CTLS, Msr.IA32_VMX_TRUE_EXIT_CTLS, 0x0003_6DFF),
    SECONDARY_EXIT("secondary-exit", "VM-exit control", VmcsField.SECONDARY_EXIT_CONTROLS, Msr.IA32_VMX_EXIT_CTLS2, 0, 0),
    ENTRY("entry", "VM-entry control", VmcsField.ENTRY_CONTROLS, Msr.IA32_VMX_ENTRY_CTLS, Msr.IA32_VMX_TRUE_ENTRY_CTLS, 0x11FF),
    VM_FUNCTIONS("vm-functions", "VM-function control", VmcsField.VM_FUNCTION_CONTROLS, Msr.IA32_VMX_VMFUNC, 0, 0);

    private final String hvName;
    private final String kind;
    private final VmcsField field;
    private final int msr;
    private final int trueMsr;
    private final int default1;
    private List<ControlBit> bits;

    ControlField(String hvName, String kind, VmcsField field, int msr, int trueMsr, int default1) {
        this.hvName = hvName;
        this.kind = kind;
        this.field = field;
        this.msr = msr;
        this.trueMsr = trueMsr;
        this.default1 = default1;
    }

    /** The name of the block in setup files that lists controls of this field, for example {@code primary}. */
    public String hvName() {
        return hvName;
    }

    /** What the SDM calls one bit of this field, for example {@code VM-execution control}. */
    public String kind() {
        return kind;
    }

    /** The VMCS field that holds the bits. */
    public VmcsField field() {
        return field;
    }

    /** The capability MSR that every processor with this field has. */
    public int msr() {
        return msr;
    }

    /** The MSR that replaces {@link #msr()} where IA32_VMX_BASIC[55] is 1; 0 when there is none. */
    public int trueMsr() {
        return trueMsr;
    }

    /** The SDM's default1 class: reserved bits that are 1 unless the TRUE MSR says that they may be 0. */
    public int default1() {
        return default1;
    }

    /** True where the capability MSR has only allowed 1-settings, in all its 64 bits, and no bit is ever forced to 1. */
    public boolean allowed1Only() {
        return this == TERTIARY || this == SECONDARY_EXIT || this == VM_FUNCTIONS;
    }

    /** The control that makes the processor read this field at all; null when it always does. */
    public ControlBit activatedBy() {
        return switch (this) {
            case SECONDARY -> ControlBit.ACTIVATE_SECONDARY_CONTROLS;
            case TERTIARY -> ControlBit.ACTIVATE_TERTIARY_CONTROLS;
            case SECONDARY_EXIT -> ControlBit.EXIT_ACTIVATE_SECONDARY_CONTROLS;
            case VM_FUNCTIONS -> ControlBit.ENABLE_VM_FUNCTIONS;
            default -> null;
        };
    }

    /** The named bits, lowest first. */
    public List<ControlBit> bits() {
        List<ControlBit> result = bits;
        if (result == null) {
            result = new ArrayList<>();
            for (ControlBit bit : ControlBit.values()) {
                if (bit.field() == this) {
                    result.add(bit);
                }
            }
            bits = result = List.copyOf(result);
        }
        return result;
    }

    /** The field whose bits this VMCS field holds; null if it is not a control field. */
    public static ControlField of(VmcsField field) {
        for (ControlField candidate : values()) {
            if (candidate.field == field) {
                return candidate;
            }
        }
        return null;
    }

    /** The field with this name in setup files; null if there is none. */
    public static ControlField find(String hvName) {
        for (ControlField candidate : values()) {
            if (candidate.hvName.equals(hvName)) {
                return candidate;
            }
        }
        return null;
    }
}
