// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import dev.vmcsmith.x86.Seg;
import java.util.Locale;

/**
 * Decodes the VM-exit instruction-information field (SDM "Information for VM Exits Due to Instruction Execution", the tables
 * of its formats). All formats place the same part at the same bits; each has only some of the parts.
 */
public final class InstructionInformation {
    private static final String[] GPR = {"RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13",
        "R14", "R15"};
    private static final String[] DESCRIPTOR_TABLE = {"SGDT", "SIDT", "LGDT", "LIDT"};
    private static final String[] SEGMENT_REGISTER = {"SLDT", "STR", "LLDT", "LTR"};

    private InstructionInformation() {
    }

    /** Number of the register in bits 6:3. */
    public static int register1(long information) {
        return (int) (information >>> 3) & 0xF;
    }

    /** Number of the register in bits 31:28. */
    public static int register2(long information) {
        return (int) (information >>> 28) & 0xF;
    }

    /** Bytes of an address, 2, 4 or 8, from bits 9:7. */
    public static int addressBytes(long information) {
        return 2 << ((int) (information >>> 7) & 7);
    }

    /** Whether the operand is a register rather than memory (bit 10). */
    public static boolean registerOperand(long information) {
        return (information >>> 10 & 1) != 0;
    }

    /** Number of the segment register in bits 17:15. */
    public static int segment(long information) {
        return (int) (information >>> 15) & 7;
    }

    /** Number of the index register; -1 if there is none. */
    public static int index(long information) {
        return (information >>> 22 & 1) != 0 ? -1 : (int) (information >>> 18) & 0xF;
    }

    /** Number of the base register; -1 if there is none. */
    public static int base(long information) {
        return (information >>> 27 & 1) != 0 ? -1 : (int) (information >>> 23) & 0xF;
    }

    /** Factor of the index register: 1, 2, 4 or 8. */
    public static int scale(long information) {
        return 1 << (information & 3);
    }

    /** What bits 29:28 say the instruction is, for accesses to GDTR, IDTR, LDTR and TR; an empty string for other reasons. */
    public static String mnemonic(ExitReason reason, long information) {
        int identity = (int) (information >>> 28) & 3;
        return switch (reason) {
            case GDTR_IDTR_ACCESS -> DESCRIPTOR_TABLE[identity];
            case LDTR_TR_ACCESS -> SEGMENT_REGISTER[identity];
            default -> "";
        };
    }

    /**
     * The field in words, in the notation of assembly.
     *
     * @param displacement the exit qualification, which holds the displacement of the memory operand
     * @return an empty string for a reason that does not fill the field
     */
    public static String describe(ExitReason reason, long information, long displacement) {
        return switch (reason) {
            case IO_INSTRUCTION -> addressBytes(information) * 8 + "-bit address, segment " + segmentName(information);
            case GDTR_IDTR_ACCESS -> mnemonic(reason, information) + ' ' + memory(information, displacement);
            case LDTR_TR_ACCESS -> mnemonic(reason, information) + ' ' + operand(information, displacement);
            case RDRAND, RDSEED, UMWAIT, TPAUSE -> GPR[register1(information)] + ", " + (16 << ((int) (information >>> 11) & 3))
                    + "-bit operand";
            case VMREAD -> operand(information, displacement) + ", encoding in " + GPR[register2(information)];
            case VMWRITE -> "encoding in " + GPR[register2(information)] + ", value " + operand(information, displacement);
            case VMCLEAR, VMPTRLD, VMPTRST, VMXON, XSAVES, XRSTORS -> memory(information, displacement);
            case INVEPT, INVVPID, INVPCID -> "type in " + GPR[register2(information)] + ", descriptor " + memory(information, displacement);
            case LOADIWKEY -> "XMM" + register1(information) + ", XMM" + register2(information);
            default -> "";
        };
    }

    private static String operand(long information, long displacement) {
        return registerOperand(information) ? GPR[register1(information)] : memory(information, displacement);
    }

    private static String memory(long information, long displacement) {
        StringBuilder text = new StringBuilder("[").append(segmentName(information)).append(':');
        String plus = "";
        if (base(information) >= 0) {
            text.append(GPR[base(information)]);
            plus = "+";
        }
        if (index(information) >= 0) {
            text.append(plus).append(GPR[index(information)]).append('*').append(scale(information));
            plus = "+";
        }
        if (displacement != 0 || plus.isEmpty()) {
            boolean negative = displacement < 0 && !plus.isEmpty();
            text.append(negative ? "-" : plus).append("0x").append(Long.toHexString(negative ? -displacement : displacement)
                    .toUpperCase(Locale.ROOT));
        }
        return text.append(']').toString();
    }

    private static String segmentName(long information) {
        int segment = segment(information);
        return segment < Seg.COUNT ? Seg.name(segment).toUpperCase(Locale.ROOT) : "segment " + segment;
    }
}
