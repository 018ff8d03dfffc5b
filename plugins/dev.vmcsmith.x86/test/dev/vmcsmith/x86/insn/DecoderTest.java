// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.Rflags;
import dev.vmcsmith.x86.Seg;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecoderTest {
    private final Decoder decoder = new Decoder();
    private final Instruction insn = new Instruction();

    private int decode(String hex, int bits) {
        byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
        return decoder.decode(code, 0, code.length, bits, insn);
    }

    private void decoded(String hex, int bits) {
        assertEquals(DecodeStatus.OK, decode(hex, bits), hex);
        assertEquals(hex.replace(" ", "").length() / 2, insn.length, hex);
    }

    @Test
    void anAddressGivesBaseIndexScaleAndDisplacement() {
        decoded("8b 44 8b f0", 32);
        assertSame(Op.MOV, insn.op());
        assertEquals(Gpr.RAX, insn.register(0));
        assertEquals(Gpr.RBX, insn.base);
        assertEquals(Gpr.RCX, insn.index);
        assertEquals(4, insn.scale);
        assertEquals(-16, insn.disp);
        assertEquals(32, insn.width(1));
        assertTrue(insn.isMemory(1));
        assertEquals(Seg.DS, insn.segment);
    }

    @Test
    void addressesBasedOnTheStackUseTheStackSegment() {
        decoded("8b 45 08", 32);
        assertEquals(Seg.SS, insn.segment);
        decoded("8b 04 24", 64);
        assertEquals(Seg.SS, insn.segment);
        decoded("8b 46 02", 16);
        assertEquals(Gpr.RBP, insn.base);
        assertEquals(Seg.SS, insn.segment);
        decoded("64 8b 45 08", 32);
        assertEquals(Seg.FS, insn.segment);
    }

    @Test
    void sixtyFourBitModeIgnoresOverridesOfFlatSegments() {
        decoded("2e 8b 00", 64);
        assertEquals(Instruction.NONE, insn.segmentOverride);
        decoded("65 8b 00", 64);
        assertEquals(Seg.GS, insn.segmentOverride);
    }

    @Test
    void ripRelativeAddressesNameTheInstructionPointer() {
        decoded("8b 05 10 00 00 00", 64);
        assertEquals(Instruction.RIP, insn.base);
        assertEquals(16, insn.disp);
        decoded("8b 05 10 00 00 00", 32);
        assertEquals(Instruction.NONE, insn.base);
    }

    @Test
    void operandSizeFollowsPrefixesAndMode() {
        decoded("b8 01 00", 16);
        assertEquals(16, insn.operandSize);
        decoded("66 b8 01 00 00 00", 16);
        assertEquals(32, insn.operandSize);
        decoded("48 b8 01 00 00 00 00 00 00 80", 64);
        assertEquals(0x8000_0000_0000_0001L, insn.imm);
        decoded("66 48 89 c1", 64);
        assertEquals(64, insn.operandSize);
    }

    @Test
    void stackOperationsAre64BitsWideInLongMode() {
        decoded("50", 64);
        assertEquals(64, insn.operandSize);
        decoded("66 50", 64);
        assertEquals(16, insn.operandSize);
        decoded("66 e8 00 00 00 00", 64);
        assertEquals(64, insn.operandSize);
    }

    @Test
    void branchTargetsAreTruncatedToTheOperandSize() {
        decoded("eb fe", 32);
        assertEquals(0x1000, insn.target(0x1000));
        decoded("e9 00 80", 16);
        assertEquals(0x7003, insn.target(0xF000));
        decoded("74 10", 64);
        assertEquals(Condition.E, insn.condition);
        assertEquals(Rflags.ZF, Condition.flags(insn.condition));
    }

    @Test
    void byteRegistersDependOnTheRexPrefix() {
        decoded("88 e0", 64);
        assertEquals(Gpr.AH, insn.register(1));
        decoded("40 88 e0", 64);
        assertEquals(Gpr.RSP, insn.register(1));
    }

    @Test
    void theSameBytesAreIncOrRex() {
        decoded("40", 32);
        assertSame(Op.INC, insn.op());
        assertEquals(DecodeStatus.NEED_MORE_BYTES, decode("40", 64));
        decoded("48 66 01 c8", 64);
        assertEquals(16, insn.operandSize, "a REX prefix before another prefix is ignored");
    }

    @Test
    void opcode90IsNopPauseOrExchange() {
        decoded("90", 64);
        assertSame(Op.NOP, insn.op());
        decoded("f3 90", 64);
        assertSame(Op.PAUSE, insn.op());
        assertFalse(insn.rep);
        decoded("41 90", 64);
        assertSame(Op.XCHG, insn.op());
        assertEquals(Gpr.R8, insn.register(0));
    }

    @Test
    void lockIsLegalOnlyWithAMemoryDestination() {
        decoded("f0 01 08", 32);
        assertTrue(insn.lock);
        assertEquals(DecodeStatus.INVALID, decode("f0 01 c8", 32));
        assertEquals(DecodeStatus.INVALID, decode("f0 8b 08", 32));
        assertEquals(DecodeStatus.INVALID, decode("f0 38 08", 32));
    }

    @Test
    void repeatPrefixesAreKeptUnlessTheyBelongToTheOpcode() {
        decoded("f3 a4", 32);
        assertTrue(insn.rep);
        decoded("f2 ae", 32);
        assertTrue(insn.repne);
        decoded("f3 0f b8 c1", 32);
        assertSame(Op.POPCNT, insn.op());
        assertFalse(insn.rep);
    }

    @Test
    void vmxInstructionsAreToldApartByPrefixAndDigit() {
        String[] code = {"0f 01 c1", "0f 01 c2", "0f 01 c3", "0f 01 c4", "0f 01 d4", "0f c7 30", "66 0f c7 30", "f3 0f c7 30", "0f c7 38",
            "0f 78 c3", "0f 79 c3", "66 0f 38 80 00", "66 0f 38 81 00"};
        Op[] ops = {Op.VMCALL, Op.VMLAUNCH, Op.VMRESUME, Op.VMXOFF, Op.VMFUNC, Op.VMPTRLD, Op.VMCLEAR, Op.VMXON, Op.VMPTRST, Op.VMREAD,
            Op.VMWRITE, Op.INVEPT, Op.INVVPID};
        for (int i = 0; i < code.length; i++) {
            for (int bits = 16; bits <= 64; bits *= 2) {
                decoded(code[i], bits);
                assertSame(ops[i], insn.op());
                assertTrue(insn.form.has(InstructionForm.A_VMX));
            }
        }
        decoded("66 0f c7 f0", 32);
        assertSame(Op.RDRAND, insn.op());
    }

    @Test
    void vexPrefixesShareTheirBytesWithLesAndLds() {
        decoded("c4 00", 32);
        assertSame(Op.LES, insn.op());
        decoded("c4 e2 68 f2 c1", 32);
        assertSame(Op.ANDN, insn.op());
        assertEquals(Gpr.RDX, insn.register(1));
        decoded("c4 42 b0 f2 c1", 64);
        assertEquals(Gpr.R8, insn.register(0));
        assertEquals(Gpr.R9, insn.register(1));
        assertEquals(64, insn.width(0));
        assertEquals(DecodeStatus.INVALID, decode("66 c4 e2 68 f2 c1", 32));
        assertEquals(DecodeStatus.INVALID, decode("c4 e2 6c f2 c1", 32), "VEX.L must be 0");
    }

    @Test
    void registersThatDoNotExistAreInvalid() {
        assertEquals(DecodeStatus.INVALID, decode("8e c8", 32), "MOV to CS");
        assertEquals(DecodeStatus.INVALID, decode("8e f8", 32), "segment register 7");
        assertEquals(DecodeStatus.INVALID, decode("0f 20 c8", 32), "CR1");
        decoded("44 0f 20 c0", 64);
        assertEquals(8, insn.register(1));
        decoded("0f 20 00", 32);
        assertEquals(3, insn.mod, "ModRM.mod is ignored for control registers");
    }

    @Test
    void anInstructionHasAtMostFifteenBytes() {
        decoded("66 66 66 66 66 66 66 66 66 66 66 66 66 66 90", 32);
        assertEquals(DecodeStatus.TOO_LONG, decode("66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90", 32));
        assertEquals(DecodeStatus.TOO_LONG, decode("66 66 66 66 66 66 66 66 66 66 66 66 66 b8 01 00", 32));
        assertNull(insn.form);
    }

    @Test
    void everyTruncationOfAnInstructionNeedsMoreBytes() {
        Samples samples = new Samples(7);
        for (InstructionForm form : InstructionTable.get().forms()) {
            for (int bits = 16; bits <= 64; bits *= 2) {
                for (Samples.Sample sample : samples.of(form, bits, 3)) {
                    for (int limit = 0; limit < sample.code().length; limit++) {
                        assertEquals(DecodeStatus.NEED_MORE_BYTES, decoder.decode(sample.code(), 0, limit, bits, insn), form::toString);
                    }
                }
            }
        }
    }

    @Test
    void randomBytesNeverThrowAndNothingBeyondTheLimitIsRead() {
        Random random = new Random(42);
        byte[] code = new byte[40];
        byte[] other = new byte[40];
        Instruction second = new Instruction();
        for (int i = 0; i < 400_000; i++) {
            random.nextBytes(code);
            random.nextBytes(other);
            int bits = 16 << i % 3;
            int limit = random.nextInt(20);
            System.arraycopy(code, 0, other, 0, limit);
            int status = decoder.decode(code, 0, limit, bits, insn);
            assertEquals(status, decoder.decode(other, 0, limit, bits, second));
            assertSame(insn.form, second.form);
            if (status == DecodeStatus.OK) {
                assertTrue(insn.length > 0 && insn.length <= Math.min(limit, 15));
                byte[] exact = Arrays.copyOf(code, insn.length);
                assertEquals(DecodeStatus.OK, decoder.decode(exact, 0, exact.length, bits, second));
            }
        }
    }
}
