// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Cr4;
import dev.vmcsmith.x86.Efer;

/** Loads the host-state area (SDM "Loading Host State"). */
final class HostState {
    private static final VmcsField[] SELECTORS = {VmcsField.HOST_ES_SELECTOR, VmcsField.HOST_CS_SELECTOR, VmcsField.HOST_SS_SELECTOR,
        VmcsField.HOST_DS_SELECTOR, VmcsField.HOST_FS_SELECTOR, VmcsField.HOST_GS_SELECTOR};
    private static final int DATA = 0xC093;
    private static final int CODE_32 = 0xC09B;
    private static final int CODE_64 = 0xA09B;
    private static final int BUSY_TSS = 0x8B;
    private static final int TSS_LIMIT = 0x67;

    private final Cpu cpu;
    private final Vmcs vmcs;
    private final Controls controls;

    HostState(Vmx vmx) {
        this.cpu = vmx.cpu;
        this.vmcs = vmx.vmcs;
        this.controls = vmx.controls;
    }

    /** Loads the state; {@code cpu.intercepts} is root operation's already. */
    void load() {
        boolean host64 = controls.exit(Controls.HOST_64);
        loadControlRegisters(host64);
        loadMsrs(host64);
        for (int i = Cpu.ES; i <= Cpu.GS; i++) {
            loadSegment(i, host64);
        }
        cpu.seg[Cpu.LDTR].set(0, 0, 0, SegmentRegister.UNUSABLE);
        cpu.seg[Cpu.TR].set((int) vmcs.value(VmcsField.HOST_TR_SELECTOR), vmcs.value(VmcsField.HOST_TR_BASE), TSS_LIMIT, BUSY_TSS);
        cpu.gdtBase = vmcs.value(VmcsField.HOST_GDTR_BASE);
        cpu.gdtLimit = 0xFFFF;
        cpu.idtBase = vmcs.value(VmcsField.HOST_IDTR_BASE);
        cpu.idtLimit = 0xFFFF;
        cpu.gpr[Cpu.RSP] = vmcs.value(VmcsField.HOST_RSP);
        cpu.rip = vmcs.value(VmcsField.HOST_RIP);
        cpu.setRflags(2);
        cpu.shadow = 0;
        cpu.shadowExpiring = false;
        cpu.monitorArmed = false;
        cpu.pendingDebug = 0;
        cpu.activity = Activity.ACTIVE;
        cpu.attention |= Attention.BLOCK | (cpu.nmiPending ? Attention.NMI : 0);
    }

    private void loadControlRegisters(boolean host64) {
        cpu.cr0 = cpu.cr0 & GuestState.CR0_KEPT | vmcs.value(VmcsField.HOST_CR0) & ~GuestState.CR0_KEPT & 0xFFFF_FFFFL;
        cpu.cr3 = vmcs.value(VmcsField.HOST_CR3);
        long cr4 = vmcs.value(VmcsField.HOST_CR4);
        cpu.cr4 = host64 ? cr4 | Cr4.PAE : cr4 & ~Cr4.PCIDE;
        cpu.dr[7] = 0x400;
    }

    private void loadMsrs(boolean host64) {
        cpu.msr.debugctl = 0;
        cpu.msr.sysenterCs = vmcs.value(VmcsField.HOST_SYSENTER_CS);
        cpu.msr.sysenterEsp = vmcs.value(VmcsField.HOST_SYSENTER_ESP);
        cpu.msr.sysenterEip = vmcs.value(VmcsField.HOST_SYSENTER_EIP);
        if (controls.exit(Controls.EXIT_LOAD_EFER)) {
            cpu.efer = vmcs.value(VmcsField.HOST_IA32_EFER);
        } else {
            cpu.efer = cpu.efer & ~(Efer.LMA | Efer.LME) | (host64 ? Efer.LMA | Efer.LME : 0);
        }
        if (controls.exit(Controls.EXIT_LOAD_PAT)) {
            cpu.msr.pat = vmcs.value(VmcsField.HOST_IA32_PAT);
        }
        if (controls.exit(Controls.CLEAR_BNDCFGS)) {
            cpu.msr.bndcfgs = 0;
        }
        if (controls.exit(Controls.EXIT_LOAD_PERF_GLOBAL_CTRL)) {
            cpu.msr.perfGlobalCtrl = vmcs.value(VmcsField.HOST_IA32_PERF_GLOBAL_CTRL);
        }
        if (controls.exit(Controls.EXIT_LOAD_PKRS)) {
            cpu.msr.pkrs = (int) vmcs.value(VmcsField.HOST_IA32_PKRS);
        }
        if (controls.secondaryExit(Controls.EXIT_LOAD_SPEC_CTRL)) {
            cpu.msr.spec = vmcs.value(VmcsField.HOST_IA32_SPEC_CTRL);
        }
    }

    private void loadSegment(int i, boolean host64) {
        int selector = (int) vmcs.value(SELECTORS[i]);
        long base = i == Cpu.FS ? vmcs.value(VmcsField.HOST_FS_BASE) : i == Cpu.GS ? vmcs.value(VmcsField.HOST_GS_BASE) : 0;
        int rights = i == Cpu.CS ? host64 ? CODE_64 : CODE_32 : selector == 0 ? DATA | SegmentRegister.UNUSABLE : DATA;
        cpu.seg[i].set(selector, base, 0xFFFF_FFFFL, rights);
    }
}
