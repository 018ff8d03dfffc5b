// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine.interpreter;

import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.memory.Page;

/** A run of decoded instructions on one page; only a single instruction may reach into the next page. */
final class Block {
    final Page page;
    final int offset;
    final int codeBits;
    final int version;
    /** The page that the only instruction reaches into, or null. */
    final Page next;
    final int nextVersion;
    final Insn[] code;
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
