// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All rows of one opcode of one map, arranged for look-up: first by prefix, operand size, address size and mode ({@link #key}), then,
 * where rows differ in it, by the ModRM byte. Built when the opcode is first met. Immutable.
 */
final class OpcodeNode {
    private static final int KEYS = 128;
    private static final int[] SIZES = {16, 32, 64, 0};
    private static final InstructionForm[] INVALID = {null};

    final boolean modrm;
    /** Rows by key; a row array has one element, or 256 to index with the ModRM byte. */
    final InstructionForm[][] rows = new InstructionForm[KEYS][];

    OpcodeNode(List<InstructionForm> candidates) {
        modrm = candidates.get(0).encoding.modrm;
        Map<Long, InstructionForm[]> shared = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            long mask = 0;
            for (int i = 0; i < candidates.size(); i++) {
                if (accepts(candidates.get(i), key)) {
                    mask |= 1L << i;
                }
            }
            InstructionForm[] row = shared.get(mask);
            if (row == null) {
                row = arrange(candidates, mask);
                shared.put(mask, row);
            }
            rows[key] = row;
        }
    }

    /**
     * The first index.
     *
     * @param prefix 0 none, 1 66, 2 F3, 3 F2
     * @param operandSize 16, 32 or 64 as the prefixes say it
     */
    static int key(int prefix, int operandSize, int addressSize, boolean is64) {
        return prefix | operandSize >> 5 << 2 | addressSize >> 5 << 4 | (is64 ? 64 : 0);
    }

    private static boolean accepts(InstructionForm form, int key) {
        int prefix = key & 3;
        int operandSize = SIZES[key >> 2 & 3];
        int addressSize = SIZES[key >> 4 & 3];
        boolean is64 = (key & 64) != 0;
        Encoding encoding = form.encoding;
        if (encoding.w >= 0 && (operandSize == 64 ? 1 : 0) != encoding.w) {
            return false;
        }
        if ((form.modes & (is64 ? InstructionForm.MODE_64 : InstructionForm.MODE_16 | InstructionForm.MODE_32)) == 0) {
            return false;
        }
        if (is64 && (form.has(InstructionForm.A_FORCE_64) || operandSize == 32 && form.has(InstructionForm.A_DEFAULT_64))) {
            operandSize = 64;
        }
        boolean sizes = encoding.operandSize == Encoding.SIZE_NOT_16 ? operandSize != 16
            : encoding.operandSize == 0 || encoding.operandSize == operandSize;
        return sizes && (encoding.addressSize == 0 || encoding.addressSize == addressSize) && switch (encoding.prefix) {
            case Encoding.PREFIX_ANY -> true;
            case Encoding.PREFIX_NFX -> prefix < Encoding.PREFIX_F3;
            default -> prefix == encoding.prefix;
        };
    }

    private static InstructionForm[] arrange(List<InstructionForm> candidates, long mask) {
        if (mask == 0) {
            return INVALID;
        }
        InstructionForm first = candidates.get(Long.numberOfTrailingZeros(mask));
        if (Long.bitCount(mask) == 1 && takesAllModrm(first.encoding)) {
            return new InstructionForm[] {first};
        }
        InstructionForm[] row = new InstructionForm[first.encoding.modrm ? 256 : 1];
        int[] rank = new int[row.length];
        for (int i = 0; i < candidates.size(); i++) {
            if ((mask >>> i & 1) != 0) {
                place(candidates.get(i), row, rank);
            }
        }
        return row;
    }

    private static boolean takesAllModrm(Encoding encoding) {
        return encoding.digit < 0 && encoding.rm < 0 && (encoding.mod == Encoding.MOD_ANY || encoding.mod == Encoding.MOD_IGNORED);
    }

    /** Puts a form where its ModRM constraints allow and no more specific form is. */
    private static void place(InstructionForm form, InstructionForm[] row, int[] rank) {
        Encoding encoding = form.encoding;
        int specific = 1 + (encoding.prefix == Encoding.PREFIX_ANY ? 0 : encoding.prefix == Encoding.PREFIX_NFX ? 1 : 2)
            + (encoding.digit >= 0 ? 4 : 0) + (encoding.rm >= 0 ? 4 : 0) + (encoding.operandSize != 0 || encoding.addressSize != 0 ? 1 : 0)
            + (encoding.span == Encoding.SPAN_REGISTER ? 0 : 1);
        for (int byteValue = 0; byteValue < row.length; byteValue++) {
            boolean register = byteValue >= 0xC0;
            boolean fits = row.length == 1 || (encoding.digit < 0 || (byteValue >> 3 & 7) == encoding.digit)
                && (encoding.rm < 0 || (byteValue & 7) == encoding.rm)
                && (encoding.mod != Encoding.MOD_MEMORY || !register) && (encoding.mod != Encoding.MOD_REGISTER || register);
            if (fits && specific > rank[byteValue]) {
                row[byteValue] = form;
                rank[byteValue] = specific;
            }
        }
    }
}
