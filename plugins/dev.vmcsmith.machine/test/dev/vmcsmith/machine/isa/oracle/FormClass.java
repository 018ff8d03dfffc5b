// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.InstructionForm.Operand;
import dev.vmcsmith.x86.insn.InstructionTable;
import dev.vmcsmith.x86.insn.Op;
import dev.vmcsmith.x86.insn.OperandKind.File;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The rows of the instruction table, grouped by what they do, as far as an application program can compare them with its processor. */
enum FormClass {
    ARITHMETIC(false, Op.ADD, Op.ADC, Op.SUB, Op.SBB, Op.CMP, Op.INC, Op.DEC, Op.NEG, Op.XADD, Op.CMPXCHG, Op.CMPXCHG8B, Op.CMPXCHG16B, Op.ADCX,
        Op.ADOX),
    LOGIC(false, Op.AND, Op.OR, Op.XOR, Op.NOT, Op.TEST, Op.ANDN),
    MULTIPLICATION(false, Op.MUL, Op.IMUL, Op.IMUL_REG, Op.DIV, Op.IDIV, Op.MULX, Op.CRC32),
    SHIFTS(false, Op.SHL, Op.SHR, Op.SAR, Op.SHLD, Op.SHRD, Op.SARX, Op.SHLX, Op.SHRX),
    ROTATES(false, Op.ROL, Op.ROR, Op.RCL, Op.RCR, Op.RORX),
    BITS(false, Op.BT, Op.BTS, Op.BTR, Op.BTC, Op.BSF, Op.BSR, Op.POPCNT, Op.LZCNT, Op.TZCNT, Op.BEXTR, Op.BLSI, Op.BLSMSK, Op.BLSR, Op.BZHI,
        Op.PDEP, Op.PEXT),
    MOVES(false, Op.MOV, Op.MOVZX, Op.MOVSX, Op.MOVBE, Op.LEA, Op.XCHG, Op.BSWAP, Op.CBW, Op.CWD, Op.MOVNTI, Op.MOVDIRI, Op.XLAT, Op.LAHF, Op.SAHF,
        Op.CLC, Op.STC, Op.CMC, Op.CLD, Op.STD, Op.NOP, Op.PAUSE, Op.MOV_FROM_SREG, Op.SALC, Op.CMOVCC, Op.SETCC, Op.PREFETCH, Op.LFENCE,
        Op.MFENCE, Op.SFENCE, Op.CLFLUSH, Op.CLFLUSHOPT, Op.CLWB, Op.CLDEMOTE, Op.SERIALIZE),
    BRANCHES(false, Op.JCC, Op.JCXZ, Op.LOOP, Op.LOOPE, Op.LOOPNE, Op.JMP, Op.CALL, Op.RET, Op.INTO, Op.BOUND),
    STACK(false, Op.PUSH, Op.POP, Op.PUSHF, Op.POPF, Op.PUSHA, Op.POPA, Op.PUSH_SREG, Op.ENTER, Op.LEAVE),
    STRINGS(false, Op.MOVS, Op.CMPS, Op.STOS, Op.LODS, Op.SCAS),
    DECIMAL(false, Op.DAA, Op.DAS, Op.AAA, Op.AAS, Op.AAM, Op.AAD, Op.ARPL),
    /** Instructions that fault at privilege level 3. */
    PRIVILEGED(false, Op.HLT, Op.CLI, Op.STI, Op.CLTS, Op.INVD, Op.WBINVD, Op.WBNOINVD, Op.RDMSR, Op.WRMSR, Op.INVLPG, Op.INVPCID, Op.MOV_FROM_CR,
        Op.MOV_TO_CR, Op.MOV_FROM_DR, Op.MOV_TO_DR, Op.LGDT, Op.LIDT, Op.LLDT, Op.LTR, Op.LMSW, Op.SWAPGS, Op.SYSEXIT, Op.IN, Op.OUT, Op.INS, Op.OUTS,
        Op.CLAC, Op.STAC, Op.MONITOR, Op.MWAIT, Op.UD0, Op.UD1, Op.UD2, Op.RSM),
    X87(true), MMX(true), VECTOR_INTEGERS(true), VECTOR_FLOATS(true),
    /** Results may differ in the last place. */
    TRANSCENDENTAL(true, Op.F2XM1, Op.FYL2X, Op.FPTAN, Op.FPATAN, Op.FYL2XP1, Op.FSINCOS, Op.FSIN, Op.FCOS),
    /** Approximations whose bits differ between processors. */
    APPROXIMATE(true, Op.RCPPS, Op.RCPSS, Op.RSQRTPS, Op.RSQRTSS),
    /**
     * What an application program cannot compare: it depends on descriptor tables or control registers, reads a counter, a random number or
     * identification, calls the operating system, or saves addresses that differ.
     */
    NOT_COMPARABLE(false, Op.JMP_FAR, Op.CALL_FAR, Op.RET_FAR, Op.IRET, Op.INT, Op.INT3, Op.INT1, Op.MOV_TO_SREG, Op.POP_SREG, Op.LES, Op.LDS, Op.LSS,
        Op.LFS, Op.LGS, Op.LAR, Op.LSL, Op.VERR, Op.VERW, Op.SYSCALL, Op.SYSRET, Op.SYSENTER, Op.SMSW, Op.SGDT, Op.SIDT, Op.SLDT, Op.STR, Op.CPUID,
        Op.RDTSC, Op.RDTSCP, Op.RDPMC, Op.RDPID, Op.RDRAND, Op.RDSEED, Op.XGETBV, Op.XSETBV, Op.RDPKRU, Op.WRPKRU, Op.RDFSBASE, Op.RDGSBASE,
        Op.WRFSBASE, Op.WRGSBASE, Op.UMONITOR, Op.UMWAIT, Op.TPAUSE, Op.GETSEC, Op.PCONFIG, Op.ENCLS, Op.ENCLU, Op.ENCLV, Op.XSAVE, Op.XSAVEOPT,
        Op.XSAVEC, Op.XSAVES, Op.XRSTOR, Op.XRSTORS, Op.FXSAVE, Op.FXRSTOR, Op.FLDENV, Op.FNSTENV, Op.FRSTOR, Op.FNSAVE, Op.FWAIT,
        Op.WRMSRNS, Op.RDMSRLIST, Op.WRMSRLIST, Op.MOVDIR64B, Op.ENQCMD, Op.ENQCMDS, Op.PTWRITE, Op.XBEGIN, Op.XABORT, Op.XEND, Op.XTEST, Op.CLUI,
        Op.STUI, Op.TESTUI, Op.UIRET, Op.SENDUIPI);

    private static final Set<Op> LOGIC_ON_FLOATS = EnumSet.of(Op.ANDPS, Op.ANDPD, Op.ANDNPS, Op.ANDNPD, Op.ORPS, Op.ORPD, Op.XORPS, Op.XORPD);

    /** Whether x87, MMX and SSE state take part. */
    final boolean floats;
    private final Set<Op> ops = EnumSet.noneOf(Op.class);

    FormClass(boolean floats, Op... ops) {
        this.floats = floats;
        this.ops.addAll(List.of(ops));
    }

    List<InstructionForm> forms() {
        return InstructionTable.get().forms().stream().filter(f -> of(f) == this).toList();
    }

    /** The class of a row, or null for one that nobody thought of. */
    static FormClass of(InstructionForm form) {
        for (FormClass c : values()) {
            if (c.ops.contains(form.op)) {
                return c;
            }
        }
        if (form.has(InstructionForm.A_VMX)) {
            return NOT_COMPARABLE;
        }
        for (Operand operand : form.operands) {
            if (operand.kind().file == File.MMX) {
                return MMX;
            }
        }
        if (form.op == Op.EMMS) {
            return MMX;
        }
        if (form.has(InstructionForm.A_SSE)) {
            return computes(form) ? VECTOR_FLOATS : VECTOR_INTEGERS;
        }
        return form.has(InstructionForm.A_FPU) ? X87 : null;
    }

    /** Floating-point arithmetic, comparison or conversion, with rounding and exceptions. */
    private static boolean computes(InstructionForm form) {
        String m = form.mnemonic;
        return m.matches("(add|sub|mul|div|min|max|sqrt|cmp|cvt|comi|ucomi|hadd|hsub|round|dp).*") && !LOGIC_ON_FLOATS.contains(form.op);
    }
}
