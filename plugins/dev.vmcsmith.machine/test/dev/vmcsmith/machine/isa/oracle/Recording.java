// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Cases with the state that a processor left, one after the other: the start state by its seed, the result by what changed. */
final class Recording {
    private static final int FLOATS = 0x80;

    private Recording() {
    }

    static void write(DataOutputStream out, Case c, ProcessorState result) throws IOException {
        ProcessorState start = c.start();
        out.writeByte(c.bits | (c.floats ? FLOATS : 0));
        out.writeByte(c.code.length);
        out.write(c.code);
        number(out, c.seed);
        number(out, c.overrides.size());
        for (Case.Override o : c.overrides) {
            number(out, o.where());
            number(out, o.value());
        }
        out.writeByte(result.vector);
        number(out, result.rip - ProcessorState.CODE);
        number(out, result.rflags ^ start.rflags);
        int changed = 0;
        for (int n = 0; n < 16; n++) {
            changed |= result.gpr[n] != start.gpr[n] ? 1 << n : 0;
        }
        number(out, changed);
        for (int n = 0; n < 16; n++) {
            if ((changed >> n & 1) != 0) {
                number(out, result.gpr[n]);
            }
        }
        bytes(out, start.memory, result.memory);
        if (c.floats) {
            bytes(out, start.fx, result.fx);
        }
    }

    /** Returns the case and fills in what the processor made of it. */
    static Case read(DataInputStream in, ProcessorState result) throws IOException {
        int kind = in.readUnsignedByte();
        byte[] code = in.readNBytes(in.readUnsignedByte());
        int bits = kind & ~FLOATS;
        Instruction insn = new Instruction();
        if (new Decoder().decode(code, 0, code.length, bits, insn) != DecodeStatus.OK) {
            throw new IOException("the recording has an instruction that does not decode");
        }
        Case c = new Case(insn.form, bits, (kind & FLOATS) != 0, code, number(in));
        for (long n = number(in); n > 0; n--) {
            int where = (int) number(in);
            c.overrides.add(new Case.Override(where, number(in)));
        }
        result.copyFrom(c.start());
        result.vector = in.readByte();
        result.rip = ProcessorState.CODE + number(in);
        result.rflags ^= number(in);
        int changed = (int) number(in);
        for (int n = 0; n < 16; n++) {
            if ((changed >> n & 1) != 0) {
                result.gpr[n] = number(in);
            }
        }
        bytes(in, result.memory);
        if (c.floats) {
            bytes(in, result.fx);
        }
        return c;
    }

    /** Seven bits a byte, the sign in bit 0. */
    private static void number(DataOutputStream out, long v) throws IOException {
        long rest = v << 1 ^ v >> 63;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static long number(DataInputStream in) throws IOException {
        long v = 0;
        for (int shift = 0;; shift += 7) {
            int b = in.readUnsignedByte();
            v |= (b & 0x7FL) << shift;
            if ((b & 0x80) == 0) {
                return v >>> 1 ^ -(v & 1);
            }
        }
    }

    /** Changed bytes, each with the distance from the one before; distance 0 ends them. */
    private static void bytes(DataOutputStream out, byte[] before, byte[] after) throws IOException {
        int last = -1;
        for (int n = 0; n < after.length; n++) {
            if (before[n] != after[n] && !Comparison.isPointer(after, n)) {
                number(out, n - last);
                out.writeByte(after[n]);
                last = n;
            }
        }
        number(out, 0);
    }

    private static void bytes(DataInputStream in, byte[] to) throws IOException {
        int at = -1;
        for (long distance = number(in); distance != 0; distance = number(in)) {
            at += distance;
            to[at] = in.readByte();
        }
    }
}
