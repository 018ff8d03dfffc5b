// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import dev.vmcsmith.vmx.InterruptionInfo;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Efer;

/**
 * Moves the guest-state area between the VMCS and the processor (SDM "Loading Guest State", "Saving Guest State"). Values have
 * been checked before they are loaded.
 */
final class GuestState {
    private static final long ENABLED_BREAKPOINT = 1 << 12, SINGLE_STEP = 1 << 14;
    static final int BLOCKED_BY_STI = 1, BLOCKED_BY_MOV_SS = 2, BLOCKED_BY_SMI = 4, BLOCKED_BY_NMI = 8;
    /** CR0 bits that VM entry and VM exit leave alone: ET, reserved bits, NW, CD. */
    static final long CR0_KEPT = Cr0.ET | 0xFFC0 | 1L << 17 | 0x1FF8_0000L | Cr0.NW | Cr0.CD;

    private static final VmcsField[] SELECTORS = {VmcsField.GUEST_ES_SELECTOR, VmcsField.GUEST_CS_SELECTOR, VmcsField.GUEST_SS_SELECTOR,
        VmcsField.GUEST_DS_SELECTOR, VmcsField.GUEST_FS_SELECTOR, VmcsField.GUEST_GS_SELECTOR, VmcsField.GUEST_LDTR_SELECTOR,
        VmcsField.GUEST_TR_SELECTOR};
    private static final VmcsField[] BASES = {VmcsField.GUEST_ES_BASE, VmcsField.GUEST_CS_BASE, VmcsField.GUEST_SS_BASE,
        VmcsField.GUEST_DS_BASE, VmcsField.GUEST_FS_BASE, VmcsField.GUEST_GS_BASE, VmcsField.GUEST_LDTR_BASE, VmcsField.GUEST_TR_BASE};
    private static final VmcsField[] LIMITS = {VmcsField.GUEST_ES_LIMIT, VmcsField.GUEST_CS_LIMIT, VmcsField.GUEST_SS_LIMIT,
        VmcsField.GUEST_DS_LIMIT, VmcsField.GUEST_FS_LIMIT, VmcsField.GUEST_GS_LIMIT, VmcsField.GUEST_LDTR_LIMIT,
        VmcsField.GUEST_TR_LIMIT};
    private static final VmcsField[] RIGHTS = {VmcsField.GUEST_ES_ACCESS_RIGHTS, VmcsField.GUEST_CS_ACCESS_RIGHTS,
        VmcsField.GUEST_SS_ACCESS_RIGHTS, VmcsField.GUEST_DS_ACCESS_RIGHTS, VmcsField.GUEST_FS_ACCESS_RIGHTS,
        VmcsField.GUEST_GS_ACCESS_RIGHTS, VmcsField.GUEST_LDTR_ACCESS_RIGHTS, VmcsField.GUEST_TR_ACCESS_RIGHTS};
    private static final VmcsField[] PDPTES = {VmcsField.GUEST_PDPTE0, VmcsField.GUEST_PDPTE1, VmcsField.GUEST_PDPTE2,
        VmcsField.GUEST_PDPTE3};
    private static final Activity[] ACTIVITIES = Activity.values();

    private final Vmx vmx;
    private final Cpu cpu;
    private final Vmcs vmcs;
    private final Controls controls;

    GuestState(Vmx vmx) {
        this.vmx = vmx;
        this.cpu = vmx.cpu;
        this.vmcs = vmx.vmcs;
        this.controls = vmx.controls;
    }

    // --- VM entry ----------------------------------------------------------------------------------------------------

    /** Loads everything but the PDPTEs that come from memory; {@code cpu.intercepts} is the guest's already. */
    void load() {
        loadControlRegisters();
        loadMsrs();
        for (int i = 0; i < 8; i++) {
            loadSegment(i);
        }
        cpu.gdtBase = vmcs.value(VmcsField.GUEST_GDTR_BASE);
        cpu.gdtLimit = (int) vmcs.value(VmcsField.GUEST_GDTR_LIMIT);
        cpu.idtBase = vmcs.value(VmcsField.GUEST_IDTR_BASE);
        cpu.idtLimit = (int) vmcs.value(VmcsField.GUEST_IDTR_LIMIT);
        cpu.gpr[Cpu.RSP] = vmcs.value(VmcsField.GUEST_RSP);
        cpu.rip = vmcs.value(VmcsField.GUEST_RIP);
        cpu.setRflags(vmcs.value(VmcsField.GUEST_RFLAGS));
        loadNonRegisterState();
    }

    private void loadControlRegisters() {
        cpu.cr0 = cpu.cr0 & CR0_KEPT | vmcs.value(VmcsField.GUEST_CR0) & ~CR0_KEPT & 0xFFFF_FFFFL;
        cpu.cr3 = vmcs.value(VmcsField.GUEST_CR3);
        cpu.cr4 = vmcs.value(VmcsField.GUEST_CR4);
        if (controls.entry(Controls.LOAD_DEBUG)) {
            cpu.dr[7] = vmcs.value(VmcsField.GUEST_DR7) & ~0xD000L | 0x400;
            cpu.msr.debugctl = vmcs.value(VmcsField.GUEST_IA32_DEBUGCTL);
        }
        boolean longMode = controls.entry(Controls.GUEST_64);
        if (controls.entry(Controls.LOAD_EFER)) {
            cpu.efer = vmcs.value(VmcsField.GUEST_IA32_EFER) & ~Efer.LMA | (longMode ? Efer.LMA : 0);
        } else {
            long cleared = (cpu.cr0 & 0x8000_0000L) != 0 ? Efer.LMA | Efer.LME : Efer.LMA;
            cpu.efer = cpu.efer & ~cleared | (longMode ? Efer.LMA | Efer.LME : 0);
        }
        if (controls.secondary(Controls.EPT) && paePaging()) {
            for (int i = 0; i < 4; i++) {
                cpu.pdpte[i] = vmcs.value(PDPTES[i]);
            }
        }
    }

    private void loadMsrs() {
        cpu.msr.sysenterCs = vmcs.value(VmcsField.GUEST_SYSENTER_CS);
        cpu.msr.sysenterEsp = vmcs.value(VmcsField.GUEST_SYSENTER_ESP);
        cpu.msr.sysenterEip = vmcs.value(VmcsField.GUEST_SYSENTER_EIP);
        if (controls.entry(Controls.LOAD_PAT)) {
            cpu.msr.pat = vmcs.value(VmcsField.GUEST_IA32_PAT);
        }
        if (controls.entry(Controls.LOAD_BNDCFGS)) {
            cpu.msr.bndcfgs = vmcs.value(VmcsField.GUEST_IA32_BNDCFGS);
        }
        if (controls.entry(Controls.LOAD_PERF_GLOBAL_CTRL)) {
            cpu.msr.perfGlobalCtrl = vmcs.value(VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL);
        }
        if (controls.entry(Controls.LOAD_PKRS)) {
            cpu.msr.pkrs = (int) vmcs.value(VmcsField.GUEST_IA32_PKRS);
        }
        if (controls.entry(Controls.LOAD_SPEC_CTRL)) {
            cpu.msr.spec = vmcs.value(VmcsField.GUEST_IA32_SPEC_CTRL);
        }
    }

    private void loadSegment(int i) {
        cpu.seg[i].set((int) vmcs.value(SELECTORS[i]), vmcs.value(BASES[i]), vmcs.value(LIMITS[i]), (int) vmcs.value(RIGHTS[i]) & 0x1F0FF);
    }

    private void loadNonRegisterState() {
        int blocking = (int) vmcs.value(VmcsField.GUEST_INTERRUPTIBILITY_STATE);
        cpu.shadow = blocking & (BLOCKED_BY_STI | BLOCKED_BY_MOV_SS);
        boolean nmi = (blocking & BLOCKED_BY_NMI) != 0;
        vmx.virtualNmiBlocked = nmi && controls.pin(Controls.VIRTUAL_NMIS);
        cpu.nmiBlocked = nmi && !controls.pin(Controls.VIRTUAL_NMIS);
        cpu.shadowExpiring = false;
        cpu.monitorArmed = false;
        cpu.pendingDebug = pendingDebug();
        cpu.activity = ACTIVITIES[(int) vmcs.value(VmcsField.GUEST_ACTIVITY_STATE) & 3];
        cpu.attention |= (cpu.shadow != 0 ? Attention.SHADOW : 0) | (cpu.pendingDebug != 0 || (cpu.dr[7] & 0xFF) != 0 ? Attention.DEBUG : 0)
            | (cpu.activity != Activity.ACTIVE ? Attention.INACTIVE : 0) | (cpu.nmiPending ? Attention.NMI : 0)
            | (cpu.initPending ? Attention.INIT : 0) | (controls.pin(Controls.EXTERNAL_INTERRUPT_EXITING) ? Attention.INTERRUPT : 0)
            | Attention.BLOCK;
    }

    /** Breakpoint conditions count only when the enabled-breakpoint bit is set; nothing is pending behind an injected event. */
    private long pendingDebug() {
        if (InterruptionInfo.valid(vmcs.value(VmcsField.ENTRY_INTERRUPTION_INFORMATION))) {
            return 0;
        }
        long field = vmcs.value(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS);
        return (field & ENABLED_BREAKPOINT) != 0 ? field : field & SINGLE_STEP;
    }

    private boolean paePaging() {
        return cpu.pagingEnabled() && (cpu.cr4 & 1 << 5) != 0 && !cpu.longModeActive();
    }

    // --- VM exit -----------------------------------------------------------------------------------------------------

    void save(ExitInformation exit) {
        vmcs.set(VmcsField.GUEST_CR0, cpu.cr0);
        vmcs.set(VmcsField.GUEST_CR3, cpu.cr3);
        vmcs.set(VmcsField.GUEST_CR4, cpu.cr4);
        if (controls.exit(Controls.SAVE_DEBUG)) {
            vmcs.set(VmcsField.GUEST_DR7, cpu.dr[7]);
            vmcs.set(VmcsField.GUEST_IA32_DEBUGCTL, cpu.msr.debugctl);
        }
        saveMsrs();
        for (int i = 0; i < 8; i++) {
            SegmentRegister s = cpu.seg[i];
            vmcs.set(SELECTORS[i], s.selector);
            vmcs.set(BASES[i], s.base);
            vmcs.set(LIMITS[i], s.limit);
            vmcs.set(RIGHTS[i], s.rights);
        }
        vmcs.set(VmcsField.GUEST_GDTR_BASE, cpu.gdtBase);
        vmcs.set(VmcsField.GUEST_GDTR_LIMIT, cpu.gdtLimit & 0xFFFF);
        vmcs.set(VmcsField.GUEST_IDTR_BASE, cpu.idtBase);
        vmcs.set(VmcsField.GUEST_IDTR_LIMIT, cpu.idtLimit & 0xFFFF);
        vmcs.set(VmcsField.GUEST_RIP, cpu.codeBits == 64 ? exit.rip : exit.rip & 0xFFFF_FFFFL);
        vmcs.set(VmcsField.GUEST_RSP, cpu.gpr[Cpu.RSP]);
        long rflags = cpu.rflags();
        vmcs.set(VmcsField.GUEST_RFLAGS, switch (exit.resume) {
            case CLEAR -> rflags & ~Cpu.RF;
            case SET -> rflags | Cpu.RF;
            case KEEP -> rflags;
        });
        saveNonRegisterState(exit);
    }

    private void saveMsrs() {
        vmcs.set(VmcsField.GUEST_SYSENTER_CS, cpu.msr.sysenterCs);
        vmcs.set(VmcsField.GUEST_SYSENTER_ESP, cpu.msr.sysenterEsp);
        vmcs.set(VmcsField.GUEST_SYSENTER_EIP, cpu.msr.sysenterEip);
        if (controls.exit(Controls.SAVE_PAT)) {
            vmcs.set(VmcsField.GUEST_IA32_PAT, cpu.msr.pat);
        }
        if (controls.exit(Controls.SAVE_EFER)) {
            vmcs.set(VmcsField.GUEST_IA32_EFER, cpu.efer);
        }
        if (controls.exit(Controls.SAVE_PERF_GLOBAL_CTRL)) {
            vmcs.set(VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL, cpu.msr.perfGlobalCtrl);
        }
        if (vmx.savesBndcfgs) {
            vmcs.set(VmcsField.GUEST_IA32_BNDCFGS, cpu.msr.bndcfgs);
        }
        if (vmx.savesPkrs) {
            vmcs.set(VmcsField.GUEST_IA32_PKRS, cpu.msr.pkrs & 0xFFFF_FFFFL);
        }
        if (vmx.savesSpecCtrl) {
            vmcs.set(VmcsField.GUEST_IA32_SPEC_CTRL, cpu.msr.spec);
        }
        if (vmx.capabilities.savesLongModeActive()) {
            long entry = vmcs.value(VmcsField.ENTRY_CONTROLS);
            vmcs.set(VmcsField.ENTRY_CONTROLS, cpu.longModeActive() ? entry | Controls.GUEST_64 : entry & ~Controls.GUEST_64);
        }
    }

    private void saveNonRegisterState(ExitInformation exit) {
        boolean nmiBlocked = controls.pin(Controls.VIRTUAL_NMIS) ? vmx.virtualNmiBlocked : cpu.nmiBlocked;
        vmcs.set(VmcsField.GUEST_INTERRUPTIBILITY_STATE, cpu.shadow | (nmiBlocked ? BLOCKED_BY_NMI : 0));
        vmcs.set(VmcsField.GUEST_ACTIVITY_STATE, cpu.activity.ordinal());
        boolean keep = exit.keepsPendingDebug || (cpu.shadow & BLOCKED_BY_MOV_SS) != 0;
        vmcs.set(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS, keep ? cpu.pendingDebug : 0);
        if (controls.secondary(Controls.EPT) && paePaging()) {
            for (int i = 0; i < 4; i++) {
                vmcs.set(PDPTES[i], cpu.pdpte[i]);
            }
        }
    }
}
