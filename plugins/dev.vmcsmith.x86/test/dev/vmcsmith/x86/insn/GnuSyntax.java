// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Translates our text to GNU's Intel syntax, and knows where GNU deliberately differs. */
final class GnuSyntax {
    private static final Map<String, String> SIZES = Map.of("byte ", "byte ptr ", "word ", "word ptr ", "dword ", "dword ptr ", "qword ",
        "qword ptr ", "tword ", "tbyte ptr ", "oword ", "xmmword ptr ");
    private static final Map<String, String> MNEMONICS = Map.ofEntries(Map.entry("xlatb", "xlat"), Map.entry("sysret", "sysretd"),
        Map.entry("sysexit", "sysexitd"), Map.entry("retfq", "rex.w retf"));
    private static final Pattern SEGMENT = Pattern.compile("(byte |word |dword |qword |tword |oword )?(far )?\\[(es|cs|ss|ds|fs|gs):");
    private static final Pattern SIZE = Pattern.compile("\\b(byte|word|dword|qword|tword|oword) (?=(far )?(\\[|[a-z]s:\\[))");
    private static final Pattern ABSOLUTE = Pattern.compile("(?<![a-z]s:)\\[(0x[0-9a-f]+|[0-9])\\]");

    /** GNU as leaves out the REX.W that makes no difference to their result. */
    private static final Set<Op> WITHOUT_REX_W = EnumSet.of(Op.MOV_FROM_SREG, Op.SLDT, Op.STR, Op.MOVMSKPS, Op.MOVMSKPD,
        Op.PMOVMSKB, Op.PEXTRW, Op.PCMPESTRI, Op.PCMPESTRM, Op.TPAUSE, Op.UMWAIT);

    private GnuSyntax() {
    }

    /** Rows that are only decoded have no text of their own; SALC is unknown to GNU. */
    static boolean isNotComparable(InstructionForm form) {
        return form.has(InstructionForm.A_DECODE_ONLY) || form.op == Op.SALC;
    }

    private static boolean isRelative(Instruction insn) {
        return insn.operandCount() > 0 && insn.kind(0).place == OperandKind.Place.RELATIVE;
    }

    /**
     * Samples whose text GNU as cannot be given: far pointers of another size, address sizes that no register shows, undefined
     * BSWAP, relative branches of another size.
     */
    static boolean isNotComparable(Instruction insn) {
        boolean absolute = insn.hasModrmMemory() && (insn.base < 0 || insn.base == Instruction.RIP) && insn.index < 0;
        boolean far = insn.operandCount() > 0 && insn.kind(0) == OperandKind.M_FAR && insn.operandSize == 16;
        boolean bswap16 = insn.form.op == Op.BSWAP && insn.operandSize == 16;
        boolean sizedFar = insn.form.immediate == ImmediateLayout.FAR && insn.operandSize != insn.bits;
        boolean swapped = insn.form.op == Op.XCHG && insn.mod == 3 && (insn.reg == 0 || insn.rm == 0);
        boolean narrowed = insn.operandSize == 64 && WITHOUT_REX_W.contains(insn.form.op);
        boolean sizedBranch = isRelative(insn) && insn.operandSize != insn.bits;
        return absolute && insn.addressSize != insn.bits || far || bswap16 || sizedFar || swapped || narrowed || sizedBranch;
    }

    /** Our text as GNU as reads it. */
    static String of(String ours, Instruction insn, int bits) {
        String text = ours;
        if (isRelative(insn)) {
            return text.substring(0, text.lastIndexOf(' ') + 1) + "." + String.format("%+d", insn.length + insn.imm);
        }
        if (insn.base == Instruction.RIP) {
            text = text.replaceAll("rel [^]]*\\]", "rip+" + insn.disp + "]");
        }
        text = SEGMENT.matcher(text).replaceAll("$1$2$3:[");
        text = ABSOLUTE.matcher(text).replaceAll("ds:[$1]");
        if (insn.operandCount() > 0 && insn.kind(insn.operandCount() - 1) == OperandKind.M_FAR) {
            String size = insn.operandSize == 16 ? "dword ptr " : insn.operandSize == 32 ? "fword ptr " : "tbyte ptr ";
            text = text.replaceAll("\\b[wdq]?word (far )?(?=\\[|.s:)", size);
        }
        if (insn.form.op == Op.BOUND) {
            text = text.replaceAll("\\b[wdq]?word (?=\\[|.s:)", insn.operandSize == 16 ? "dword ptr " : "qword ptr ");
        }
        if (insn.form.isMoffs() && bits == 64) {
            text = text.replace("mov ", "movabs ");
        }
        text = SIZE.matcher(text).replaceAll(match -> SIZES.get(match.group(1) + " "));
        text = text.replaceAll("\\bst([0-7])\\b", "st($1)");
        text = text.replaceFirst("^push word (?=[0-9])", "pushw ").replaceFirst("^push dword (?=[0-9])", "pushd ");
        text = text.replaceAll("\\ba(16|32) ", "addr$1 ").replaceAll("\\bo(16|32) ", "data$1 ").replace("o64 ", "rex.w ");
        for (Map.Entry<String, String> mnemonic : MNEMONICS.entrySet()) {
            if (mnemonic.getKey().startsWith("sys") && bits != 64) {
                continue;
            }
            text = text.replaceFirst("\\b" + mnemonic.getKey() + "\\b", mnemonic.getValue());
        }
        return text;
    }

    /** Removes what has no meaning. */
    static String normal(String text) {
        return text.replaceAll("\\s+#.*", "").replaceAll("\\s+", " ").replaceAll("\\bdata(16|32) ", "")
            .replace("movabs", "mov").replace("st,st(0)", "st(0),st").replaceAll(",1$", ",0x1")
            .replaceAll("\\brex(\\.[WRXB]+)? (?=[a-z])", "").trim();
    }

    /** Whether a REX prefix is not directly before the opcode and thus ignored: objdump prints it as an instruction of its own. */
    static boolean hasIgnoredRex(byte[] code, int bits) {
        for (int i = 0; bits == 64 && i + 1 < code.length; i++) {
            boolean rex = (code[i] & 0xF0) == 0x40;
            boolean prefix = "26 2e 36 3e 64 65 66 67 f0 f2 f3".contains(String.format("%02x", code[i]));
            if (!rex && !prefix) {
                return false;
            }
            if (rex && ((code[i + 1] & 0xF0) == 0x40 || "26 2e 36 3e 64 65 66 67 f0 f2 f3".contains(String.format("%02x", code[i + 1])))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a SIB byte has a scale but no index, which objdump prints as EIZ or RIZ. */
    static boolean hasUnusedScale(byte[] code, Instruction insn) {
        if (!insn.hasModrmMemory() || insn.addressSize == 16 || insn.index >= 0) {
            return false;
        }
        int displacement = insn.mod == 1 ? 1 : insn.mod == 2 || insn.base < 0 ? 4 : 0;
        int immediate = ImmediateLayout.bytes(insn.form.immediate, insn.operandSize, insn.addressSize);
        return (code[insn.length - immediate - displacement - 1] & 0xF8) > 0x20 && (insn.base < 0 || (insn.base & 7) == 4);
    }

    /** Where objdump knows less than the SDM: SALC, MPX as hints, the ignored r/m field of fences. */
    static boolean objdumpDiffers(Instruction insn) {
        return insn.form.op == Op.SALC || insn.form.has(InstructionForm.A_DECODE_ONLY | InstructionForm.A_FPU)
            || insn.form.op == Op.FWAIT && insn.rex != 0 || insn.form.op == Op.NOP && insn.form.has(InstructionForm.A_DECODE_ONLY)
            || insn.form.has(InstructionForm.A_DECODE_ONLY) && insn.form.feature.startsWith("SSE");
    }
}
