// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

/**
 * What an instruction does, apart from how it is encoded: the key that semantics bind to. Rows with one operation differ only in operands
 * and widths. Conditional instructions have one constant each; the condition is {@link Instruction#condition}.
 */
public enum Op {
    ADD, OR, ADC, SBB, AND, SUB, XOR, CMP, TEST, INC, DEC, NEG, NOT,
    /** Widening unsigned multiplication of the accumulator. */
    MUL,
    /** Widening signed multiplication of the accumulator (one operand). */
    IMUL,
    /** Truncating signed multiplication: two operands (destination is a factor) or three. */
    IMUL_REG,
    DIV, IDIV,
    ROL, ROR, RCL, RCR, SHL, SHR, SAR, SHLD, SHRD,
    BT, BTS, BTR, BTC, BSF, BSR, BSWAP,
    MOV, MOVZX, MOVSX, MOVBE, LEA, XCHG, XADD, CMPXCHG, CMPXCHG8B, CMPXCHG16B,
    /** CBW, CWDE, CDQE by operand size. */
    CBW,
    /** CWD, CDQ, CQO by operand size. */
    CWD,
    CMOVCC, SETCC, JCC,
    /** JCXZ, JECXZ, JRCXZ by address size. */
    JCXZ,
    LOOP, LOOPE, LOOPNE,
    /** Near jump, relative or through a register or memory. */
    JMP,
    JMP_FAR,
    /** Near call, relative or through a register or memory. */
    CALL,
    CALL_FAR,
    RET, RET_FAR,
    PUSH, POP, PUSH_SREG, POP_SREG, PUSHF, POPF, PUSHA, POPA, ENTER, LEAVE,
    MOVS, CMPS, STOS, LODS, SCAS, INS, OUTS, IN, OUT, XLAT,
    DAA, DAS, AAA, AAS, AAM, AAD, SALC,
    CLC, STC, CMC, CLD, STD, CLI, STI, LAHF, SAHF,
    NOP, PAUSE, FWAIT, PREFETCH,
    MOV_FROM_SREG, MOV_TO_SREG, MOV_FROM_CR, MOV_TO_CR, MOV_FROM_DR, MOV_TO_DR,
    /** LES, LDS, LSS, LFS, LGS; the segment register is {@link InstructionForm} operand 0 of the far pointer's mnemonic. */
    LES, LDS, LSS, LFS, LGS,
    INT, INT3, INT1, INTO, IRET, BOUND, ARPL,
    SYSCALL, SYSRET, SYSENTER, SYSEXIT,
    HLT, CLTS, LMSW, SMSW, LGDT, LIDT, SGDT, SIDT, LLDT, LTR, SLDT, STR, LAR, LSL, VERR, VERW,
    INVD, WBINVD, WBNOINVD, INVLPG, INVPCID, SWAPGS, CLAC, STAC,
    CPUID, RDTSC, RDTSCP, RDPMC, RDMSR, WRMSR, XGETBV, XSETBV, RSM, RDPKRU, WRPKRU, RDPID,
    RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE, RDRAND, RDSEED,
    MONITOR, MWAIT, UMONITOR, UMWAIT, TPAUSE, SERIALIZE, LFENCE, MFENCE, SFENCE, CLFLUSH, CLFLUSHOPT, CLWB, CLDEMOTE,
    UD0, UD1, UD2, GETSEC, PCONFIG, ENCLS, ENCLU, ENCLV,
    VMXON, VMXOFF, VMCLEAR, VMPTRLD, VMPTRST, VMREAD, VMWRITE, VMLAUNCH, VMRESUME, VMCALL, VMFUNC, INVEPT, INVVPID,
    ANDN, BEXTR, BLSI, BLSMSK, BLSR, BZHI, MULX, PDEP, PEXT, RORX, SARX, SHLX, SHRX, ADCX, ADOX, POPCNT, LZCNT, TZCNT, CRC32,
    MOVNTI, MOVDIRI,
    XSAVE, XSAVEOPT, XSAVEC, XSAVES, XRSTOR, XRSTORS, FXSAVE, FXRSTOR, LDMXCSR, STMXCSR, EMMS
}
