// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.memory.Page;
import java.util.Arrays;

/** Cache of blocks by physical page, offset and code size, with two places for each. A stale block is simply not found. */
final class BlockCache {
    private static final int BITS = 15;
    /** Slots from one page to the next; odd, so that all slots are used. */
    private static final int PAGE_STEP = 0x9E5;

    /** Some 100 MiB of decoded code; then all is forgotten. */
    private static final int MAX_INSTRUCTIONS = 1 << 18;

    private final Block[] blocks = new Block[1 << BITS];
    private int instructions;

    private static int slot(Page page, int offset, int codeBits) {
        return (offset ^ (int) (page.address >>> 12) * PAGE_STEP ^ codeBits << 8) & (1 << BITS) - 1;
    }

    Block find(Page page, int offset, int codeBits) {
        int slot = slot(page, offset, codeBits);
        Block b = blocks[slot];
        if (is(b, page, offset, codeBits)) {
            return b;
        }
        b = blocks[slot ^ 1];
        return is(b, page, offset, codeBits) ? b : null;
    }

    private static boolean is(Block b, Page page, int offset, int codeBits) {
        return b != null && b.page == page && b.offset == offset && b.codeBits == codeBits && b.version == page.codeVersion();
    }

    void clear() {
        Arrays.fill(blocks, null);
        instructions = 0;
    }

    /** The block that was at its place moves to the other one. */
    void put(Block block) {
        int slot = slot(block.page, block.offset, block.codeBits);
        if (blocks[slot] != null) {
            Block older = blocks[slot ^ 1];
            instructions -= older == null ? 0 : older.code.length;
            blocks[slot ^ 1] = blocks[slot];
        }
        instructions += block.code.length;
        if (instructions > MAX_INSTRUCTIONS) {
            clear();
            instructions = block.code.length;
        }
        blocks[slot] = block;
    }
}
