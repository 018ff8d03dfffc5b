// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.memory.Page;

/** A run of decoded instructions on one page; only a single instruction may reach into the next page. */
public final class Block {
    /** The instructions. Do not modify. */
    public final Insn[] code;
    /** How often it has been executed, as far as the engine counts. */
    public int runs;
    /** What the engine has made of it, null for nothing. */
    public CompiledCode compiled;

    /** Where on its page it starts. */
    public final int offset;
    /** 16, 32 or 64. */
    public final int codeBits;
    final Page page;
    final int version;
    /** The page that the only instruction reaches into, or null. */
    final Page next;
    final int nextVersion;
    /** Bytes covered. */
    final int length;

    Block(Page page, int offset, int codeBits, Page next, Insn[] code, int length) {
        this.page = page;
        this.offset = offset;
        this.codeBits = codeBits;
        this.version = page == null ? 0 : page.codeVersion();
        this.next = next;
        this.nextVersion = next == null ? 0 : next.codeVersion();
        this.code = code;
        this.length = length;
    }
}
