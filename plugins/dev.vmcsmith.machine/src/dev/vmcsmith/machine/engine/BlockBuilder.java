// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.memory.Page;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.Op;
import java.util.Arrays;

/** Decodes blocks. A fault that belongs to the first instruction is thrown; before a later one the block just ends. */
final class BlockBuilder {
    private static final int MAX_INSTRUCTIONS = 48;
    /** Code on a page that has been overwritten so often modifies itself: decoding far ahead is in vain there. */
    private static final int REWRITTEN = 1000, FEW_INSTRUCTIONS = 4;
    private static final int MAX_LENGTH = 15;

    private final PhysicalMemory memory;
    private final InsnBinder binder;
    private final Decoder decoder = new Decoder();
    private final Insn[] collected = new Insn[MAX_INSTRUCTIONS];
    private final byte[] window = new byte[2 * MAX_LENGTH + 2];

    BlockBuilder(PhysicalMemory memory, InsnBinder binder) {
        this.memory = memory;
        this.binder = binder;
    }

    /** @param page the page of the address, or null when it is not RAM */
    Block build(Cpu c, long linear, Page page) {
        long room = c.mode == CpuMode.LONG_64 ? Long.MAX_VALUE : c.seg[Cpu.CS].limit - c.rip + 1;
        if (room <= 0) {
            throw CpuFault.gp();
        }
        int offset = (int) linear & 0xFFF;
        if (page == null) {
            return single(c, linear, null, offset, room);
        }
        int count = 0;
        int at = offset;
        boolean open = true;
        int most = page.codeVersion() > REWRITTEN ? FEW_INSTRUCTIONS : MAX_INSTRUCTIONS;
        while (open && count < most) {
            int limit = (int) Math.min(Page.SIZE, offset + Math.min(room, 2 * Page.SIZE));
            Instruction d = new Instruction();
            int status = decoder.decode(page.bytes, at, limit, c.codeBits, d);
            if (status != DecodeStatus.OK) {
                if (count > 0) {
                    break;
                }
                if (status == DecodeStatus.NEED_MORE_BYTES) {
                    return single(c, linear, page, offset, room);
                }
                memory.markCode(page, offset, Math.max(1, d.length));
                throw status == DecodeStatus.TOO_LONG ? CpuFault.gp() : CpuFault.ud();
            }
            Insn i = binder.bind(d);
            at += d.length;
            i.end = at - offset;
            collected[count++] = i;
            open = (!i.endsBlock || d.op() == Op.JCC) && !i.repeated;
        }
        memory.markCode(page, offset, at - offset);
        return new Block(page, offset, c.codeBits, null, Arrays.copyOf(collected, count), at - offset);
    }

    /** One instruction that crosses a page, meets the segment limit, or lies in no RAM. */
    private Block single(Cpu c, long linear, Page page, int offset, long room) {
        int have = 0;
        Page next = null;
        int inPage = Page.SIZE - offset;
        long boundary = linear + inPage & c.linearMask;
        int want = (int) Math.min(MAX_LENGTH, room);
        Instruction d = new Instruction();
        int status = DecodeStatus.NEED_MORE_BYTES;
        while (status == DecodeStatus.NEED_MORE_BYTES && have < want) {
            if (have == inPage) {
                next = c.mmu.fetch(boundary);
            }
            Page source = have < inPage ? page : next;
            long physical = source == null ? c.mmu.fetchPhysical(linear + have & c.linearMask) : source.address + (linear + have & 0xFFF);
            window[have++] = (byte) memory.read(c.id, physical, 1);
            status = decoder.decode(window, 0, have, c.codeBits, d);
        }
        if (status != DecodeStatus.OK) {
            throw status == DecodeStatus.INVALID ? CpuFault.ud() : CpuFault.gp();
        }
        Insn i = binder.bind(d);
        i.end = d.length;
        boolean cacheable = page != null && (d.length <= inPage || next != null);
        if (cacheable) {
            memory.markCode(page, offset, Math.min(d.length, inPage));
            if (d.length > inPage) {
                memory.markCode(next, 0, d.length - inPage);
            }
        }
        return new Block(cacheable ? page : null, offset, c.codeBits, d.length > inPage ? next : null, new Insn[] {i}, d.length);
    }
}
