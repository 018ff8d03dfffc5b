// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.AssemblySource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What software finds that looks for what a PC's firmware leaves. */
class FirmwareTest {
    private static final int PROCESSOR = 0, IO_APIC = 1, OVERRIDE = 2;

    private static Machine flat(int cpus, int bits, FlatMode mode, String code) {
        byte[] bytes = new Assembler().assemble(AssemblySource.of("bits " + bits + "\n" + code, bits).at(0x8000)).bytes();
        Machine machine = Machine.builder().memory(16 << 20).cpus(cpus).build();
        machine.loadFlat(bytes, 0x8000, mode);
        return machine;
    }

    private static String text(PhysicalMemory memory, long at, int length) {
        byte[] bytes = new byte[length];
        memory.read(at, bytes, 0, length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void assertSum(PhysicalMemory memory, long at, int length) {
        assertEquals(0, text(memory, at, length).chars().sum() & 0xFF, "checksum at 0x" + Long.toHexString(at));
    }

    /** The ACPI tables by signature, found as ACPI's "Finding the RSDP on IA-PC Systems" says. */
    private static Map<String, Long> tables(PhysicalMemory memory) {
        long root = 0xE0000;
        while (!text(memory, root, 8).equals("RSD PTR ")) {
            root += 16;
            assertTrue(root < 0x100000, "there is a root pointer");
        }
        assertSum(memory, root, 20);
        assertSum(memory, root, 36);
        Map<String, Long> tables = new LinkedHashMap<>();
        long narrow = memory.read32(root + 16);
        long wide = memory.read64(root + 24);
        assertEquals("RSDT", text(memory, narrow, 4));
        assertEquals("XSDT", text(memory, wide, 4));
        int count = (memory.read32(wide + 4) - 36) / 8;
        assertEquals(count, (memory.read32(narrow + 4) - 36) / 4);
        for (int n = 0; n < count; n++) {
            long table = memory.read64(wide + 36 + 8 * n);
            assertEquals(table, memory.read32(narrow + 36 + 4 * n));
            tables.put(text(memory, table, 4), table);
        }
        long fixed = tables.get("FACP");
        tables.put("DSDT", memory.read64(fixed + 140));
        tables.put("RSDT", narrow);
        tables.put("XSDT", wide);
        tables.forEach((name, at) -> assertSum(memory, at, memory.read32(at + 4)));
        long facs = memory.read32(fixed + 36);
        assertEquals("FACS", text(memory, facs, 4));
        assertEquals(0, facs % 64);
        return tables;
    }

    private static List<String> entries(PhysicalMemory memory, long table, int type) {
        List<String> found = new ArrayList<>();
        long end = table + memory.read32(table + 4);
        for (long at = table + 44; at < end; at += text(memory, at + 1, 1).charAt(0)) {
            if (text(memory, at, 1).charAt(0) == type) {
                found.add(text(memory, at, text(memory, at + 1, 1).charAt(0)));
            }
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64})
    void acpiNamesEveryProcessorAndTheInterruptControllers(int cpus) {
        PhysicalMemory memory = flat(cpus, 32, FlatMode.PROTECTED, "hlt").memory();
        long table = tables(memory).get("APIC");
        assertEquals(0xFEE00000, memory.read32(table + 36));
        List<String> processors = entries(memory, table, PROCESSOR);
        assertEquals(cpus, processors.size());
        for (int n = 0; n < cpus; n++) {
            assertEquals(n, processors.get(n).charAt(3));
        }
        assertEquals(List.of("\1\14\0\0\0\0\300\376\0\0\0\0"), entries(memory, table, IO_APIC));
        assertEquals(2, entries(memory, table, OVERRIDE).size());
    }

    @Test
    void softwarePowersOffAndResetsAsAcpiSays() {
        String write = "mov dx, 0x%x\n mov ax, 0x%x\n out dx, %s\n";
        PhysicalMemory memory = flat(1, 32, FlatMode.PROTECTED, "hlt").memory();
        Map<String, Long> tables = tables(memory);
        long fixed = tables.get("FACP");
        String name = text(memory, tables.get("DSDT") + 36, 12);
        assertEquals("\10_S5_\22\6\4\0\0\0\0", name);
        int control = memory.read32(fixed + 64);
        assertInstanceOf(StopReason.PowerOff.class, flat(1, 32, FlatMode.PROTECTED, write.formatted(control, 0x2000 | name.charAt(8) << 10, "ax"))
                .run(StopCondition.NONE));
        int reset = memory.read32(fixed + 120);
        int value = memory.read32(fixed + 128) & 0xFF;
        assertEquals(new StopReason.Reset("port 0xCF9", StopReason.Reset.Scope.ALL),
                flat(1, 32, FlatMode.PROTECTED, write.formatted(reset, value, "al")).run(StopCondition.NONE));
    }

    @Test
    void theBiosDataAreaTellsOfBaseMemoryAndSerialPorts() {
        PhysicalMemory memory = flat(1, 32, FlatMode.PROTECTED, "hlt").memory();
        assertEquals(0x02E803E802F803F8L, memory.read64(0x400));
        assertEquals(4, memory.read32(0x410) >> 9 & 7);
        assertEquals(639, memory.read32(0x413) & 0xFFFF);
        assertEquals(639 << 6, memory.read32(0x40E) & 0xFFFF);
    }

    /** An extended memory map is asked for, the video mode is set; then all registers but AH are as before. */
    @Test
    void biosServicesSayThatTheyAreNotSupported() {
        Machine machine = flat(1, 16, FlatMode.REAL, """
                mov  bp, 0x1234
                mov  ax, 3
                int  0x10
                mov  eax, 0xE820
                clc
                int  0x15
                setc bl
                mov  cx, ax
                mov  si, bp
                mov  al, 0
                out  0xF4, al
                """);
        assertEquals(new StopReason.DebugExit(0), machine.run(StopCondition.NONE.withMaxInstructions(1000)));
        Cpu cpu = machine.cpu(0);
        assertEquals(1, cpu.gpr[Cpu.RBX] & 0xFF);
        assertEquals(0x8620, cpu.gpr[Cpu.RCX] & 0xFFFF);
        assertEquals(0x1234, cpu.gpr[Cpu.RSI] & 0xFFFF);
        assertEquals(0x8000, cpu.gpr[Cpu.RSP]);
    }

    /** The timer of firmware ticks: each tick wakes the processor once its handler has ended the interrupt before it. */
    @Test
    void hardwareInterruptsAreEndedAndExceptionsReturn() {
        Machine machine = flat(1, 16, FlatMode.REAL, """
                mov  cx, 3
        again:  sti
                hlt
                loop again
                mov  al, 0
                out  0xA1, al
                mov  al, 0
                out  0x21, al
                int  0x76
                int  3
                mov  al, 0xB
                out  0x20, al
                in   al, 0x20
                mov  bl, al
                mov  al, 0
                out  0xF4, al
                """);
        assertEquals(new StopReason.DebugExit(0), machine.run(StopCondition.NONE.withMaxInstructions(1000)));
        assertEquals(0, machine.cpu(0).gpr[Cpu.RBX] & 0xFF, "nothing is in service");
        assertTrue(machine.instructionCount() < 100);
    }

    /** A machine that boots again finds the tables that a program has overwritten. */
    @Test
    void aRebootRestoresThem() {
        TestProgram p = TestProgram.of("inc dword [0x2000]\n cmp dword [0x2000], 2\n je done\n mov dword [0x413], 0\n mov dword [0xFE000], 0\n"
                + "mov al, 0xFE\n out 0x64, al\n hlt\n done:\n" + TestProgram.EXIT);
        p.machine().setReboots(true);
        p.run();
        assertEquals(639, p.machine().memory().read32(0x413) & 0xFFFF);
        tables(p.machine().memory());
    }
}
