// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuMode;

/** What a debugger needs to know of the code at an address without executing it. */
final class Code {

    /** Instructions that a step treats in a special way. */
    enum Flow { PLAIN, CALL, RETURN, VM_ENTRY }

    private Code() {
    }

    /** Linear address of the next instruction of a processor. */
    static long linearRip(Cpu cpu) {
        return cpu.mode == CpuMode.LONG_64 ? cpu.rip : cpu.seg[Cpu.CS].base + cpu.rip & 0xFFFF_FFFFL;
    }

    /** Linear address of the top of a processor's stack. */
    static long linearRsp(Cpu cpu) {
        return cpu.mode == CpuMode.LONG_64 ? cpu.gpr[Cpu.RSP] : cpu.seg[Cpu.SS].base + cpu.sp() & 0xFFFF_FFFFL;
    }

    /**
     * Judges an instruction by its opcode.
     *
     * @param bytes the instruction's bytes, as many as could be read
     */
    static Flow flow(byte[] bytes, int bits) {
        int at = 0;
        while (at < bytes.length && isPrefix(bytes[at] & 0xFF, bits)) {
            at++;
        }
        if (at == bytes.length) {
            return Flow.PLAIN;
        }
        int next = at + 1 < bytes.length ? bytes[at + 1] & 0xFF : 0;
        return switch (bytes[at] & 0xFF) {
            case 0xE8, 0x9A -> Flow.CALL;
            case 0xFF -> (next >> 3 & 6) == 2 ? Flow.CALL : Flow.PLAIN;
            case 0xC2, 0xC3, 0xCA, 0xCB, 0xCF -> Flow.RETURN;
            case 0x0F -> next == 0x01 && at + 2 < bytes.length && (bytes[at + 2] == (byte) 0xC2 || bytes[at + 2] == (byte) 0xC3)
                    ? Flow.VM_ENTRY : Flow.PLAIN;
            default -> Flow.PLAIN;
        };
    }

    private static boolean isPrefix(int b, int bits) {
        return switch (b) {
            case 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xF0, 0xF2, 0xF3 -> true;
            default -> bits == 64 && b >= 0x40 && b <= 0x4F;
        };
    }
}
