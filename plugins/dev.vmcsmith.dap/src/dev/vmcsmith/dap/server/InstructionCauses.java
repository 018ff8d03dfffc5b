// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ExitExplanation.Verdict;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.Vector;
import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.Op;
import java.util.Locale;

/** Which controls, masks and bitmaps decide whether an instruction exits (SDM "VMX Non-Root Operation"). */
final class InstructionCauses {
    private static final int HIGH_MSRS = 0xC000_0000;
    private static final int OVERFLOW = 1 << 11;
    private static final int MSRS = 0x2000;
    private static final int HIGH_HALF = 0x400;
    private static final int WRITE_HALF = 0x800;
    private static final VmcsField[] CR3_TARGETS = {VmcsField.CR3_TARGET_VALUE_0, VmcsField.CR3_TARGET_VALUE_1,
        VmcsField.CR3_TARGET_VALUE_2, VmcsField.CR3_TARGET_VALUE_3};

    private final Causes causes;
    private final VmcsView vmcs;
    private final RegisterFile registers;
    private final Instruction instruction;
    private final String name;

    InstructionCauses(Causes causes, VmcsView vmcs, RegisterFile registers, Instruction instruction) {
        this.causes = causes;
        this.vmcs = vmcs;
        this.registers = registers;
        this.instruction = instruction;
        this.name = instruction.form.mnemonic.toUpperCase(Locale.ROOT);
    }

    private long register(int number) {
        long value = registers.get(Gpr.name(number, 64)).orElse(0);
        return registers.codeBits() == 64 ? value : value & 0xFFFF_FFFFL;
    }

    /** The exit reason that the instruction itself can have; null when it can have none. */
    ExitReason reason() {
        return instruction.form.exit == null ? null : ExitReason.find(instruction.form.exit);
    }

    /** Lets the causes decide, as far as the instruction itself is concerned. */
    void judge() {
        ExitReason reason = reason();
        if (reason == null) {
            exception();
            return;
        }
        switch (reason) {
            case CPUID, GETSEC, INVD, XSETBV, VMCALL, VMCLEAR, VMLAUNCH, VMPTRLD, VMPTRST, VMRESUME, VMXOFF, VMXON, INVEPT, INVVPID ->
                causes.always(Verdict.EXITS, name + " always exits: no control can prevent it.");
            case HLT -> exitsIf(ControlBit.HLT_EXITING);
            case INVLPG -> exitsIf(ControlBit.INVLPG_EXITING);
            case MWAIT -> exitsIf(ControlBit.MWAIT_EXITING);
            case MONITOR -> exitsIf(ControlBit.MONITOR_EXITING);
            case RDPMC -> exitsIf(ControlBit.RDPMC_EXITING);
            case RDTSC -> exitsIf(ControlBit.RDTSC_EXITING);
            case RDTSCP -> enabledAndExitsIf(ControlBit.ENABLE_RDTSCP, ControlBit.RDTSC_EXITING);
            case INVPCID -> enabledAndExitsIf(ControlBit.ENABLE_INVPCID, ControlBit.INVLPG_EXITING);
            case UMWAIT, TPAUSE -> enabledAndExitsIf(ControlBit.ENABLE_USER_WAIT_AND_PAUSE, ControlBit.RDTSC_EXITING);
            case DR_ACCESS -> exitsIf(ControlBit.MOV_DR_EXITING);
            case WBINVD -> exitsIf(ControlBit.WBINVD_EXITING);
            case RDRAND -> exitsIf(ControlBit.RDRAND_EXITING);
            case RDSEED -> exitsIf(ControlBit.RDSEED_EXITING);
            case GDTR_IDTR_ACCESS, LDTR_TR_ACCESS -> exitsIf(ControlBit.DESCRIPTOR_TABLE_EXITING);
            case PAUSE -> pause();
            case XSAVES, XRSTORS -> xss();
            case ENCLS -> encls();
            case CR_ACCESS -> controlRegister();
            case IO_INSTRUCTION -> ports();
            case RDMSR -> msr(false);
            case WRMSR -> msr(true);
            case VMREAD -> field(VmcsField.VMREAD_BITMAP_ADDRESS);
            case VMWRITE -> field(VmcsField.VMWRITE_BITMAP_ADDRESS);
            case VMFUNC -> vmfunc();
            default -> causes.always(Verdict.DEPENDS, name + " can exit with " + reason.sdmName() + ": execute it to see.");
        }
        if (!causes.decided()) {
            causes.always(Verdict.DOES_NOT_EXIT, name + " is executed by the guest without a VM exit.");
        }
    }

    private void exitsIf(ControlBit bit) {
        if (!causes.exitsIf(bit, name)) {
            causes.because(bit, Verdict.DOES_NOT_EXIT, name + " does not exit, because " + bit.hvName() + " is 0.");
        }
    }

    private void enabledAndExitsIf(ControlBit enable, ControlBit exiting) {
        if (!causes.undefinedUnless(enable, name)) {
            exitsIf(exiting);
        }
    }

    private void exception() {
        int vector = switch (instruction.op()) {
            case INT3 -> Vector.BP;
            case UD0, UD1, UD2 -> Vector.UD;
            case INTO -> (registers.get("rflags").orElse(0) & OVERFLOW) != 0 ? Vector.OF : -1;
            default -> -1;
        };
        if (vector < 0) {
            causes.always(Verdict.DOES_NOT_EXIT, name + " cannot exit by itself; its memory accesses and exceptions may.");
        } else {
            causes.exception(vector, name + " raises " + Vector.name(vector));
        }
    }

    private void pause() {
        if (!causes.exitsIf(ControlBit.PAUSE_EXITING, name) && causes.chooses(ControlBit.PAUSE_LOOP_EXITING)) {
            causes.because(ControlBit.PAUSE_LOOP_EXITING, Verdict.DEPENDS, "PAUSE exits at CPL 0 when a loop of PAUSEs lasts longer than"
                    + " PLE_Window (" + vmcs.value(VmcsField.PLE_WINDOW) + "), because pause-loop-exiting is 1.");
        }
    }

    private void xss() {
        if (!causes.undefinedUnless(ControlBit.ENABLE_XSAVES_XRSTORS, name)) {
            long wanted = (register(Gpr.RDX) << 32 | register(Gpr.RAX) & 0xFFFF_FFFFL) & vmcs.value(VmcsField.XSS_EXITING_BITMAP);
            causes.field(wanted == 0 ? Verdict.DOES_NOT_EXIT : Verdict.DEPENDS, VmcsField.XSS_EXITING_BITMAP, wanted == 0
                    ? name + " does not exit, because EDX:EAX and the XSS-exiting bitmap have no bit in common."
                    : name + " exits when IA32_XSS has one of the bits " + String.format("0x%x", wanted)
                            + ", which EDX:EAX and the XSS-exiting bitmap have in common.",
                    "change xss-exiting-bitmap");
        }
    }

    private void encls() {
        if (!causes.chooses(ControlBit.ENABLE_ENCLS_EXITING)) {
            causes.because(ControlBit.ENABLE_ENCLS_EXITING, Verdict.DOES_NOT_EXIT,
                    "ENCLS does not exit, because enable-encls-exiting is 0.");
            return;
        }
        long leaf = Math.min(register(Gpr.RAX) & 0xFFFF_FFFFL, Long.SIZE - 1);
        boolean exits = (vmcs.value(VmcsField.ENCLS_EXITING_BITMAP) >>> leaf & 1) != 0;
        causes.field(exits ? Verdict.EXITS : Verdict.DOES_NOT_EXIT, VmcsField.ENCLS_EXITING_BITMAP, "ENCLS " + (exits ? "exits"
                : "does not exit") + ", because bit " + leaf + " of the ENCLS-exiting bitmap is " + (exits ? 1 : 0) + ".",
                (exits ? "clear bit " : "set bit ") + leaf + " of encls-exiting-bitmap");
    }

    // --- control registers -------------------------------------------------------------------------------------------------

    private void controlRegister() {
        switch (instruction.op()) {
            case MOV_TO_CR -> movToCr(instruction.register(0), register(instruction.register(1)));
            case MOV_FROM_CR -> movFromCr(instruction.register(1));
            case CLTS -> clts();
            case LMSW -> lmsw();
            default -> causes.always(Verdict.DEPENDS, name + " may exit: execute it to see.");
        }
    }

    private void movToCr(int number, long value) {
        String what = "MOV to CR" + number;
        switch (number) {
            case 0 -> causes.mask(VmcsField.CR0_GUEST_HOST_MASK, VmcsField.CR0_READ_SHADOW, value, -1L, what);
            case 4 -> causes.mask(VmcsField.CR4_GUEST_HOST_MASK, VmcsField.CR4_READ_SHADOW, value, -1L, what);
            case 3 -> movToCr3(value);
            case 8 -> movCr8(ControlBit.CR8_LOAD_EXITING, what);
            default -> causes.always(Verdict.DOES_NOT_EXIT, what + " never exits.");
        }
    }

    private void movToCr3(long value) {
        if (!causes.chooses(ControlBit.CR3_LOAD_EXITING)) {
            causes.because(ControlBit.CR3_LOAD_EXITING, Verdict.DOES_NOT_EXIT, "MOV to CR3 does not exit, because cr3-load-exiting is 0.");
            return;
        }
        long count = Math.min(vmcs.value(VmcsField.CR3_TARGET_COUNT), CR3_TARGETS.length);
        for (int i = 0; i < count; i++) {
            if (vmcs.value(CR3_TARGETS[i]) == value) {
                causes.field(Verdict.DOES_NOT_EXIT, CR3_TARGETS[i], String.format("MOV to CR3 does not exit, because 0x%x is CR3-target"
                        + " value %d.", value, i), "change cr3-target-value-" + i + ", or lower cr3-target-count");
                return;
            }
        }
        causes.because(ControlBit.CR3_LOAD_EXITING, Verdict.EXITS, String.format("MOV to CR3 exits, because cr3-load-exiting is 1 and 0x%x"
                + " is none of the %d CR3-target values.", value, count));
    }

    private void movFromCr(int number) {
        String what = "MOV from CR" + number;
        switch (number) {
            case 3 -> movCr8(ControlBit.CR3_STORE_EXITING, what);
            case 8 -> movCr8(ControlBit.CR8_STORE_EXITING, what);
            default -> causes.always(Verdict.DOES_NOT_EXIT, what + " never exits" + (number == 2 ? "."
                    : "; the guest sees the read shadow in the bits of the guest/host mask."));
        }
    }

    private void movCr8(ControlBit bit, String what) {
        boolean exits = causes.chooses(bit);
        causes.because(bit, exits ? Verdict.EXITS : Verdict.DOES_NOT_EXIT, what + (exits ? " exits" : " does not exit") + ", because "
                + bit.hvName() + " is " + (exits ? 1 : 0) + ".");
    }

    private void clts() {
        long mask = vmcs.value(VmcsField.CR0_GUEST_HOST_MASK) & Cr0.TS;
        long shadow = vmcs.value(VmcsField.CR0_READ_SHADOW) & Cr0.TS;
        boolean exits = (mask & shadow) != 0;
        causes.field(exits ? Verdict.EXITS : Verdict.DOES_NOT_EXIT, VmcsField.CR0_GUEST_HOST_MASK, "CLTS " + (exits ? "exits"
                : "does not exit") + ", because TS is " + (mask == 0 ? 0 : 1) + " in the CR0 guest/host mask and " + (shadow == 0 ? 0 : 1)
                + " in the CR0 read shadow.", exits ? "clear bit 3 (TS) of cr0-guest-host-mask or of cr0-read-shadow"
                        : "set bit 3 (TS) of cr0-guest-host-mask and of cr0-read-shadow");
    }

    private void lmsw() {
        if (instruction.mod != 3) {
            causes.always(Verdict.DEPENDS, "LMSW exits when the value in memory differs from the CR0 read shadow in bits 3:0 that the"
                    + " guest/host mask owns; PE only when it would be set.");
            return;
        }
        long value = register(instruction.register(0));
        long looked = Cr0.MP | Cr0.EM | Cr0.TS | ((value & Cr0.PE) != 0 ? Cr0.PE : 0);
        causes.mask(VmcsField.CR0_GUEST_HOST_MASK, VmcsField.CR0_READ_SHADOW, value, looked, "LMSW");
    }

    // --- bitmaps -----------------------------------------------------------------------------------------------------------

    private void ports() {
        int operand = instruction.op() == Op.OUT || instruction.op() == Op.OUTS ? 0 : 1;
        boolean immediate = instruction.register(operand) < 0;
        int port = (int) (immediate ? instruction.imm & 0xFF : register(Gpr.RDX) & 0xFFFF);
        int size = Math.max(8, instruction.width(1 - operand)) / 8;
        if (!causes.chooses(ControlBit.USE_IO_BITMAPS)) {
            exitsIf(ControlBit.UNCONDITIONAL_IO_EXITING);
            return;
        }
        if (port + size > 0x10000) {
            causes.guest(Verdict.EXITS, "port", port, "The access wraps around port 0xffff, which always exits with I/O bitmaps.", null);
            return;
        }
        for (int p = port; p < port + size; p++) {
            VmcsField half = p < 0x8000 ? VmcsField.IO_BITMAP_A_ADDRESS : VmcsField.IO_BITMAP_B_ADDRESS;
            causes.bitmap(half, 0, p & 0x7FFF, String.format("accesses to port 0x%x", p));
            if (causes.verdict() == Verdict.EXITS) {
                return;
            }
        }
    }

    private void msr(boolean write) {
        int number = (int) register(Gpr.RCX);
        String what = String.format("%s of MSR 0x%x", write ? "writes" : "reads", number);
        if (!causes.chooses(ControlBit.USE_MSR_BITMAPS)) {
            causes.because(ControlBit.USE_MSR_BITMAPS, Verdict.EXITS, name + " exits, because use-msr-bitmaps is 0.");
            return;
        }
        int high = number - HIGH_MSRS;
        boolean low = Integer.compareUnsigned(number, MSRS) < 0;
        if (!low && Integer.compareUnsigned(high, MSRS) >= 0) {
            causes.guest(Verdict.EXITS, "ecx", number & 0xFFFF_FFFFL, name + String.format(" exits, because the MSR bitmap does not cover"
                    + " MSR 0x%x: only 0 to 0x1fff and 0xc0000000 to 0xc0001fff.", number), null);
            return;
        }
        causes.bitmap(VmcsField.MSR_BITMAP_ADDRESS, (write ? WRITE_HALF : 0) + (low ? 0 : HIGH_HALF), low ? number : high, what);
    }

    private void field(VmcsField bitmap) {
        if (!causes.chooses(ControlBit.VMCS_SHADOWING)) {
            causes.because(ControlBit.VMCS_SHADOWING, Verdict.EXITS, name + " exits, because vmcs-shadowing is 0.");
            return;
        }
        long encoding = register(instruction.reg);
        if ((encoding & ~0x7FFFL) != 0) {
            causes.guest(Verdict.EXITS, "encoding", encoding, name + " exits, because the encoding has a bit above bit 14 set.", null);
            return;
        }
        causes.bitmap(bitmap, 0, (int) encoding, String.format("the field 0x%x", encoding));
    }

    private void vmfunc() {
        if (causes.undefinedUnless(ControlBit.ENABLE_VM_FUNCTIONS, name)) {
            return;
        }
        long leaf = register(Gpr.RAX) & 0xFFFF_FFFFL;
        boolean on = leaf < Long.SIZE && vmcs.known(VmcsField.VM_FUNCTION_CONTROLS)
                && (vmcs.value(VmcsField.VM_FUNCTION_CONTROLS) >>> leaf & 1) != 0;
        if (on) {
            causes.always(Verdict.DEPENDS, "VMFUNC " + leaf + " is enabled; it exits when ECX selects no valid entry of the EPTP list.");
        } else {
            causes.field(Verdict.EXITS, VmcsField.VM_FUNCTION_CONTROLS, "VMFUNC exits, because VM function " + leaf + " is not enabled.",
                    "set bit " + leaf + " of vm-function-controls");
        }
    }
}
