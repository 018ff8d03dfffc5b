// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.StopReason.Reset.Scope;
import dev.vmcsmith.machine.cpu.Cpu;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens at a reset: the run ends, the processor goes on where CMOS says, or the program is loaded again. */
class ResetTest {
    /** Puts real-mode code to 0x1000 that counts itself at 0x2000, and its far address to the words at 0x467. */
    private static String real(String code) {
        return """
                mov  esi, resume
                mov  edi, 0x1000
                mov  ecx, 64
                cld
                rep  movsb
                mov  dword [0x467], 0x00800800
                jmp  ready
            bits 16
            resume:
                inc  word [0x2000]
                %s
                hlt
            bits 32
            ready:
            """.formatted(code);
    }

    private static final String END = "xor ax, ax\n out 0xF4, al";

    private static String shutdownCode(int code) {
        return "mov al, 0xF\n out 0x70, al\n mov al, %d\n out 0x71, al\n".formatted(code);
    }

    @ParameterizedTest
    @CsvSource({"port 0x92, 'mov al, 1\n out 0x92, al'", "keyboard, 'mov al, 0xFE\n out 0x64, al'", "port 0xCF9, 'mov dx, 0xCF9\n mov al, 4\n out dx, al'",
        "all, 'mov dx, 0xCF9\n mov al, 6\n out dx, al'",
        "INIT, 'mov edi, 0xFEE00000\n mov dword [edi + 0xF0], 0x1FF\n mov dword [edi + 0x300], 0x44500'"})
    void afterAResetTheProcessorGoesOnWhereCmosSays(String name, String reset) {
        for (int code : new int[] {5, 10}) {
            TestProgram p = TestProgram.of(real(END) + shutdownCode(code) + reset + "\n cli\n hlt\n");
            assertInstanceOf(StopReason.DebugExit.class, p.stop());
            assertEquals(1, p.machine().memory().read32(0x2000));
            assertEquals(0x80, p.machine().cpu(0).seg[Cpu.CS].selector);
            assertEquals(0, p.machine().cpu(0).cr0 & 1, "real mode");
        }
    }

    /** The shutdown code is used once. */
    @Test
    void theNextResetEndsTheRun() {
        TestProgram p = TestProgram.of(real("mov al, 1\n out 0x92, al") + shutdownCode(10) + "mov al, 0xFE\n out 0x64, al\n hlt\n");
        assertEquals(new StopReason.Reset("port 0x92", Scope.PROCESSORS), p.stop());
    }

    @Test
    void aProcessorThatJumpsToTheFirmwareResets() {
        TestProgram p = TestProgram.of(real("jmp 0xFFFF:0") + shutdownCode(10) + "mov al, 0xFE\n out 0x64, al\n hlt\n");
        assertEquals(new StopReason.Reset("port 0x64", Scope.PROCESSORS), p.stop());
        assertEquals(1, p.machine().memory().read32(0x2000));
    }

    /** Counts its starts at 0x2000, outside the image, and in the image; the fourth ends the run. */
    private static final String COUNTER = """
                inc   dword [0x2000]
                inc   dword [inside]
                mov   ebx, [inside]
                cmp   dword [0x2000], 4
                jb    again
        """ + TestProgram.EXIT + """
        inside: dd 0
        again:
        """;

    @ParameterizedTest
    @CsvSource({"'mov al, 0\n out 0x92, al\n mov al, 1\n out 0x92, al'", "'mov al, 0xFE\n out 0x64, al'", "'mov dx, 0xCF9\n mov al, 6\n out dx, al'", "ud2"})
    void aMachineThatRebootsLoadsTheProgramAgain(String reset) {
        TestProgram p = TestProgram.of(COUNTER + reset + "\n hlt\n");
        List<String> causes = new ArrayList<>();
        p.machine().addObserver(new MachineObserver() {
            @Override
            public void onReset(StopReason cause) {
                causes.add(cause.text());
            }
        });
        p.machine().setReboots(true);
        assertInstanceOf(StopReason.DebugExit.class, p.stop());
        assertEquals(4, p.machine().memory().read32(0x2000), "memory is kept");
        assertEquals(1, p.rbx(), "the image is loaded anew");
        assertEquals(3, causes.size(), causes::toString);
    }

    /** Port 0xCF9 with bit 1 resets the devices too; the others leave them, port 0x92 among them. */
    @ParameterizedTest
    @CsvSource({"4, 0xA3", "6, 0xB8"})
    void devicesAreResetWithTheSystemAlone(int value, String mask) {
        TestProgram p = TestProgram.of(real("in al, 0x21\n out 0xF4, al") + shutdownCode(10)
            + "mov al, 0xA3\n out 0x21, al\n mov dx, 0xCF9\n mov al, %d\n out dx, al\n hlt\n".formatted(value));
        assertEquals(Integer.decode(mask), assertInstanceOf(StopReason.DebugExit.class, p.stop()).value() & 0xFF);
    }

    @Test
    void aProgramThatFaultsAtOnceDoesNotRebootForEver() {
        Machine machine = Machine.builder().memory(16 << 20).build();
        machine.loadFlat(new byte[] {0x0F, 0x0B}, 0x10000, FlatMode.PROTECTED);
        machine.setReboots(true);
        StopReason reason = machine.run(StopCondition.NONE);
        assertTrue(reason instanceof StopReason.UnknownInstruction || reason instanceof StopReason.TripleFault, reason.text());
    }

    @Test
    void theLimitOfInstructionsHoldsAcrossResets() {
        TestProgram p = TestProgram.of("mov al, 0xFE\n out 0x64, al\n hlt\n");
        p.machine().setReboots(true);
        assertEquals(new StopReason.InstructionLimit(1000), p.machine().run(StopCondition.NONE.withMaxInstructions(1000)));
        assertTrue(Math.abs(p.machine().instructionCount() - 1000) < 4, () -> "" + p.machine().instructionCount());
    }

    @Test
    void aRunGoesBackAcrossAReset() {
        TestProgram p = TestProgram.of(COUNTER + "mov al, 0xFE\n out 0x64, al\n hlt\n");
        p.machine().setReboots(true);
        p.machine().snapshot();
        p.machine().run(StopCondition.NONE.withMaxInstructions(20));
        long rip = p.machine().cpu(0).rip;
        int starts = p.machine().memory().read32(0x2000);
        assertTrue(starts > 1);
        p.stop();
        p.machine().reverseTo(20);
        assertEquals(rip, p.machine().cpu(0).rip);
        assertEquals(starts, p.machine().memory().read32(0x2000));
    }
}
