// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.memory.Page;
import java.util.Arrays;

/** Direct-mapped cache of blocks by physical page, offset and code size. A stale block is simply not found. */
final class BlockCache {
    private static final int BITS = 15;

    /** Some 100 MiB of decoded code; then all is forgotten. */
    private static final int MAX_INSTRUCTIONS = 1 << 18;

    private final Block[] blocks = new Block[1 << BITS];
    private int instructions;

    private static int slot(Page page, int offset, int codeBits) {
        long key = page.address ^ offset ^ (long) codeBits << 40;
        return (int) (key * 0x9E3779B97F4A7C15L >>> 64 - BITS);
    }

    Block find(Page page, int offset, int codeBits) {
        Block b = blocks[slot(page, offset, codeBits)];
        return b != null && b.page == page && b.offset == offset && b.codeBits == codeBits && b.version == page.codeVersion() ? b : null;
    }

    void put(Block block) {
        int slot = slot(block.page, block.offset, block.codeBits);
        Block old = blocks[slot];
        instructions += block.code.length - (old == null ? 0 : old.code.length);
        if (instructions > MAX_INSTRUCTIONS) {
            Arrays.fill(blocks, null);
            instructions = block.code.length;
        }
        blocks[slot] = block;
    }
}
