// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.x86.Cr4;
import dev.vmcsmith.x86.Msr;

/**
 * What checks read from: a VMCS, capabilities, memory, environment. Reading something unknown yields 0 and is remembered,
 * so that the check's answer becomes UNKNOWN. Reusable (a machine keeps one); not thread-safe.
 */
public final class EntryContext {
    private VmcsView vmcs;
    private VmxCapabilities capabilities;
    private GuestMemory memory;
    private EntryEnvironment environment;
    private boolean missing;

    public EntryContext(VmcsView vmcs, VmxCapabilities capabilities, GuestMemory memory, EntryEnvironment environment) {
        set(vmcs, capabilities, memory, environment);
    }

    /** Points the context at other data. */
    public void set(VmcsView newVmcs, VmxCapabilities newCapabilities, GuestMemory newMemory, EntryEnvironment newEnvironment) {
        vmcs = newVmcs;
        capabilities = newCapabilities;
        memory = newMemory;
        environment = newEnvironment;
        missing = false;
    }

    /** Forgets that something was missing. */
    void begin() {
        missing = false;
    }

    /** Whether something that was asked for since {@link #begin()} is not known. */
    boolean missing() {
        return missing;
    }

    /** Says that something a check needs is not known. */
    void miss() {
        missing = true;
    }

    /** The answer of a check that found {@code ok}: UNKNOWN if it had to read something unknown. */
    Verdict verdict(boolean ok) {
        return missing ? Verdict.UNKNOWN : ok ? Verdict.HOLDS : Verdict.VIOLATED;
    }

    public VmcsView vmcs() {
        return vmcs;
    }

    public VmxCapabilities capabilities() {
        return capabilities;
    }

    public GuestMemory memory() {
        return memory;
    }

    public EntryEnvironment environment() {
        return environment;
    }

    /** Whether the field is known; asking does not make the answer UNKNOWN. */
    public boolean known(VmcsField field) {
        return vmcs.known(field);
    }

    /** The field's value. */
    public long get(VmcsField field) {
        if (vmcs.known(field)) {
            return vmcs.value(field);
        }
        missing = true;
        return 0;
    }

    /** Whether any of these bits of the field is 1. */
    public boolean any(VmcsField field, long mask) {
        return (get(field) & mask) != 0;
    }

    /** Whether the control is 1 and in force (a secondary control counts only when it is activated). */
    public boolean on(ControlBit control) {
        int state = test(control);
        if (state < 0) {
            missing = true;
        }
        return state > 0;
    }

    /** 1 when the control is 1 and in force, 0 when it is not, -1 when that is not known. */
    int test(ControlBit control) {
        ControlField field = control.field();
        ControlBit activation = field.activatedBy();
        int active = activation == null ? 1 : test(activation);
        if (active == 0) {
            return 0;
        }
        VmcsField holder = field.field();
        if (!vmcs.known(holder)) {
            return -1;
        }
        return control.in(vmcs.value(holder)) ? active : 0;
    }

    /** The capability MSR's value. */
    long msr(int msr) {
        if (!capabilities.known(msr)) {
            missing = true;
        }
        return capabilities.msr(msr);
    }

    boolean eptVpid(EptVpidCapability capability) {
        return (msr(Msr.IA32_VMX_EPT_VPID_CAP) >>> capability.bit() & 1) != 0;
    }

    /** Bits of a physical address that must be 0: those beyond the processor's physical-address width. */
    long beyondPhysical() {
        int width = capabilities.physicalAddressBits();
        if (width < 0) {
            missing = true;
            return -1L << 52;
        }
        long beyond = width >= 64 ? 0 : -1L << width;
        return capabilities.known(Msr.IA32_VMX_BASIC) && capabilities.addressesLimitedTo32Bits() ? -1L << 32 : beyond;
    }

    /** Whether a physical address has no bit beyond the processor's width; bits above 51 are wrong on every processor. */
    boolean physical(long address) {
        if ((address & -1L << 52) != 0) {
            return false;
        }
        if ((address & -1L << 32) == 0) {
            return true;
        }
        return (address & beyondPhysical()) == 0;
    }

    /** CPUID leaf 7 ECX[16]: 1 yes, 0 no, -1 not known. */
    private int la57() {
        return !capabilities.cpuid().has(7, 0) && capabilities.cpuid().leaves().isEmpty() ? -1 : capabilities.hasLa57() ? 1 : 0;
    }

    /**
     * Whether a base address or an MSR value is canonical to the processor: for these the widest linear address that the
     * processor supports counts, whatever the paging mode.
     */
    boolean canonical(long address) {
        if (isCanonical(address, 48)) {
            return true;
        }
        if (!isCanonical(address, 57)) {
            return false;
        }
        int la57 = la57();
        if (la57 < 0) {
            missing = true;
        }
        return la57 > 0;
    }

    /** Whether an instruction pointer is canonical in the paging mode that a CR4 field selects. */
    boolean canonical(long address, VmcsField cr4) {
        if (isCanonical(address, 48)) {
            return true;
        }
        return isCanonical(address, 57) && (get(cr4) & Cr4.LA57) != 0;
    }

    static boolean isCanonical(long address, int width) {
        long high = address >> width - 1;
        return high == 0 || high == -1;
    }
}
