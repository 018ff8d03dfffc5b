// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.InterceptPolicy;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Cr4;
import dev.vmcsmith.x86.Efer;

/**
 * What the translation of linear addresses depends on, of the guest or of the hypervisor, whether a processor executes it now or a VMCS
 * keeps it.
 *
 * @param pdptes the PDPTE registers of PAE paging, null when they are to be read from memory
 * @param pat IA32_PAT
 * @param keys protection-key rights: PKRU in bits 31:0, IA32_PKRS in bits 63:32
 * @param cpl current privilege level
 * @param allowUser RFLAGS.AC: lifts SMAP
 * @param setsFlags the access sets accessed and dirty flags as it translates; a debugger's look at memory does not
 * @param eptp the EPT pointer, null without EPT
 * @param eptControls what changes the meaning of EPT entries: the bits of {@link InterceptPolicy#eptControls}
 * @param hlat HLAT paging: {@link InterceptPolicy#hlat}
 * @param vmcs the VMCS that decides what a fault becomes, null in root mode
 */
public record PagingState(
        long cr0, long cr3, long cr4, long efer, long[] pdptes, long pat, long keys, int cpl, boolean allowUser, boolean setsFlags,
        Long eptp, int eptControls, long hlat, VmcsView vmcs) {

    private static final long RFLAGS_AC = 1 << 18;

    /** Paging modes (SDM "Paging Modes and Control Bits"). */
    public enum Mode {
        NONE("none"), BITS_32("32-bit"), PAE("PAE"), LEVEL_4("4-level"), LEVEL_5("5-level");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        /** The name of the mode. */
        public String text() {
            return text;
        }
    }

    /**
     * The state of a processor as it executes now.
     *
     * @param vmcs its current VMCS; null without one, not used in root mode
     */
    public static PagingState live(Cpu cpu, VmcsView vmcs) {
        long eptp = cpu.intercepts.eptPointer(cpu);
        return new PagingState(cpu.cr0, cpu.cr3, cpu.cr4, cpu.efer, cpu.pdpte, cpu.msr.pat, cpu.msr.protectionKeys(), cpu.cpl,
                (cpu.systemFlags & Cpu.AC) != 0, true, eptp == 0 ? null : (Long) eptp,
                eptp == 0 ? 0 : cpu.intercepts.eptControls(cpu), cpu.intercepts.hlat(cpu),
                cpu.intercepts.nonRoot() ? vmcs : null);
    }

    /** The state of a guest that is not running; what VM entry does not load is taken from the processor. */
    public static PagingState guest(VmcsView vmcs, Cpu cpu) {
        long efer = guestEfer(vmcs);
        boolean ept = eptp(vmcs) != null;
        long[] pdptes = !ept ? null : new long[] {vmcs.value(VmcsField.GUEST_PDPTE0), vmcs.value(VmcsField.GUEST_PDPTE1),
            vmcs.value(VmcsField.GUEST_PDPTE2), vmcs.value(VmcsField.GUEST_PDPTE3)};
        return new PagingState(vmcs.value(VmcsField.GUEST_CR0), vmcs.value(VmcsField.GUEST_CR3), vmcs.value(VmcsField.GUEST_CR4), efer,
                pdptes,
                set(vmcs, ControlBit.ENTRY_LOAD_IA32_PAT) ? vmcs.value(VmcsField.GUEST_IA32_PAT) : cpu.msr.pat, guestKeys(vmcs, cpu),
                (int) (vmcs.value(VmcsField.GUEST_SS_ACCESS_RIGHTS) >> 5) & 3, (vmcs.value(VmcsField.GUEST_RFLAGS) & RFLAGS_AC) != 0, true,
                eptp(vmcs), eptControls(vmcs), hlat(vmcs), vmcs);
    }

    private static long guestEfer(VmcsView vmcs) {
        boolean longMode = set(vmcs, ControlBit.ENTRY_IA32E_MODE_GUEST);
        if (set(vmcs, ControlBit.ENTRY_LOAD_IA32_EFER)) {
            return vmcs.value(VmcsField.GUEST_IA32_EFER);
        }
        return longMode ? Efer.LME | Efer.LMA | Efer.NXE : 0;
    }

    /** The state in which the hypervisor will be after the next VM exit. */
    public static PagingState host(VmcsView vmcs, Cpu cpu) {
        boolean longMode = (vmcs.value(VmcsField.EXIT_CONTROLS) & 1 << 9) != 0;
        long efer = longMode ? Efer.LME | Efer.LMA | Efer.NXE : 0;
        return new PagingState(vmcs.value(VmcsField.HOST_CR0), vmcs.value(VmcsField.HOST_CR3), vmcs.value(VmcsField.HOST_CR4), efer, null,
                cpu.msr.pat, hostKeys(vmcs, cpu), 0, false, true, null, 0, 0, null);
    }

    private static long guestKeys(VmcsView vmcs, Cpu cpu) {
        return set(vmcs, ControlBit.ENTRY_LOAD_PKRS) ? withPkrs(cpu, vmcs.value(VmcsField.GUEST_IA32_PKRS)) : cpu.msr.protectionKeys();
    }

    private static long hostKeys(VmcsView vmcs, Cpu cpu) {
        return set(vmcs, ControlBit.EXIT_LOAD_PKRS) ? withPkrs(cpu, vmcs.value(VmcsField.HOST_IA32_PKRS)) : cpu.msr.protectionKeys();
    }

    private static long withPkrs(Cpu cpu, long pkrs) {
        return cpu.msr.pkru & 0xFFFF_FFFFL | pkrs << 32;
    }

    private static boolean set(VmcsView vmcs, ControlBit bit) {
        return bit.in(vmcs.value(bit.field().field()));
    }

    private static Long eptp(VmcsView vmcs) {
        boolean enabled = vmcs != null && secondary(vmcs, ControlBit.ENABLE_EPT);
        return enabled ? (Long) vmcs.value(VmcsField.EPT_POINTER) : null;
    }

    private static int eptControls(VmcsView vmcs) {
        return (secondary(vmcs, ControlBit.MODE_BASED_EXECUTE_CONTROL_FOR_EPT) ? InterceptPolicy.EPT_MODE_BASED_EXECUTE : 0)
                | (tertiary(vmcs, ControlBit.EPT_PAGING_WRITE_CONTROL) ? InterceptPolicy.EPT_PAGING_WRITE : 0)
                | (tertiary(vmcs, ControlBit.GUEST_PAGING_VERIFICATION) ? InterceptPolicy.EPT_VERIFY_PAGING : 0);
    }

    private static long hlat(VmcsView vmcs) {
        return !tertiary(vmcs, ControlBit.ENABLE_HLAT) ? 0
                : InterceptPolicy.hlat(vmcs.value(VmcsField.HLAT_POINTER) & EptEntry.ADDRESS, vmcs.value(VmcsField.HLAT_PREFIX_SIZE));
    }

    /** EPT tells user from supervisor execution. */
    public boolean modeBasedExecute() {
        return (eptControls & InterceptPolicy.EPT_MODE_BASED_EXECUTE) != 0;
    }

    /** Pointer of the sub-page permission table that EPT entries may refer to; null when there is none. */
    Long subPageTable() {
        boolean enabled = vmcs != null && secondary(vmcs, ControlBit.SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT);
        return enabled ? (Long) vmcs.value(VmcsField.SPP_TABLE_POINTER) : null;
    }

    /** Bit 58 of an EPT entry that maps a page lets the processor set flags of the guest's paging structures there. */
    boolean pagingWriteControl() {
        return (eptControls & InterceptPolicy.EPT_PAGING_WRITE) != 0;
    }

    /** Bit 57 of an EPT entry that maps a page asks for paging structures with paging-write access. */
    boolean guestPagingVerification() {
        return pagingWriteControl() && (eptControls & InterceptPolicy.EPT_VERIFY_PAGING) != 0;
    }

    private static boolean tertiary(VmcsView vmcs, ControlBit bit) {
        return set(vmcs, ControlBit.ACTIVATE_TERTIARY_CONTROLS) && set(vmcs, bit);
    }

    private static boolean secondary(VmcsView vmcs, ControlBit bit) {
        return bit.field() == ControlField.SECONDARY && set(vmcs, ControlBit.ACTIVATE_SECONDARY_CONTROLS) && set(vmcs, bit);
    }

    /** The same for a debugger's look: no privilege check stops it, and it leaves no accessed or dirty flags. */
    public PagingState privileged() {
        return new PagingState(cr0, cr3, cr4, efer, pdptes, pat, 0, 0, true, false, eptp, eptControls, hlat, vmcs);
    }

    /** The paging mode that the control registers select. */
    public Mode mode() {
        if ((cr0 & Cr0.PG) == 0) {
            return Mode.NONE;
        }
        if ((efer & Efer.LMA) != 0) {
            return (cr4 & Cr4.LA57) != 0 ? Mode.LEVEL_5 : Mode.LEVEL_4;
        }
        return (cr4 & Cr4.PAE) != 0 ? Mode.PAE : Mode.BITS_32;
    }

    boolean user() {
        return cpl == 3;
    }

    boolean writeProtect() {
        return (cr0 & Cr0.WP) != 0;
    }

    boolean executeDisable() {
        return (efer & Efer.NXE) != 0;
    }
}
