// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.insn.Op;

/** Instructions that exit by their name alone (SDM "Instructions That Cause VM Exits Unconditionally" and "... Conditionally"). */
final class InstructionIntercepts {
    private final Vmx vmx;
    private final Cpu cpu;
    private final Vmcs vmcs;
    private final Controls controls;
    private final ExitInformation exit;
    private long firstPause;
    private long lastPause;

    InstructionIntercepts(Vmx vmx) {
        this.vmx = vmx;
        cpu = vmx.cpu;
        vmcs = vmx.vmcs;
        controls = vmx.controls;
        exit = vmx.exit;
    }

    /** Prepares the report of the exit when the instruction exits. */
    boolean exits(Kind kind, Insn insn, long operand) {
        return switch (kind) {
            case CPUID -> plain(ExitReason.CPUID, insn);
            case GETSEC -> plain(ExitReason.GETSEC, insn);
            case INVD -> plain(ExitReason.INVD, insn);
            case XSETBV -> plain(ExitReason.XSETBV, insn);
            case HLT -> controls.primary(Controls.HLT) && plain(ExitReason.HLT, insn);
            case RDPMC -> controls.primary(Controls.RDPMC) && plain(ExitReason.RDPMC, insn);
            case RDTSC -> controls.primary(Controls.RDTSC) && plain(ExitReason.RDTSC, insn);
            case RDTSCP -> controls.primary(Controls.RDTSC) && plain(ExitReason.RDTSCP, insn);
            case MONITOR -> controls.primary(Controls.MONITOR) && plain(ExitReason.MONITOR, insn);
            case MWAIT -> controls.primary(Controls.MWAIT) && qualified(ExitReason.MWAIT, cpu.monitorArmed ? 1 : 0, insn);
            case PAUSE -> pauseExits() && plain(ExitReason.PAUSE, insn);
            case WBINVD -> controls.secondary(Controls.WBINVD) && plain(ExitReason.WBINVD, insn);
            case INVLPG -> controls.primary(Controls.INVLPG) && qualified(ExitReason.INVLPG, operand, insn);
            case INVPCID -> controls.primary(Controls.INVLPG) && withOperand(ExitReason.INVPCID, insn,
                InstructionInformation.operandAndRegister(insn.decoded), operand);
            case RDRAND -> controls.secondary(Controls.RDRAND) && random(ExitReason.RDRAND, insn);
            case RDSEED -> controls.secondary(Controls.RDSEED) && random(ExitReason.RDSEED, insn);
            case UMWAIT -> controls.primary(Controls.RDTSC) && random(ExitReason.UMWAIT, insn);
            case TPAUSE -> controls.primary(Controls.RDTSC) && random(ExitReason.TPAUSE, insn);
            case XSAVES -> xssExits() && withOperand(ExitReason.XSAVES, insn, InstructionInformation.operand(insn.decoded), operand);
            case XRSTORS -> xssExits() && withOperand(ExitReason.XRSTORS, insn, InstructionInformation.operand(insn.decoded), operand);
            case ENCLS -> controls.secondary(Controls.ENCLS) && leafExits(VmcsField.ENCLS_EXITING_BITMAP) && plain(ExitReason.ENCLS, insn);
            case PCONFIG -> leafExits(VmcsField.PCONFIG_EXITING_BITMAP) && plain(ExitReason.PCONFIG, insn);
            case MSR_LIST -> !controls.primary(Controls.MSR_BITMAPS)
                && plain(insn.decoded.op() == Op.WRMSRLIST ? ExitReason.WRMSRLIST : ExitReason.RDMSRLIST, insn);
            case RSM -> false;
            case SGDT -> table(insn, 0, operand);
            case SIDT -> table(insn, 1, operand);
            case LGDT -> table(insn, 2, operand);
            case LIDT -> table(insn, 3, operand);
            case SLDT -> systemSegment(insn, 0, operand);
            case STR -> systemSegment(insn, 1, operand);
            case LLDT -> systemSegment(insn, 2, operand);
            case LTR -> systemSegment(insn, 3, operand);
        };
    }

    /** Whether a control lets the guest have the instruction; without it there is #UD. */
    boolean enabled(Kind kind) {
        return switch (kind) {
            case RDTSCP -> controls.secondary(Controls.RDTSCP);
            case INVPCID -> controls.secondary(Controls.INVPCID);
            case XSAVES, XRSTORS -> controls.secondary(Controls.XSAVES);
            case UMWAIT, TPAUSE -> controls.secondary(Controls.USER_WAIT);
            case PCONFIG -> controls.secondary(Controls.PCONFIG);
            case MSR_LIST -> controls.tertiary(Controls.MSR_LIST);
            default -> true;
        };
    }

    void restartPauseLoop() {
        firstPause = lastPause = 0;
    }

    void save(VmxState state) {
        state.firstPause = firstPause;
        state.lastPause = lastPause;
    }

    void restore(VmxState state) {
        firstPause = state.firstPause;
        lastPause = state.lastPause;
    }

    private boolean plain(ExitReason reason, Insn insn) {
        return qualified(reason, 0, insn);
    }

    private boolean qualified(ExitReason reason, long qualification, Insn insn) {
        exit.instruction(reason.number(), qualification, cpu.rip - insn.length, insn.length);
        return true;
    }

    private boolean withOperand(ExitReason reason, Insn insn, int information, long linear) {
        exit.instruction(reason.number(), InstructionInformation.displacement(cpu, insn), cpu.rip - insn.length, insn.length);
        exit.instructionInformation = information;
        exit.linear = linear;
        return true;
    }

    private boolean random(ExitReason reason, Insn insn) {
        plain(reason, insn);
        exit.instructionInformation = InstructionInformation.randomRegister(insn.decoded);
        return true;
    }

    private boolean table(Insn insn, int identity, long linear) {
        return controls.secondary(Controls.DESCRIPTOR_TABLE) && withOperand(ExitReason.GDTR_IDTR_ACCESS, insn,
            InstructionInformation.descriptorTable(insn.decoded, identity), linear);
    }

    private boolean systemSegment(Insn insn, int identity, long linear) {
        return controls.secondary(Controls.DESCRIPTOR_TABLE) && withOperand(ExitReason.LDTR_TR_ACCESS, insn,
            InstructionInformation.systemSegment(insn.decoded, identity), linear);
    }

    /** PAUSE exiting, or at CPL 0 a loop of PAUSEs that lasts longer than PLE_Window. */
    private boolean pauseExits() {
        if (controls.primary(Controls.PAUSE)) {
            return true;
        }
        if (!controls.secondary(Controls.PAUSE_LOOP) || cpu.cpl != 0) {
            return false;
        }
        long now = cpu.platform.time();
        boolean exits = false;
        if (lastPause == 0 || now - lastPause > vmcs.value(VmcsField.PLE_GAP)) {
            firstPause = now;
        } else {
            exits = now - firstPause > vmcs.value(VmcsField.PLE_WINDOW);
        }
        lastPause = now;
        return exits;
    }

    private boolean xssExits() {
        long requested = cpu.gpr[Cpu.RDX] << 32 | cpu.gpr[Cpu.RAX] & 0xFFFF_FFFFL;
        return (requested & cpu.msr.xss & vmcs.value(VmcsField.XSS_EXITING_BITMAP)) != 0;
    }

    /** Bit 63 of the bitmap stands for all leaves from 63 on. */
    private boolean leafExits(VmcsField bitmap) {
        long leaf = Math.min(cpu.gpr[Cpu.RAX] & 0xFFFF_FFFFL, 63);
        return (vmcs.value(bitmap) >>> leaf & 1) != 0;
    }
}
