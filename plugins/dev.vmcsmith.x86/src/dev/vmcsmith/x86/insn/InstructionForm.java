// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

/**
 * One row of {@code instructions.tbl}: an encoding of one mnemonic with everything that decoder, assembler, disassembler, emulator and
 * editor need to know about it. Immutable; instances are unique per row and compare by identity.
 */
public final class InstructionForm {
    /** An explicit operand. */
    public record Operand(OperandKind kind, Access access) {
    }

    /** Position in the table; dense, so that consumers can bind semantics in an array. */
    public final int index;
    /** Lower-case mnemonic; condition rows have {@code cc} in place of the condition. */
    public final String mnemonic;
    /** What the instruction does. */
    public final Op op;
    /** Explicit operands in Intel order (destination first). Do not modify. */
    public final Operand[] operands;
    /** The encoding. */
    public final Encoding encoding;
    /** Bit mask of {@link #MODE_16}, {@link #MODE_32} and {@link #MODE_64}. */
    public final int modes;
    /** CPUID feature that must be there, for example {@code BMI1}; empty for the base set. */
    public final String feature;
    /** Status and control flags read ({@link dev.vmcsmith.x86.Rflags} bits). */
    public final int flagsRead;
    /** Flags written with a defined value (cleared and set ones included). */
    public final int flagsWritten;
    /** Flags left undefined. */
    public final int flagsUndefined;
    /** Subset of the written and undefined flags that may also keep their value (shift by zero, REP with a zero count). */
    public final int flagsMayKeep;
    /** General-purpose registers read implicitly, bit n = register n. */
    public final int implicitReads;
    /** General-purpose registers written implicitly, bit n = register n. */
    public final int implicitWrites;
    /** Attribute bits, see the {@code A_} constants. */
    public final int attributes;
    /** VM-exit reason word that this instruction can cause by itself ({@code cpuid}, {@code cr-access} …), or empty. */
    public final String exit;

    public static final int MODE_16 = 1;
    public static final int MODE_32 = 2;
    public static final int MODE_64 = 4;

    /** LOCK is legal with a memory destination. */
    public static final int A_LOCK = 1 << 0;
    /** REP repeats it (INS, OUTS, MOVS, LODS, STOS). */
    public static final int A_REP = 1 << 1;
    /** REPE and REPNE repeat it (CMPS, SCAS). */
    public static final int A_REPCC = 1 << 2;
    /** Raises #GP(0) when CPL is not 0. */
    public static final int A_CPL0 = 1 << 3;
    /** Depends on IOPL or the I/O permission bitmap. */
    public static final int A_IOPL = 1 << 4;
    /** Raises #UD in real-address and virtual-8086 mode. */
    public static final int A_PROTECTED = 1 << 5;
    /** Ends a basic block: it branches, or changes state that the next fetch depends on. */
    public static final int A_ENDS_BLOCK = 1 << 6;
    /** Operand size defaults to 64 in 64-bit mode (PUSH, POP, near branches …); 32 cannot be encoded. */
    public static final int A_DEFAULT_64 = 1 << 7;
    /** Operand size is 64 in 64-bit mode whatever the prefixes say (near branches, CR moves). */
    public static final int A_FORCE_64 = 1 << 8;
    /** A branch (relative, indirect, far, return, interrupt). */
    public static final int A_BRANCH = 1 << 9;
    /** Uses x87 or MMX state: #NM with CR0.TS or CR0.EM. */
    public static final int A_FPU = 1 << 10;
    /** Uses SSE state: #UD without CR4.OSFXSR, #NM with CR0.TS. */
    public static final int A_SSE = 1 << 11;
    /** 128-bit memory operands must be aligned to 16 bytes (#GP). */
    public static final int A_ALIGNED = 1 << 12;
    /** The assembler never chooses this row; it is for decoding (redundant encodings). */
    public static final int A_DECODE_ONLY = 1 << 13;
    /** Raises #GP(0) when CPL is not 0 and CR4.UMIP is set. */
    public static final int A_UMIP = 1 << 14;
    /** A VMX instruction: #UD outside VMX operation (except VMXON), always a VM exit in non-root operation (except VMFUNC). */
    public static final int A_VMX = 1 << 15;

    /** Pushes or pops: uses RSP with the stack's address size. */
    public static final int A_STACK = 1 << 16;
    /** The decoder never produces this row; it is another way to write what another row encodes. */
    public static final int A_ASSEMBLE_ONLY = 1 << 17;

    final int immediate;
    final int checks;

    InstructionForm(int index, String mnemonic, Op op, Operand[] operands, Encoding encoding, int modes, String feature, int[] flags,
            int implicitReads, int implicitWrites, int attributes, String exit) {
        this.index = index;
        this.mnemonic = mnemonic;
        this.op = op;
        this.operands = operands;
        this.encoding = encoding;
        this.modes = modes;
        this.feature = feature;
        this.flagsRead = flags[0];
        this.flagsWritten = flags[1];
        this.flagsUndefined = flags[2];
        this.flagsMayKeep = flags[3];
        this.implicitReads = implicitReads;
        this.implicitWrites = implicitWrites;
        this.attributes = attributes;
        this.exit = exit;
        this.immediate = ImmediateLayout.of(operands);
        this.checks = RegisterChecks.of(this);
    }

    /** Whether all given attribute bits are set. */
    public boolean has(int attributeBits) {
        return (attributes & attributeBits) == attributeBits;
    }

    /** Whether the row exists in code of this size (16, 32 or 64 bits). */
    public boolean validIn(int bits) {
        return (modes & (bits == 64 ? MODE_64 : bits == 32 ? MODE_32 : MODE_16)) != 0;
    }

    /** A string instruction: its operands are implied by the mnemonic and have no text. */
    public boolean isString() {
        for (Operand operand : operands) {
            if (operand.kind().place == OperandKind.Place.STRING_SOURCE || operand.kind().place == OperandKind.Place.STRING_DESTINATION) {
                return true;
            }
        }
        return false;
    }

    /** Whether the row reads memory at DS:rBX+AL without a ModRM operand (XLAT). */
    public boolean isXlat() {
        return op == Op.XLAT;
    }

    /** Whether an operand is memory at an absolute offset in the instruction. */
    public boolean isMoffs() {
        return immediate == ImmediateLayout.MOFFS;
    }

    /** Whether the address size chooses the counter register (LOOP family, JCXZ). */
    public boolean countsInRcx() {
        return op == Op.LOOP || op == Op.LOOPE || op == Op.LOOPNE || op == Op.JCXZ;
    }

    /** Whether the operand size matters but no operand in the text shows it (near returns, LEAVE, LGDT, relative branches). */
    public boolean hidesOperandSize() {
        boolean shown = false;
        boolean table = false;
        for (Operand operand : operands) {
            OperandKind.Place place = operand.kind().place;
            table |= operand.kind() == OperandKind.M_TABLE;
            shown |= operand.kind().followsOperandSize(false) && place != OperandKind.Place.RELATIVE
                || place == OperandKind.Place.IMMEDIATE && operands.length == 1 && operand.kind() != OperandKind.IMM16;
        }
        return !shown && (table || (attributes & (A_STACK | A_BRANCH)) != 0);
    }

    /** The row in SDM notation, for example {@code add r/mv, rv | 01 /r}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(mnemonic);
        for (int i = 0; i < operands.length; i++) {
            text.append(i == 0 ? " " : ", ").append(operands[i].kind());
        }
        return text.append(" | ").append(encoding).toString();
    }
}
