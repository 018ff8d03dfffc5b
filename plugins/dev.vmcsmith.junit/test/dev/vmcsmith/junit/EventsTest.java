// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that a VMCS or a handler injects, and instructions that wait for them, on hypervisors of both kinds. */
class EventsTest {
    private static Both withInterrupts(String host) {
        return Both.setup(host).declare("""
                guest code WithCode at 0x3_1000 bits 32 { pop edi
                    inc ebx
                    iretd
                }
                guest code Plain at 0x3_1100 bits 32 { inc esi
                    iretd
                }
                guest code Nmi at 0x3_1200 bits 32 { inc edx
                    iretd
                }
                guest data Gdt at 0x3_2000 { qwords 0  segment 0, 0xFFFFFFFF, 0xC09B  segment 0, 0xFFFFFFFF, 0xC093 }
                guest data Idt at 0x4_0000 {
                    qwords 0, 0
                    gate 8, Nmi, 0x8E
                    zeros 10 * 8
                    gate 8, WithCode, 0x8E
                    zeros 0x32 * 8
                    gate 8, Plain, 0x8E
                    align 2048
                }
                """).guest("gdtr.base = Gdt gdtr.limit = sizeof(Gdt) - 1 idtr.base = Idt idtr.limit = 0x7FF REST");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "long-64      | inject #GP error-code 0x18    | ebx == 1, edi == 0x18, esi == 0, edx == 0",
        "protected-32 | inject #GP error-code 0x18    | ebx == 1, edi == 0x18, esi == 0, edx == 0",
        "long-64      | inject nmi                    | edx == 1, esi == 0",
        "protected-32 | inject nmi                    | edx == 1, esi == 0",
        "long-64      | inject interrupt(0x40)        | esi == 1, edx == 0",
        "protected-32 | inject interrupt(0x40)        | esi == 1, edx == 0",
        "long-64      | inject software-interrupt(0x40) | esi == 1, edx == 0",
        "protected-32 | inject software-interrupt(0x40) | esi == 1, edx == 0"})
    void anEventOfTheVmcsIsDeliveredByTheFirstEntry(String host, String event, String expected) {
        // a software interrupt returns behind an INT of two bytes
        withInterrupts(host).code("nop\n nop\n nop\n vmcall").vmcs(event).textFor("REST", event.contains("interrupt(") ? "rflags = 0x202" : "")
                .expect("expect exits vmcall\nexpect at vmcall " + expected).run();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "long-64      | inject nmi                      | edx == 1",
        "protected-32 | inject nmi                      | edx == 1",
        "long-64      | inject software-interrupt(0x40) | esi == 1",
        "protected-32 | inject software-interrupt(0x40) | esi == 1"})
    void anEventOfAHandlerIsDeliveredByTheNextEntry(String host, String event, String expected) {
        withInterrupts(host).code("mov ecx, 5\n cpuid\n vmcall").on("on Guest exit cpuid { skip rip = rip - LENGTH " + event + " }")
                .textFor("LENGTH", event.contains("software") ? "2" : "0").textFor("REST", "")
                .expect("expect exits cpuid, vmcall\nexpect at vmcall " + expected).run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void anInjectedMtfIsAnExitBeforeTheFirstInstruction(String host) {
        SetupRun run = Both.setup(host).code("cpuid\n vmcall").vmcs("inject mtf").on("""
                on Guest exit monitor-trap-flag { log "at {rip - Main}" }
                on Guest exit cpuid { skip inject mtf }
                """).expect("expect exits monitor-trap-flag, cpuid, monitor-trap-flag, vmcall").run();
        assertEquals("at 0\nat 2\n", run.log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void instructionsOfTimeCachesAndWaitingAreEmulated(String host) {
        SetupRun run = Both.setup(host).machine("cpu \"max\"").code("""
                rdtscp
                mov ebx, ecx
                mov esi, edx
                mov eax, 0x5000
                xor ecx, ecx
                xor edx, edx
                monitor
                mwait
                invd
                wbinvd
                mov eax, 3
                xsetbv
                xgetbv
                vmcall
                """).vmcs("""
                primary { rdtsc-exiting, monitor-exiting, mwait-exiting }
                secondary { enable-rdtscp, wbinvd-exiting }
                """).guest("cr4 = CR4.VMXE | CR4.OSXSAVE").on("""
                on Guest exit rdtscp { msr[IA32_TSC_AUX] = 0x77 emulate }
                on Guest exit monitor { log "monitor {eax:x}" emulate }
                on Guest exit mwait { emulate }
                on Guest exit invd { emulate }
                on Guest exit wbinvd { emulate }
                on Guest exit xsetbv { log "xcr{ecx} = {eax}" emulate }
                """).expect("""
                expect exits rdtscp, monitor, mwait, invd, wbinvd, xsetbv, vmcall
                expect at vmcall ebx == 0x77, esi == 0, eax == 3
                """).run();
        assertEquals("monitor 5000\nxcr0 = 3\n", run.log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void aValueThatXsetbvDoesNotTakeIsAFaultOfTheGuest(String host) {
        withInterrupts(host).machine("cpu \"max\"").code("""
                xor ecx, ecx
                xor edx, edx
                mov eax, 2                      // bit 0, the x87, cannot be 0
                xsetbv
                vmcall
                """).textFor("REST", "cr4 = CR4.VMXE | CR4.OSXSAVE").textFor("inc ebx\n    iretd", "inc ebx\n    add dword [esp], 3\n    iretd")
                .on("on Guest exit xsetbv { emulate }").expect("expect exits xsetbv, vmcall\nexpect at vmcall ebx == 1, edi == 0").run();
    }

    @Test
    void cr8AndDescriptorTablesOfA64BitGuestAreEmulated() {
        Both setup = Both.setup("long-64").declare("""
                guest code Wide at 0x3_0000 bits 64 {
                    mov rax, 5
                    mov cr8, rax
                    mov rbx, cr8
                    mov rdi, 0x5000
                    lgdt [pointer]
                    sgdt [rdi + 16]
                    sidt [rdi + 32]
                    mov ax, 0x18
                    ltr ax
                    str ecx
                    vmcall
                    align 8
                pointer:
                    dw 0x27
                    dq 0x3_2000
                }
                guest data Gdt at 0x3_2000 {
                    qwords 0
                    segment 0, 0xFFFFFFFF, 0xA09B
                    segment 0, 0xFFFFFFFF, 0xC093
                    tss64 0x1_2345_6000, 0x67, 0x89
                }
                page tables Paging long at 0x4_0000 { map 0 .. 16 MiB -> identity rw }
                vmcs Long {
                    primary { cr8-load-exiting, cr8-store-exiting }
                    secondary { descriptor-table-exiting }
                    ept All
                    guest long-64 { rip = Wide rsp = STACK cr3 = Paging idtr.base = 0x7_0000 idtr.limit = 0xFFF }
                }
                on Long exit cr-access { emulate }
                on Long exit gdtr-idtr-access { emulate }
                on Long exit ldtr-tr-access { emulate }
                on Long exit vmcall { stop }
                """).expect("""
                expect exits cr-access*2, gdtr-idtr-access*3, ldtr-tr-access*2, vmcall
                expect at vmcall rbx == 5, ecx == 0x18, guest.gdtr.base == 0x3_2000, guest.gdtr.limit == 0x27
                expect at vmcall guest.tr.base == 0x1_2345_6000, guest.tr.access-rights == 0x8B
                expect memory qword[0x5012] == 0x3_2000
                expect memory qword[0x5022] == 0x7_0000
                """);
        SetupRun.ofText(setup.text().replace("run Guest", "run Long")).assertExpectations();
    }
}
