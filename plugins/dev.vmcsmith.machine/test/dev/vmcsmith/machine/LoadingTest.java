// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.AssemblySource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs other than a plain multiboot image: flat binaries in each mode, modules. */
class LoadingTest {
    private static final String CALLS = """
                push  123
                call  leave
        leave:  pop   %1$sx
                pop   %1$sx
                mov   al, 21
                out   0xF4, al
                hlt
        """;

    private static Machine flat(String code, long address, FlatMode mode) {
        Assembly assembly = new Assembler().assemble(AssemblySource.of("bits " + mode.bits() + "\n" + code, mode.bits()).at(address));
        assertTrue(assembly.ok(), () -> assembly.problems().toString());
        Machine machine = Machine.builder().memory(16 << 20).build();
        machine.loadFlat(assembly.bytes(), address, mode);
        return machine;
    }

    private static StopReason run(Machine machine) {
        return machine.run(StopCondition.NONE.withMaxInstructions(10_000));
    }

    @ParameterizedTest
    @CsvSource({"REAL, 0x7C00, b, REAL", "REAL, 0x20000, b, REAL", "REAL, 0x100, b, REAL", "PROTECTED, 0x1000, eb, PROTECTED",
        "PROTECTED, 0x100000, eb, PROTECTED", "PROTECTED, 0, eb, PROTECTED", "LONG, 0x90000, rb, LONG_64", "LONG, 0x200000, rb, LONG_64",
        "LONG, 0x1000, rb, LONG_64"})
    void aFlatBinaryRunsInItsModeAndHasAStack(FlatMode mode, long address, String register, CpuMode expected) {
        Machine machine = flat(CALLS.formatted(register), address, mode);
        long stack = machine.cpu(0).gpr[Cpu.RSP];
        assertEquals(new StopReason.DebugExit(21), run(machine));
        assertEquals(expected, machine.cpu(0).mode);
        assertEquals(123, machine.cpu(0).gpr[Cpu.RBX]);
        assertEquals(stack, machine.cpu(0).gpr[Cpu.RSP]);
    }

    @Test
    void protectedAndLongModeCanReloadTheirSegments() {
        for (FlatMode mode : List.of(FlatMode.PROTECTED, FlatMode.LONG)) {
            Machine machine = flat("mov ax, ds\n mov es, ax\n mov ss, ax\n mov al, 1\n out 0xF4, al\n", 0x10_0000, mode);
            assertInstanceOf(StopReason.DebugExit.class, run(machine));
        }
    }

    @Test
    void longModeReachesFourGibibytes() {
        Machine machine = flat("mov rbx, 0xFEE00030\n mov ecx, [rbx]\n out 0xF4, al\n", 0x10_0000, FlatMode.LONG);
        assertInstanceOf(StopReason.DebugExit.class, run(machine));
        assertEquals(0x60014, machine.cpu(0).gpr[Cpu.RCX]);
    }

    @Test
    void whatDoesNotFitIsRefusedWithAReason() {
        Machine machine = Machine.builder().memory(1 << 20).build();
        byte[] code = new byte[4096];
        for (long address : new long[] {-1, 0xFF001, 1L << 32, Long.MAX_VALUE - 100}) {
            String message = assertThrows(IllegalArgumentException.class, () -> machine.loadFlat(code, address, FlatMode.PROTECTED)).getMessage();
            assertTrue(message.contains("give"), message);
        }
        assertThrows(IllegalArgumentException.class, () -> machine.loadFlat(new byte[0], 0x1000, FlatMode.REAL));
        Machine large = Machine.builder().memory(8L << 30).build();
        assertThrows(IllegalArgumentException.class, () -> large.loadFlat(code, 1L << 32, FlatMode.LONG));
        assertThrows(IllegalArgumentException.class, () -> large.loadFlat(code, 0x10_0000, FlatMode.REAL));
    }

    @Test
    void modulesAreListedWithTheirCommandLinesAndLieOnPages() {
        TestProgram p = TestProgram.of("mov esi, ebx\n" + TestProgram.EXIT);
        byte[] first = "the first module".getBytes(StandardCharsets.US_ASCII);
        byte[] second = new byte[5000];
        second[4999] = 77;
        p.machine().load(p.image(), "kernel a b", List.of(new BootModule("first x=1", first), new BootModule("second", second)));
        p.run();
        var memory = p.machine().memory();
        long info = p.gpr(Cpu.RSI);
        assertEquals(8, memory.read32(info) & 8);
        assertEquals(2, memory.read32(info + 20));
        long list = memory.read32(info + 24);
        assertEquals("kernel a b", string(p.machine(), memory.read32(info + 16)));
        assertEquals("first x=1", string(p.machine(), memory.read32(list + 8)));
        assertEquals("second", string(p.machine(), memory.read32(list + 24)));
        assertEquals(16, memory.read32(list + 4) - memory.read32(list));
        assertEquals("the first module", string(p.machine(), memory.read32(list)));
        assertEquals(0, memory.read32(list + 16) & 0xFFF);
        assertEquals(77, memory.read(0, memory.read32(list + 20) - 1, 1));
    }

    @Test
    void aModuleThatDoesNotFitIsNamed() {
        TestProgram p = TestProgram.of("hlt\n");
        BootModule huge = new BootModule("huge", new byte[20 << 20]);
        String message = assertThrows(IllegalArgumentException.class, () -> p.machine().load(p.image(), "", List.of(huge))).getMessage();
        assertTrue(message.contains("\"huge\"") && message.contains("more memory"), message);
    }

    @Test
    void theMemoryMapCoversAllMemoryAndNothingElse() {
        TestProgram p = TestProgram.of("mov esi, ebx\n" + TestProgram.EXIT).run();
        var memory = p.machine().memory();
        long info = p.gpr(Cpu.RSI);
        long at = memory.read32(info + 48);
        long end = at + memory.read32(info + 44);
        long available = 0;
        while (at < end) {
            if (memory.read32(at + 20) == 1) {
                available += memory.read64(at + 12);
                assertTrue(memory.isRam(memory.read64(at + 4)) && memory.isRam(memory.read64(at + 4) + memory.read64(at + 12) - 1));
            }
            at += memory.read32(at) + 4;
        }
        assertEquals((16 << 20) - 0x60400, available);
    }

    private static String string(Machine machine, long address) {
        StringBuilder text = new StringBuilder();
        for (long at = address; machine.memory().read(0, at, 1) != 0; at++) {
            text.append((char) machine.memory().read(0, at, 1));
        }
        return text.toString();
    }
}
