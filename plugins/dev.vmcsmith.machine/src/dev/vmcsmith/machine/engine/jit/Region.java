// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine.jit;

import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.engine.Block;
import dev.vmcsmith.machine.memory.Page;
import dev.vmcsmith.x86.insn.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Blocks of one page that are compiled into one piece because they jump to one another; it is entered at the first. A place in it is told
 * by its distance from there. As they lie on one page, what is true of the code of one while nobody wants attention is true of all.
 */
final class Region {
    private static final int MAX_BLOCKS = 12, MAX_INSTRUCTIONS = 72;

    private final List<Block> blocks = new ArrayList<>();
    private final Set<Long> returns = new HashSet<>();

    private Region() {
    }

    /**
     * The region that is entered at a block.
     *
     * @param known the block at an offset of the page if it shall be in the region, else null
     */
    static Region of(Block entry, IntFunction<Block> known) {
        Region region = new Region();
        region.blocks.add(entry);
        // Outside 64-bit mode a jump may leave the segment, and the page with it.
        if (entry.codeBits == 64) {
            region.grow(known);
        }
        return region;
    }

    /** The block at which it is entered, without the others. */
    Region alone() {
        return of(blocks.getFirst(), offset -> null);
    }

    private void grow(IntFunction<Block> known) {
        int instructions = blocks.getFirst().code.length;
        for (int n = 0; n < blocks.size(); n++) {
            for (long distance : exits(n)) {
                long offset = blocks.getFirst().offset + distance;
                Block next = offset >= 0 && offset < Page.SIZE && find(distance) < 0 ? known.apply((int) offset) : null;
                if (next != null && blocks.size() < MAX_BLOCKS && instructions + next.code.length <= MAX_INSTRUCTIONS) {
                    blocks.add(next);
                    instructions += next.code.length;
                }
            }
        }
    }

    /** Where execution may go on after a block, as far as the block itself tells. */
    private List<Long> exits(int n) {
        List<Long> exits = new ArrayList<>();
        for (Insn i : code(n)) {
            if (goesTo(i)) {
                exits.add(target(n, i));
            }
        }
        Insn last = last(n);
        long behind = distance(n) + last.end;
        if (last.decoded.op() == Op.CALL) {
            returns.add(behind);
            exits.add(behind);
        } else if (fallsThrough(last)) {
            exits.add(behind);
        }
        return exits;
    }

    /** A near jump or call to a place that the instruction names. */
    private static boolean goesTo(Insn i) {
        Op op = i.decoded.op();
        boolean near = op == Op.JCC || (op == Op.JMP || op == Op.CALL) && i.immediateOperand;
        return near && i.plain && i.codeBits != 16 && i.width == i.codeBits;
    }

    /** Whether the instruction, as the last of its block, may be followed by the one behind it. */
    private static boolean fallsThrough(Insn last) {
        return !last.repeated && (!last.endsBlock || last.decoded.op() == Op.JCC);
    }

    int size() {
        return blocks.size();
    }

    Insn[] code(int n) {
        return blocks.get(n).code;
    }

    int distance(int n) {
        return blocks.get(n).offset - blocks.getFirst().offset;
    }

    private Insn last(int n) {
        return code(n)[code(n).length - 1];
    }

    /** Where a jump or call of a block goes. */
    private long target(int n, Insn i) {
        return distance(n) + i.end + i.imm;
    }

    /** Number of the block that an instruction of a block jumps to under a condition, or -1 when it is none of the region. */
    int branch(int n, Insn i) {
        return i.decoded.op() == Op.JCC && goesTo(i) ? find(target(n, i)) : -1;
    }

    /** Number of the block that comes after the last instruction of a block unless a condition leads elsewhere, or -1. */
    int next(int n) {
        Insn last = last(n);
        return fallsThrough(last) ? find(distance(n) + last.end) : goesTo(last) ? find(target(n, last)) : -1;
    }

    /** Number of the block at a distance, or -1. */
    private int find(long distance) {
        for (int n = 0; n < blocks.size(); n++) {
            if (distance(n) == distance) {
                return n;
            }
        }
        return -1;
    }

    /** Whether a call returns to a block. */
    boolean isReturnedTo(int n) {
        return returns.contains((long) distance(n));
    }
}
