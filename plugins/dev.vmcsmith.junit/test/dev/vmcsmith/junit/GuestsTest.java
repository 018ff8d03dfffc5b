// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.ElfWriter;
import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.image.LineTable;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.image.Symbol;
import dev.vmcsmith.image.SymbolTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests of every kind: their paging, their EPT, and where their code comes from. */
class GuestsTest {
    /** A 64-bit guest with its own code and paging beside the 32-bit one, which does not run. */
    private static SetupRun runLong(Both setup) {
        SetupRun run = SetupRun.ofText(setup.text().replace("run Guest", "run Long"));
        run.assertExpectations();
        return run;
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void anElfGuestRunsWithItsSymbolsAndLines(String host, @TempDir Path folder) throws Exception {
        byte[] code = {(byte) 0xB8, 0x78, 0x56, 0x34, 0x12, 0x0F, (byte) 0xA2, 0x0F, 0x01, (byte) 0xC1}; // MOV EAX, CPUID, VMCALL
        BootImage kernel = BootImage.builder("kernel", 32).entry(0x40_0000)
                .segment(Segment.of(".text", 0x40_0000, code, Segment.READ | Segment.EXECUTE))
                .segment(new Segment(".bss", 0x40_2000, 0x40_2000, new byte[0], 0x1000, Segment.READ | Segment.WRITE))
                .symbols(new SymbolTable(List.of(Symbol.function("kernel_main", 0x40_0000, code.length))))
                .lines(new LineTable(List.of(LineRow.statement(0x40_0000, "/src/kernel.c", 7), LineRow.statement(0x40_0005,
                        "/src/kernel.c", 9),
                        LineRow.end(0x40_000A)))).build();
        Files.write(folder.resolve("kernel.elf"), ElfWriter.write(kernel));
        String text = Both.setup(host).declare("guest elf Kernel from \"kernel.elf\"").guest("rip = Kernel")
                .on("on Guest exit cpuid { log \"leaf {eax:x} {Kernel:x}\" skip }").expect("expect exits cpuid, vmcall").text()
                .replace("rip = Main", "");
        SetupRun run = SetupRun.of(Files.writeString(folder.resolve("elf.hv"), text));
        run.assertExpectations();
        assertEquals("leaf 12345678 400000\n", run.log());
        assertEquals("kernel_main+0x5", run.image().symbols().nearest(run.vmExits().getFirst().guestRip()).orElseThrow().toString());
        LineRow row = run.image().lines().at(run.vmExits().getFirst().guestRip()).orElseThrow();
        assertEquals("/src/kernel.c:9", row.file() + ":" + row.line());
        assertEquals(List.of(0x40_0005L), run.image().lines().addresses("/src/kernel.c", 9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void pagesOf4MibMapTheGuest(String host) {
        SetupRun run = Both.setup(host).code("mov eax, [0x80_1234]\n cpuid\n vmcall").declare("""
                page tables Paging pse at 0x2_0000 { map 0 .. 4 MiB -> 0 rw  map 8 MiB .. 12 MiB -> 4 MiB rw }
                guest data There at 0x40_1234 { dwords 0xCAFE }
                """).guest("cr3 = Paging").on("on Guest exit cpuid { log \"{translation[0x80_1234]:x} {guest-virtual.word[0x80_1234]:x}\" skip }")
                .expect("expect at exit 1 eax == 0xCAFE").textFor("protected-32 {", "protected-32-paged {").run();
        assertEquals("401234 cafe\n", run.log());
        assertEquals(0, run.machine().memory().read(0, 0x2_1000, 4)); // one directory, no table
    }

    @Test
    void fiveLevelsMapTheGuestAndTheEpt() {
        SetupRun run = runLong(Both.setup("long-64").machine("cpu \"max\"").declare("""
                guest code Wide at 0x3_0000 bits 64 {
                    mov rax, 0x00AB_0000_0000_1000
                    mov rbx, [rax]
                    cpuid
                    vmcall
                }
                guest data There at 0x5000 { qwords 0x1122_3344_5566_7788 }
                page tables Paging long-5 at 0x4_0000 {
                    map 0 .. 2 MiB -> identity rw
                    map 0x00AB_0000_0000_1000 size 4 KiB -> There rw
                }
                ept Deep { walk 5 map 0 .. 16 MiB -> identity rwx WB }
                vmcs Long {
                    ept Deep
                    guest long-64 { rip = Wide cr3 = Paging cr4 = CR4.PAE | CR4.VMXE | CR4.LA57 }
                }
                on Long exit cpuid { log "{translation[rax]:x} {guest-virtual.qword[rax]:x}" Deep.map(0x6000, r--) skip }
                on Long exit vmcall { stop }
                """).expect("expect at cpuid rbx == 0x1122_3344_5566_7788"));
        assertEquals("5000 1122334455667788\n", run.log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void executionIsAllowedForUserModeOrSupervisorModeAlone(String host) {
        SetupRun run = Both.setup(host).machine("cpu \"max\"").code("""
                call ForUsers
                call ForSupervisors
                vmcall
                """).declare("""
                guest code ForUsers at 0x5_0000 bits 32 { inc ebx
                    ret
                }
                guest code ForSupervisors at 0x6_0000 bits 32 { inc ecx
                    ret
                }
                page tables Paging legacy at 0x2_0000 { map 0 .. 4 MiB -> identity rw }
                ept Modes {
                    map 0 .. 16 MiB -> identity rwxu WB
                    map ForUsers size 4 KiB -> identity rwu WB
                    map ForSupervisors size 4 KiB -> identity rwx WB
                }
                """).guest("cr3 = Paging").on("""
                on Guest exit ept-violation {
                    log "{guest-physical-address:x} rights {exit-qualification >> 3 & 15:x}"
                    Modes.map(ForUsers, rwxu)
                }
                """).textFor("protected-32 {", "protected-32-paged {").textFor("ept All\n    guest", "ept Modes\n    guest")
                .expect("expect exits ept-violation, vmcall\nexpect at vmcall ebx == 1, ecx == 1").run();
        assertEquals("50000 rights b\n", run.log()); // readable, writable, executable for user mode
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void anEptViolationBecomesAnExceptionOfTheGuest(String host) {
        Both.setup(host).machine("cpu \"max\"").code("""
                lidt [pointer]
                mov eax, [0x5_0000]
                mov eax, [0x6_0000]
                vmcall
            pointer:
                dw 0x1FF
                dd 0x40000
                """).declare("""
                guest code Fault at 0x3_1000 bits 32 {
                    mov edi, [Information]              // the exit reason
                    mov esi, [Information + 24]         // the guest-physical address
                    mov dword [Information + 4], 0      // ready for the next
                    inc ebx
                    add dword [esp], 5
                    iretd
                }
                guest data Information at 0x7000 { zeros 4096 }
                guest data Gdt at 0x3_2000 { qwords 0  segment 0, 0xFFFFFFFF, 0xC09B  segment 0, 0xFFFFFFFF, 0xC093 }
                guest data Idt at 0x4_0000 { zeros 20 * 8  gate 8, Fault, 0x8E  align 512 }
                ept Holes {
                    map 0 .. 16 MiB -> identity rwx WB
                    map 0x5_0000 size 4 KiB -> none
                    map 0x6_0000 size 4 KiB -> identity --- WB suppress-ve
                }
                """.replace("identity --- WB suppress-ve", "identity --x WB suppress-ve")).vmcs("secondary { ept-violation-ve } ve-information-address = Information")
                .guest("gdtr.base = Gdt gdtr.limit = sizeof(Gdt) - 1").on("""
                on Guest exit ept-violation { log "{guest-physical-address:x}" rip = rip + 5 }
                """).textFor("ept All\n    guest", "ept Holes\n    guest")
                .expect("expect exits ept-violation, vmcall\nexpect at vmcall ebx == 1, edi == 48, esi == 0x5_0000").run();
    }
}
