// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import dev.vmcsmith.x86.Msr;
import java.util.Map;

/**
 * What a processor's VMX implementation allows: the capability MSRs 480H to 493H, and the facts of CPUID that VM entry
 * looks at (SDM appendix "VMX Capability Reporting Facility"). Immutable. A value that nobody documented is unknown:
 * {@link #known(int)} is false, and rules that need it answer UNKNOWN.
 */
public final class VmxCapabilities {
    /** Nothing is known. */
    public static final VmxCapabilities UNKNOWN = new VmxCapabilities(Map.of(), CpuidTable.UNKNOWN);

    private static final int FIRST = Msr.IA32_VMX_BASIC;
    private static final int COUNT = Msr.IA32_VMX_EXIT_CTLS2 - FIRST + 1;

    private final long[] values = new long[COUNT];
    private final boolean[] known = new boolean[COUNT];
    private final long[] allowed0 = new long[ControlField.values().length];
    private final long[] allowed1 = new long[ControlField.values().length];
    private final boolean[] fieldKnown = new boolean[ControlField.values().length];
    private final CpuidTable cpuid;
    private final int physicalAddressBits;

    /**
     * @param msrs MSR number to value; numbers outside 480H to 493H are ignored, missing ones are unknown
     * @param cpuid the processor's CPUID leaves, {@link CpuidTable#UNKNOWN} if nothing is known
     */
    public VmxCapabilities(Map<Integer, Long> msrs, CpuidTable cpuid) {
        msrs.forEach((msr, value) -> {
            int index = msr - FIRST;
            if (index >= 0 && index < COUNT) {
                values[index] = value;
                known[index] = true;
            }
        });
        this.cpuid = cpuid;
        this.physicalAddressBits = cpuid.physicalAddressBits();
        for (ControlField field : ControlField.values()) {
            resolve(field);
        }
    }

    /** Fills the allowed settings of one field, given those of the field that holds its activating control. */
    private void resolve(ControlField field) {
        int index = field.ordinal();
        ControlBit activation = field.activatedBy();
        if (activation != null && fieldKnown[activation.field().ordinal()]
                && !activation.in(allowed1[activation.field().ordinal()])) {
            fieldKnown[index] = true;
            return;
        }
        int msr = field.msr();
        if (field.trueMsr() != 0 && known(Msr.IA32_VMX_BASIC) && hasTrueControls()) {
            msr = field.trueMsr();
        }
        fieldKnown[index] = known(msr) && (field.trueMsr() == 0 || known(Msr.IA32_VMX_BASIC));
        if (!known(msr)) {
            return;
        }
        long value = msr(msr);
        allowed0[index] = field.allowed1Only() ? 0 : value & 0xFFFF_FFFFL;
        allowed1[index] = field.allowed1Only() ? value : value >>> 32;
    }

    /** Whether the capability MSR's value is known. */
    public boolean known(int msr) {
        int index = msr - FIRST;
        return index >= 0 && index < COUNT && known[index];
    }

    /** The capability MSR's value; 0 when it is not known. */
    public long msr(int msr) {
        int index = msr - FIRST;
        return index >= 0 && index < COUNT ? values[index] : 0;
    }

    /** The same with another value for one capability MSR. */
    public VmxCapabilities with(int msr, long value) {
        Map<Integer, Long> msrs = new java.util.HashMap<>();
        for (int i = 0; i < COUNT; i++) {
            if (known[i]) {
                msrs.put(FIRST + i, values[i]);
            }
        }
        msrs.put(msr, value);
        return new VmxCapabilities(msrs, cpuid);
    }

    /** The same with other CPUID leaves. */
    public VmxCapabilities with(CpuidTable other) {
        Map<Integer, Long> msrs = new java.util.HashMap<>();
        for (int i = 0; i < COUNT; i++) {
            if (known[i]) {
                msrs.put(FIRST + i, values[i]);
            }
        }
        return new VmxCapabilities(msrs, other);
    }

    public CpuidTable cpuid() {
        return cpuid;
    }

    /** Whether the allowed settings of a control field are known. */
    public boolean known(ControlField field) {
        return fieldKnown[field.ordinal()];
    }

    /** The capability MSR that governs the field on this processor: the TRUE one where IA32_VMX_BASIC[55] is 1. */
    public int governingMsr(ControlField field) {
        return field.trueMsr() != 0 && hasTrueControls() ? field.trueMsr() : field.msr();
    }

    /** Allowed 0-settings: a bit that is 1 here must be 1 in the field. */
    public long allowed0(ControlField field) {
        return allowed0[field.ordinal()];
    }

    /** Allowed 1-settings: a bit that is 0 here must be 0 in the field. 0 for a field that the processor does not have. */
    public long allowed1(ControlField field) {
        return allowed1[field.ordinal()];
    }

    /** The nearest value that VM entry accepts: fixed-1 bits set, fixed-0 bits cleared, as every hypervisor does it. */
    public long adjust(ControlField field, long value) {
        return value & allowed1(field) | allowed0(field);
    }

    /** Whether the control may be 1. */
    public boolean allows(ControlBit control) {
        return control.in(allowed1(control.field()));
    }

    /** Whether the control must be 1. */
    public boolean requires(ControlBit control) {
        return control.in(allowed0(control.field()));
    }

    // IA32_VMX_BASIC

    /** VMCS revision identifier, 31 bits. */
    public int revision() {
        return (int) (msr(Msr.IA32_VMX_BASIC) & 0x7FFF_FFFF);
    }

    /** Bytes to allocate for a VMXON or VMCS region, at most 4096. */
    public int regionSize() {
        return (int) (msr(Msr.IA32_VMX_BASIC) >>> 32 & 0x1FFF);
    }

    /** VMX structures have to lie below 4 GiB (bit 48); never set on processors with Intel 64 architecture. */
    public boolean addressesLimitedTo32Bits() {
        return basic(48);
    }

    public boolean hasDualMonitor() {
        return basic(49);
    }

    /** Memory type of the VMCS and the structures it points to: 0 uncacheable, 6 write-back. */
    public int memoryType() {
        return (int) (msr(Msr.IA32_VMX_BASIC) >>> 50 & 0xF);
    }

    /** VM exits for INS and OUTS fill the VM-exit instruction-information field (bit 54). */
    public boolean reportsInsOutsInformation() {
        return basic(54);
    }

    /** The TRUE capability MSRs exist (bit 55). */
    public boolean hasTrueControls() {
        return basic(55);
    }

    /** VM entry may deliver a hardware exception with or without an error code, whatever its vector (bit 56). */
    public boolean errorCodeIsOptional() {
        return basic(56);
    }

    /** Nested exceptions are supported: FRED transitions report and restore them (bit 58). */
    public boolean hasNestedExceptions() {
        return basic(58);
    }

    private boolean basic(int bit) {
        return (msr(Msr.IA32_VMX_BASIC) >>> bit & 1) != 0;
    }

    // IA32_VMX_MISC

    /** The preemption timer counts down by 1 whenever this bit of the TSC changes. */
    public int preemptionTimerShift() {
        return (int) misc() & 0x1F;
    }

    /** VM exits store IA32_EFER.LMA into the "IA-32e mode guest" control. */
    public boolean savesLongModeActive() {
        return misc(5);
    }

    /** Whether an activity state may be entered: 0 active (always), 1 HLT, 2 shutdown, 3 wait-for-SIPI. */
    public boolean allowsActivityState(long state) {
        return state == 0 || state > 0 && state <= 3 && misc((int) state + 5);
    }

    public boolean allowsProcessorTraceInVmx() {
        return misc(14);
    }

    /** RDMSR can read IA32_SMBASE in SMM. */
    public boolean readsSmbaseInSmm() {
        return misc(15);
    }

    /** Number of CR3-target values, 4 on every processor so far. */
    public int cr3Targets() {
        return (int) (misc() >>> 16 & 0x1FF);
    }

    /** Recommended maximum number of entries in an MSR list. */
    public int maxMsrListEntries() {
        return 512 * ((int) (misc() >>> 25 & 7) + 1);
    }

    /** IA32_SMM_MONITOR_CTL[2] can be set, so that VMXOFF leaves SMIs blocked. */
    public boolean canKeepSmiBlocked() {
        return misc(28);
    }

    /** VMWRITE can write VM-exit information fields. */
    public boolean writesExitFields() {
        return misc(29);
    }

    /** Software interrupts can be injected with an instruction length of 0. */
    public boolean allowsZeroLengthInjection() {
        return misc(30);
    }

    public int msegRevision() {
        return (int) (misc() >>> 32);
    }

    private long misc() {
        return msr(Msr.IA32_VMX_MISC);
    }

    private boolean misc(int bit) {
        return (misc() >>> bit & 1) != 0;
    }

    // CR0, CR4, VMCS enumeration

    /** Bits that are 1 here must be 1 in CR0 in VMX operation. */
    public long cr0Fixed0() {
        return msr(Msr.IA32_VMX_CR0_FIXED0);
    }

    /** Bits that are 0 here must be 0 in CR0 in VMX operation. */
    public long cr0Fixed1() {
        return msr(Msr.IA32_VMX_CR0_FIXED1);
    }

    public long cr4Fixed0() {
        return msr(Msr.IA32_VMX_CR4_FIXED0);
    }

    public long cr4Fixed1() {
        return msr(Msr.IA32_VMX_CR4_FIXED1);
    }

    /** The highest index value (bits 9:1) in the encoding of any field that the processor has. */
    public int highestFieldIndex() {
        return (int) (msr(Msr.IA32_VMX_VMCS_ENUM) >>> 1 & 0x1FF);
    }

    // IA32_VMX_EPT_VPID_CAP

    /** Whether one bit of IA32_VMX_EPT_VPID_CAP is set. */
    public boolean eptVpid(EptVpidCapability capability) {
        return (msr(Msr.IA32_VMX_EPT_VPID_CAP) >>> capability.bit() & 1) != 0;
    }

    /** The largest HLAT prefix size, bits 53:48. */
    public int maxHlatPrefixSize() {
        return (int) (msr(Msr.IA32_VMX_EPT_VPID_CAP) >>> 48 & 0x3F);
    }

    // CPUID

    /** Width of physical addresses (MAXPHYADDR); -1 when it is not known. */
    public int physicalAddressBits() {
        return physicalAddressBits;
    }

    /** Whether the processor has 5-level paging and so 57-bit linear addresses (CPUID.(7,0):ECX[16]). */
    public boolean hasLa57() {
        return (cpuid.ecx(7, 0) >>> 16 & 1) != 0;
    }

    /** Whether the processor has APX (CPUID.(7,1):EDX[21]), or CPUID is not known. */
    public boolean mayHaveApx() {
        return cpuid.leaves().isEmpty() || (cpuid.edx(7, 1) >>> 21 & 1) != 0;
    }

    /** Whether the processor has Intel 64 architecture; true unless CPUID shows otherwise. */
    public boolean hasLongMode() {
        return !cpuid.has(0x8000_0001, 0) || (cpuid.edx(0x8000_0001, 0) >>> 29 & 1) != 0;
    }
}
