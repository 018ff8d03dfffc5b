// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.vmcsmith.machine.cpu.Cpu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The board around the processor, as a program sees it. */
class PlatformTest {
    /** Loads an IDT whose vector 0x44 is {@code handler}. */
    private static final String IDT = """
                mov   eax, handler
                mov   [idt + 0x44 * 8], ax
                mov   word [idt + 0x44 * 8 + 2], 0x10
                mov   word [idt + 0x44 * 8 + 4], 0x8E00
                shr   eax, 16
                mov   [idt + 0x44 * 8 + 6], ax
                lidt  [idtr]
                jmp   begin
        idtr:   dw    0x48 * 8 - 1
                dd    idt
        align 8
        idt:    times 0x48 dq 0
        begin:
        """;

    @ParameterizedTest
    @CsvSource({"'mov al, 1\n out 0x92, al', port 0x92, PROCESSORS", "'mov dx, 0xCF9\n mov al, 6\n out dx, al', port 0xCF9, ALL",
        "'mov dx, 0xCF9\n mov al, 4\n out dx, al', port 0xCF9, PROCESSORS", "'mov al, 0xFE\n out 0x64, al', port 0x64, PROCESSORS",
        "'mov al, 0xD1\n out 0x64, al\n mov al, 2\n out 0x60, al', port 0x64, PROCESSORS",
        "'mov edi, 0xFEE00000\n mov dword [edi + 0xF0], 0x1FF\n mov dword [edi + 0x300], 0x44500\n nop', INIT of processor 0, BOOTSTRAP_PROCESSOR"})
    void aResetNamesItsPort(String code, String port, StopReason.Reset.Scope scope) {
        assertEquals(new StopReason.Reset(port, scope), TestProgram.of(code + "\n hlt\n").stop());
    }

    @Test
    void portX604PowersOff() {
        assertInstanceOf(StopReason.PowerOff.class, TestProgram.of("mov dx, 0x604\n mov ax, 0x2000\n out dx, ax\n").stop());
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "3, 7", "127, 255"})
    void theExitCodeOfDebugExitIsQemus(int value, int code) {
        StopReason reason = TestProgram.of("mov eax, %d\n out 0xF4, eax\n".formatted(value)).stop();
        assertEquals(code, assertInstanceOf(StopReason.DebugExit.class, reason).exitCode());
    }

    @Test
    void absentPciAndAbsentPortsReadAsOnesAndConfigurationIsNoReset() {
        TestProgram p = TestProgram.of("""
                mov   dx, 0xCF8
                mov   eax, 0x80000604
                out   dx, eax
                mov   dx, 0xCFC
                in    eax, dx
                mov   ebx, eax
                mov   dx, 0x1F0
                in    ax, dx
                movzx ecx, ax
            """ + TestProgram.EXIT).run();
        assertEquals(0xFFFFFFFFL, p.rbx());
        assertEquals(0xFFFF, p.gpr(Cpu.RCX));
    }

    @Test
    void firmwareConfigurationTellsSignatureMemoryAndProcessors() {
        TestProgram p = TestProgram.of("""
                mov   dx, 0x510
                xor   eax, eax
                out   dx, ax
                mov   dx, 0x511
                mov   ecx, 4
        next:   in    al, dx
                ror   eax, 8
                loop  next
                mov   ebx, eax
                mov   dx, 0x510
                mov   ax, 3
                out   dx, ax
                mov   dx, 0x511
                in    eax, dx
                mov   esi, eax
                mov   dx, 0x510
                mov   ax, 5
                out   dx, ax
                mov   dx, 0x511
                in    al, dx
                movzx edi, al
            """ + TestProgram.EXIT).run();
        assertEquals(0x554D4551, p.rbx());
        assertEquals(16 << 20, p.gpr(Cpu.RSI));
        assertEquals(1, p.gpr(Cpu.RDI));
    }

    /** COM1 and COM3 have IRQ 4: what COM3 does leaves the line up while COM1 pulls it. The first 8259 shows a level-triggered line. */
    @Test
    void serialPortsShareTheirInterruptLine() {
        String write = "mov dx, 0x%x\n mov al, %d\n out dx, al\n";
        String request = "mov al, 0xA\n out 0x20, al\n in al, 0x20\n";
        TestProgram p = TestProgram.of(write.formatted(0x4D0, 0x10) + write.formatted(0x3FC, 8) + write.formatted(0x3F9, 2)
                + write.formatted(0x3EC, 8) + write.formatted(0x3E9, 2) + write.formatted(0x3E9, 0) + request + "movzx ebx, al\n"
                + write.formatted(0x3F9, 0) + request + "movzx ecx, al\n" + TestProgram.EXIT).run();
        assertEquals(0x10, p.rbx() & 0x10);
        assertEquals(0, p.gpr(Cpu.RCX) & 0x10);
    }

    @Test
    void aWideWriteReachesTheDevicesOfAllItsPorts() {
        assertEquals(0x34, TestProgram.of("""
                mov   ax, 0x3450
                out   0x70, ax
                mov   al, 0x50
                out   0x70, al
                in    al, 0x71
                movzx ebx, al
            """ + TestProgram.EXIT).run().rbx());
    }

    @Test
    void serialInputInterruptsThroughThe8259() {
        TestProgram p = TestProgram.of(IDT + """
                mov   al, 0x11
                out   0x20, al
                mov   al, 0x40
                out   0x21, al
                mov   al, 4
                out   0x21, al
                mov   al, 1
                out   0x21, al
                mov   al, 0xEF
                out   0x21, al
                mov   dx, 0x3FC
                mov   al, 8
                out   dx, al
                mov   dx, 0x3F9
                mov   al, 1
                out   dx, al
                xor   ebx, ebx
        wait:   sti
                hlt
                cli
                cmp   bl, 'c'
                jne   wait
            """ + TestProgram.EXIT + """
        handler:
                mov   dx, 0x3F8
                in    al, dx
                shl   ebx, 8
                mov   bl, al
                mov   al, 0x20
                out   0x20, al
                iret
            """);
        "abc".chars().forEach(p.machine()::serialInput);
        assertEquals(0x616263, p.run().rbx());
    }

    @ParameterizedTest
    @CsvSource({"one shot, 0x44, 1", "periodic, 0x20044, 5"})
    void theLocalApicTimerInterrupts(String name, String lvt, int times) {
        TestProgram p = TestProgram.of(IDT + """
                mov   edi, 0xFEE00000
                mov   dword [edi + 0xF0], 0x1FF
                mov   dword [edi + 0x3E0], 0xB
                mov   dword [edi + 0x320], %s
                xor   ebx, ebx
                mov   dword [edi + 0x380], 1000
                sti
                mov   ecx, 3000
        spin:   dec   ecx
                jnz   spin
                cli
            """.formatted(lvt) + TestProgram.EXIT + """
        handler:
                inc   ebx
                mov   dword [edi + 0xB0], 0
                iret
            """).run();
        assertEquals(times, p.rbx(), times == 1 ? 0 : 1, name);
    }

    @Test
    void portXe9IsAConsole() {
        TestProgram p = TestProgram.of("""
                in    al, 0xE9
                movzx ebx, al
                mov   esi, text
                mov   ecx, 5
                mov   dx, 0xE9
                cld
                rep   outsb
            """ + TestProgram.EXIT + "text: db 'hello'\n");
        StringBuilder console = new StringBuilder();
        p.machine().addObserver(new MachineObserver() {
            @Override
            public void onDebugConsole(int value) {
                console.append((char) value);
            }
        });
        assertEquals(0xE9, p.run().rbx());
        assertEquals("hello", console.toString());
        assertEquals("", p.serial());
    }

    @ParameterizedTest
    @EnumSource(SerialPort.class)
    void aByteLeavesTheSerialPortThatItIsWrittenTo(SerialPort expected) {
        TestProgram p = TestProgram.of("""
                mov   dx, %d
                mov   al, 'x'
                out   dx, al
                add   edx, 7
                mov   al, 0x5A
                out   dx, al
                xor   eax, eax
                in    al, dx
                mov   ebx, eax
            """.formatted(expected.base()) + TestProgram.EXIT);
        StringBuilder sent = new StringBuilder();
        p.machine().addObserver(new MachineObserver() {
            @Override
            public void onSerial(SerialPort port, int value) {
                sent.append(port).append((char) value);
            }
        });
        assertEquals(0x5A, p.run().rbx(), "the scratch register");
        assertEquals(expected + "x", sent.toString());
    }

    /** SDM "Relocating the Local APIC Registers": each processor has its APIC where its own IA32_APIC_BASE says. */
    @Test
    void eachProcessorHasItsApicWhereItsOwnBaseSays() {
        Machine machine = Machine.builder().memory(16 << 20).cpus(2).build();
        long moved = 0x40_0000;
        machine.memory().write32(moved + 0x20, 0x1234);
        machine.cpu(1).platform.apic(machine.cpu(1)).baseChanged(machine.cpu(1).msr.apicBase = moved | 0x800);
        assertEquals(0, machine.memory().read(0, 0xFEE0_0020L, 4));
        assertEquals(1L << 24, machine.memory().read(1, moved + 0x20, 4));
        assertEquals(0x1234, machine.memory().read(0, moved + 0x20, 4), "memory, for another processor");
        machine.memory().write(0, moved + 0x20, 4, 0x5678);
        assertEquals(0x5678, machine.memory().read(0, moved + 0x20, 4));
        assertEquals(0xFFFF_FFFFL, machine.memory().read(1, 0xFEE0_0020L, 4));
        machine.cpu(1).platform.apic(machine.cpu(1)).baseChanged(machine.cpu(1).msr.apicBase = 0xFEE0_0800L);
        assertEquals(1L << 24, machine.memory().read(1, 0xFEE0_0020L, 4));
        assertEquals(0x5678, machine.memory().read(1, moved + 0x20, 4));
    }

    @Test
    void anApicThatSoftwareDisablesMasksItsVectorTable() {
        assertEquals(0x10040, TestProgram.of("""
                mov   edi, 0xFEE00000
                mov   dword [edi + 0xF0], 0x1FF
                mov   dword [edi + 0x320], 0x40
                mov   dword [edi + 0xF0], 0xFF
                mov   dword [edi + 0x320], 0x40
                mov   ebx, [edi + 0x320]
            """ + TestProgram.EXIT).run().rbx());
    }

    @Test
    void anIllegalVectorIsAnErrorThatTheStatusRegisterTells() {
        TestProgram p = TestProgram.of("""
                mov   edi, 0xFEE00000
                mov   dword [edi + 0xF0], 0x1FF
                mov   dword [edi + 0x300], 0x4000A
                mov   dword [edi + 0x280], 0
                mov   ebx, [edi + 0x280]
                mov   dword [edi + 0x280], 0
                mov   ecx, [edi + 0x280]
            """ + TestProgram.EXIT).run();
        assertEquals(0x20, p.rbx() & 0x20);
        assertEquals(0, p.gpr(Cpu.RCX));
    }
}
