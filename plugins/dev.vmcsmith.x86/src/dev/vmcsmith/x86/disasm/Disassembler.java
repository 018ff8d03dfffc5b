// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.disasm;

import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.Seg;
import dev.vmcsmith.x86.insn.Condition;
import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Encoder;
import dev.vmcsmith.x86.insn.Encoding;
import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.OperandKind;

/**
 * Writes decoded instructions as Intel-syntax text that {@link dev.vmcsmith.x86.asm.Assembler} reads back.
 * Relative targets and RIP-relative addresses are absolute numbers, or names where the symbol resolver has one.
 */
public final class Disassembler {
    /** Gives names to addresses. */
    @FunctionalInterface
    public interface Symbols {
        /** Text for an address such as {@code Main} or {@code Main+0x4}, or null to print the number. */
        String nameOf(long address);
    }

    private final Symbols symbols;

    /** Prints numbers only. */
    public Disassembler() {
        this(address -> null);
    }

    public Disassembler(Symbols symbols) {
        this.symbols = symbols;
    }

    /**
     * Decodes and formats one instruction; {@code db 0x..} of one byte when there is none.
     *
     * @param address RIP of the first byte
     * @param scratch overwritten; its length is that of the text's instruction
     */
    public String disassemble(Decoder decoder, byte[] code, int offset, int limit, int bits, long address, Instruction scratch) {
        if (decoder.decode(code, offset, limit, bits, scratch) == DecodeStatus.OK) {
            return format(scratch, address);
        }
        scratch.length = 1;
        return "db " + hex(code[offset] & 0xFF);
    }

    /** Formats a decoded instruction whose first byte is at an address (RIP). */
    public String format(Instruction insn, long address) {
        StringBuilder text = new StringBuilder(40);
        prefixes(insn, text);
        InstructionForm form = insn.form;
        if (form.encoding.span == Encoding.SPAN_CONDITION) {
            text.append(form.mnemonic, 0, form.mnemonic.length() - 2).append(Condition.name(insn.condition));
        } else {
            text.append(form.mnemonic);
        }
        if (!form.isString()) {
            for (int i = 0; i < form.operands.length; i++) {
                text.append(i == 0 ? " " : ", ");
                operand(insn, i, address, text);
            }
        }
        return text.toString();
    }

    private static void prefixes(Instruction insn, StringBuilder text) {
        InstructionForm form = insn.form;
        if (insn.lock) {
            text.append("lock ");
        }
        if ((insn.rep || insn.repne) && (form.has(InstructionForm.A_REP) || form.has(InstructionForm.A_REPCC))) {
            text.append(insn.repne ? "repne " : form.has(InstructionForm.A_REP) ? "rep " : "repe ");
        }
        boolean hidden = form.isString() || form.isXlat();
        if (hidden && insn.segmentOverride >= 0 && insn.segmentOverride != Seg.DS) {
            text.append(Seg.name(insn.segmentOverride)).append(' ');
        }
        boolean registers = insn.base >= 0 && insn.base != Instruction.RIP || insn.index >= 0;
        boolean showsAddressSize = form.encoding.addressSize != 0 || insn.hasModrmMemory() && registers;
        boolean usesAddress = hidden || insn.hasModrmMemory() || form.isMoffs() || form.countsInRcx();
        if (insn.addressSize != insn.bits && usesAddress && !showsAddressSize) {
            text.append('a').append(insn.addressSize).append(' ');
        }
        if (form.encoding.operandSize == 0 && insn.operandSize != Encoder.naturalSize(form, insn.bits) && form.hidesOperandSize()) {
            text.append('o').append(insn.operandSize).append(' ');
        }
    }

    private void operand(Instruction insn, int i, long address, StringBuilder text) {
        OperandKind kind = insn.kind(i);
        switch (kind.place) {
            case IMMEDIATE -> immediate(insn, kind, text);
            case IMMEDIATE_2 -> text.append(hex(insn.imm2));
            case CONSTANT -> text.append('1');
            case RELATIVE -> text.append(name(insn.target(address)));
            case FAR_POINTER -> {
                if (insn.operandSize != insn.bits) {
                    text.append(sizeWord(insn.operandSize));
                }
                text.append(hex(insn.imm2)).append(':').append(name(insn.imm));
            }
            case STRING_SOURCE, STRING_DESTINATION -> throw new IllegalStateException("string operands are not printed");
            case MEMORY, MOFFS -> memory(insn, i, address, text);
            default -> {
                if (insn.isMemory(i)) {
                    memory(insn, i, address, text);
                } else {
                    text.append(register(kind, insn.register(i), insn.width(i)));
                }
            }
        }
    }

    private void immediate(Instruction insn, OperandKind kind, StringBuilder text) {
        int width = insn.form.has(InstructionForm.A_STACK) && kind != OperandKind.IMM16 ? insn.operandSize
            : kind == OperandKind.IMM8S || kind == OperandKind.IMMZ || kind == OperandKind.IMMV ? insn.operandSize : 64;
        if (insn.operandCount() == 1 && kind != OperandKind.IMM16 && kind != OperandKind.IMM8
                && insn.operandSize != Encoder.naturalSize(insn.form, insn.bits)) {
            text.append(sizeWord(insn.operandSize));
        }
        text.append(hex(width == 64 ? insn.imm : insn.imm & (1L << width) - 1));
    }

    private void memory(Instruction insn, int i, long address, StringBuilder text) {
        int width = insn.width(i);
        text.append(sizeWord(width));
        if (insn.kind(i) == OperandKind.M_FAR && insn.form.has(InstructionForm.A_BRANCH)) {
            text.append("far ");
        }
        text.append('[');
        int natural = insn.base == Gpr.RSP || insn.base == Gpr.RBP ? Seg.SS : Seg.DS;
        if (insn.segmentOverride >= 0 && insn.segmentOverride != natural) {
            text.append(Seg.name(insn.segmentOverride)).append(':');
        }
        if (insn.base == Instruction.RIP) {
            long target = address + insn.length + insn.disp;
            text.append("rel ").append(name(insn.addressSize == 32 ? target & 0xFFFF_FFFFL : target)).append(']');
            return;
        }
        boolean first = true;
        if (insn.base >= 0) {
            text.append(Gpr.name(insn.base, insn.addressSize));
            first = false;
        }
        if (insn.index >= 0) {
            text.append(first ? "" : "+").append(Gpr.name(insn.index, insn.addressSize));
            if (insn.scale != 1 || first) {
                text.append('*').append(insn.scale);
            }
            first = false;
        }
        if (first) {
            long mask = insn.addressSize == 64 ? -1 : (1L << insn.addressSize) - 1;
            text.append(name(insn.disp & mask));
        } else if (insn.disp != 0) {
            text.append(insn.disp < 0 ? '-' : '+').append(hex(Math.abs(insn.disp)));
        }
        text.append(']');
    }

    private String name(long address) {
        String name = symbols.nameOf(address);
        return name != null ? name : hex(address);
    }

    /** The name of a register operand in any file. */
    static String register(OperandKind kind, int number, int width) {
        return switch (kind.file) {
            case GPR -> Gpr.name(number, width);
            case SEGMENT -> Seg.name(number);
            case CONTROL -> "cr" + number;
            case DEBUG -> "dr" + number;
            case MMX -> "mm" + number;
            case XMM -> "xmm" + number;
            case X87 -> "st" + number;
            case NONE -> "?";
        };
    }

    private static String sizeWord(int width) {
        return switch (width) {
            case 8 -> "byte ";
            case 16 -> "word ";
            case 32 -> "dword ";
            case 64 -> "qword ";
            case 80 -> "tword ";
            case 128 -> "oword ";
            default -> "";
        };
    }

    private static String hex(long value) {
        return value >= 0 && value < 10 ? Long.toString(value) : "0x" + Long.toHexString(value);
    }
}
