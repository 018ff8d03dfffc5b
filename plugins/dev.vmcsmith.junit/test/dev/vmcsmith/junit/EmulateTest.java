// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code emulate} does for the guest, on hypervisors of both kinds. */
class EmulateTest {
    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void controlAndDebugRegisters(String host) {
        Both.setup(host).code("""
                mov eax, cr0
                mov ebx, eax
                or  eax, 0x10000
                mov cr0, eax
                mov edi, cr0
                clts
                mov esi, cr4
                mov eax, 0x1234000
                mov cr3, eax
                mov ecx, cr3
                mov eax, 0x5000
                mov dr1, eax
                mov edx, dr1
                mov eax, 0x455
                mov dr7, eax
                mov eax, dr7
                vmcall
                """).vmcs("""
                primary { mov-dr-exiting, cr3-load-exiting, cr3-store-exiting }
                cr0-guest-host-mask = CR0.WP | CR0.NE | CR0.TS
                cr0-read-shadow = CR0.TS
                cr4-guest-host-mask = CR4.VMXE
                """).on("on Guest exit cr-access { emulate }\n on Guest exit dr-access { emulate }").expect("""
                expect exits cr-access*4, dr-access*4, vmcall
                expect at vmcall ebx == 0x19, edi == 0x10019, esi == 0, ecx == 0x1234000, edx == 0x5000, eax == 0x455, guest.dr7 == 0x455
                """.replace("dr-access*4", "dr-access*4")).run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void modelSpecificRegistersAndTheirFaults(String host) {
        SetupRun run = Both.setup(host).code("""
                lidt [pointer]
                mov ecx, IA32_SYSENTER_EIP
                mov eax, 0x4321
                xor edx, edx
                wrmsr
                xor eax, eax
                rdmsr
                mov ebx, eax
                mov ecx, IA32_PAT
                mov eax, 0x00070406
                mov edx, 0x00070405
                wrmsr
                rdmsr
                mov esi, edx
                mov ecx, 0x1234567
                rdmsr
                vmcall
            pointer:
                dw 0x7F
                dd 0x40000
                """).declare("""
                guest code Fault at 0x3_1000 bits 32 { add esp, 4\n add dword [esp], 2\n inc edi\n iretd\n }
                guest data Gdt at 0x3_2000 { qwords 0  segment 0, 0xFFFFFFFF, 0xC09B  segment 0, 0xFFFFFFFF, 0xC093 }
                guest data Idt at 0x4_0000 { zeros 13 * 8  gate 8, Fault, 0x8E  align 512 }
                """).guest("gdtr.base = Gdt gdtr.limit = sizeof(Gdt) - 1").vmcs("entry { load-ia32-pat } exit { load-ia32-pat, save-ia32-pat }")
                .guest("ia32-pat = 0x0007040600070406 gdtr.base = Gdt gdtr.limit = sizeof(Gdt) - 1").on("""
                on Guest exit rdmsr { emulate }
                on Guest exit wrmsr { emulate }
                """).expect("expect at vmcall ebx == 0x4321, esi == 0x70405, edi == 1, guest.sysenter-eip == 0x4321").run();
        assertEquals(List.of("wrmsr", "rdmsr", "wrmsr", "rdmsr", "rdmsr", "vmcall"), run.exits());
    }

    /** WRMSR raises #GP as the processor does, and a debug register that DR7.GD guards raises #DB; neither changes anything. */
    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void whatTheProcessorDoesNotTakeIsAFaultOfTheGuest(String host) {
        Both.setup(host).code("""
                lidt [pointer]
                xor edx, edx
                mov eax, 0x02020202
                mov ecx, IA32_PAT                   // no memory type has the number 2
                wrmsr
                mov ecx, IA32_EFER
                mov eax, 0x20                       // reserved
                wrmsr
                mov ecx, IA32_SYSENTER_ESP
                mov edx, 0x8000                     // not canonical
                wrmsr
                mov eax, 0x2400
                mov dr7, eax
                mov ebx, dr7
                mov ebx, dr7
                mov edx, dr6
                vmcall
            pointer:
                dw 0x7F
                dd 0x40000
                """).declare("""
                guest code Debug at 0x3_1100 bits 32 { inc esi\n iretd\n }
                guest code Fault at 0x3_1000 bits 32 { add esp, 4\n add dword [esp], 2\n inc edi\n iretd\n }
                guest data Gdt at 0x3_2000 { qwords 0  segment 0, 0xFFFFFFFF, 0xC09B  segment 0, 0xFFFFFFFF, 0xC093 }
                guest data Idt at 0x4_0000 { qwords 0 gate 8, Debug, 0x8E zeros 11 * 8  gate 8, Fault, 0x8E  align 512 }
                """).vmcs("""
                primary { mov-dr-exiting }
                entry { load-ia32-pat, load-ia32-efer } exit { load-ia32-pat, save-ia32-pat, load-ia32-efer, save-ia32-efer }
                """).guest("sysenter-esp = 0x1234 gdtr.base = Gdt gdtr.limit = sizeof(Gdt) - 1").on("""
                on Guest exit wrmsr { emulate }
                on Guest exit dr-access { emulate }
                """).expect("""
                expect exits wrmsr*3, dr-access*5, vmcall
                expect at vmcall edi == 3, guest.ia32-pat == 0x0007_0406_0007_0406, guest.ia32-efer == 0, guest.sysenter-esp == 0x1234
                expect at vmcall esi == 1, ebx == 0x400, edx == 0xFFFF2FF0
                """).run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void theTimeOfTheGuestIsScaledAndMoved(String host) {
        SetupRun run = Both.setup(host).machine("cpu \"max\"").code("rdtsc\n rdtsc\n vmcall").vmcs("""
                primary { rdtsc-exiting, use-tsc-offsetting }
                secondary { use-tsc-scaling }
                tsc-multiplier = 3 << 47        // one and a half
                tsc-offset = 0x1_0000_0000_0000
                """).on("""
                on Guest exit rdtsc {
                    msr[IA32_TIME_STAMP_COUNTER] = 0x1234_89AB_CDEF
                    emulate
                    let passed = (rdx << 32 | eax) - 0x1_0000_0000_0000 - 0x1B4E_CE81_B4E6
                    log "{passed < 0x1_0000}"
                }
                """).expect("expect exits rdtsc*2, vmcall").run();
        assertEquals("1\n1\n", run.log());
    }

    @Test
    void theGuestEntersAndLeavesIa32eMode() {
        Both.setup("long-64").code("""
                mov eax, cr4
                or  eax, 0x20
                mov cr4, eax
                mov eax, Paging
                mov cr3, eax
                mov ecx, IA32_EFER
                rdmsr
                or  eax, 0x100
                wrmsr
                mov eax, cr0
                or  eax, 0x8000_0000
                mov cr0, eax
                jmp 0x08:Wide
                """).declare("""
                guest code Wide at 0x3_1000 bits 64 {
                    mov ecx, IA32_EFER
                    rdmsr
                    mov ebx, eax
                    mov rax, 0x1_2345_6789
                    mov [0x8000], rax
                    jmp far dword [rel there]
                there:
                    dd Back
                    dw 0x18
                }
                guest code Back at 0x3_2000 bits 32 {
                    mov eax, cr0
                    and eax, 0x7FFF_FFFF
                    mov cr0, eax
                    mov ecx, IA32_EFER
                    rdmsr
                    vmcall
                }
                guest data Gdt at 0x5_0000 {
                    qwords 0
                    segment 0, 0xFFFF_FFFF, 0xA09B
                    segment 0, 0xFFFF_FFFF, 0xC093
                    segment 0, 0xFFFF_FFFF, 0xC09B
                }
                page tables Paging long at 0x10_0000 { map 0 .. 16 MiB -> identity rw }
                """).vmcs("""
                entry { load-ia32-efer } exit { load-ia32-efer, save-ia32-efer }
                cr0-guest-host-mask = CR0.PG cr0-read-shadow = 0
                cr4-guest-host-mask = CR4.PAE | CR4.VMXE cr4-read-shadow = 0
                """).guest("gdtr.base = Gdt gdtr.limit = sizeof(Gdt) - 1").on("""
                on Guest exit cr-access { emulate }
                on Guest exit rdmsr { emulate }
                on Guest exit wrmsr { emulate }
                """).expect("""
                expect exits cr-access, rdmsr, wrmsr, cr-access, rdmsr, cr-access, rdmsr, vmcall
                expect at vmcall ebx == 0x500, eax == 0x100, guest.ia32-efer == 0x100
                expect memory qword[0x8000] == 0x1_2345_6789
                """).run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void portsAndStringsOfThem(String host) {
        SetupRun run = Both.setup(host).code("""
                mov dx, 0x3F8
                mov al, 'a'
                out dx, al
                mov esi, text
                mov ecx, 3
                cld
                rep outsb
                mov edi, esi
                mov ebx, ecx
                std
                mov esi, text + 2
                outsb
                cld
                mov dx, 0x3FF
                mov al, 0x5A
                out dx, al
                mov edi, 0x8000
                mov ecx, 2
                rep insb
                mov dx, 0x80
                mov eax, 0x1234
                out dx, ax
                vmcall
            text:
                db "xyz"
                """).vmcs("primary { unconditional-io-exiting }").on("on Guest exit io-instruction { emulate }").expect("""
                expect exits io-instruction+, vmcall
                expect count io-instruction == 9
                expect log contains "axyzz"
                expect at vmcall ebx == 0, edi == 0x8002, ecx == 0
                expect memory word[0x8000] == 0x5A5A
                """).run();
        assertEquals("axyzz", run.log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void descriptorTablesAndWhatNeedsNothing(String host) {
        Both.setup(host).code("""
                mov ebx, pointer
                lgdt [ebx]
                mov ecx, 4
                sgdt [ebx + ecx * 4]
                lidt [second]
                sidt [0x8100]
                mov ax, 0x18
                ltr ax
                str edx
                mov word [0x8200], 0x20
                lldt [0x8200]
                sldt [0x8210]
                wbinvd
                invd
                invlpg [ebx]
                pause
                rdtsc
                hlt
                vmcall
                align 16
            pointer:
                dw 0x2F
                dd 0x32000
                align 16
                times 16 db 0
            second:
                dw 0x7FF
                dd 0x40000
                """).declare("""
                guest data Gdt at 0x3_2000 {
                    qwords 0
                    segment 0, 0xFFFFFFFF, 0xC09B
                    segment 0, 0xFFFFFFFF, 0xC093
                    tss 0x5000, 0x67, 0x89
                    segment 0x6000, 0x17, 0x82
                    qwords 0
                }
                """).vmcs("""
                secondary { descriptor-table-exiting, wbinvd-exiting }
                primary { invlpg-exiting, pause-exiting, rdtsc-exiting, hlt-exiting }
                """.replace("secondary {", "secondary {")).on("""
                on Guest exit gdtr-idtr-access { emulate }
                on Guest exit ldtr-tr-access { emulate }
                on Guest exit wbinvd { emulate }
                on Guest exit invd { emulate }
                on Guest exit invlpg { emulate }
                on Guest exit pause { emulate }
                on Guest exit rdtsc { emulate }
                on Guest exit hlt { emulate }
                """).expect("""
                expect exits gdtr-idtr-access*4, ldtr-tr-access*4, wbinvd, invd, invlpg, pause, rdtsc, hlt, vmcall
                expect at vmcall guest.gdtr.base == 0x32000, guest.gdtr.limit == 0x2F, guest.idtr.base == 0x40000, guest.idtr.limit == 0x7FF
                expect at vmcall guest.tr.base == 0x5000, guest.tr.limit == 0x67, guest.tr.access-rights == 0x8B, guest.tr.selector == 0x18
                expect at vmcall guest.ldtr.base == 0x6000, guest.ldtr.limit == 0x17, guest.ldtr.access-rights == 0x82
                expect memory word[0x8100] == 0x7FF
                expect memory dword[0x8102] == 0x40000
                expect memory word[0x8210] == 0x20
                expect memory byte[0x3201D] == 0x8B
                """).run();
    }
}
