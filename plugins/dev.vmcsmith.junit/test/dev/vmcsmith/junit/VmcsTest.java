// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists, bitmaps and single fields that a VMCS of a setup can say do what the SDM says of them. */
class VmcsTest {
    private static long memory(SetupRun run, String symbol, int offset) {
        return run.machine().memory().read(0, run.image().symbols().address(symbol).orElseThrow() + offset, 8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void msrListsAreLoadedAndStored(String host) {
        SetupRun run = Both.setup(host).code("""
                mov ecx, 0xC0000102         // IA32_KERNEL_GS_BASE
                rdmsr
                mov ebx, eax
                mov eax, 0x4321
                wrmsr
                cpuid
                rdmsr
                mov esi, eax
                vmcall
                """).vmcs("""
                msr-bitmap { }
                entry-msr-load { 0xC0000102 = 0x1234, IA32_TSC_AUX = 7 }
                exit-msr-store { 0xC0000102, IA32_TSC_AUX }
                exit-msr-load { 0xC0000102 = 0x9999 }
                """).on("on Guest exit cpuid { log \"{msr[0xC0000102]:x} {msr[IA32_TSC_AUX]}\" skip }")
                .expect("expect at vmcall ebx == 0x1234, esi == 0x1234").run();
        assertEquals("9999 7\n", run.log());
        assertEquals(0x1234, memory(run, "exit_msr_store", 8));
        assertEquals(7, memory(run, "exit_msr_store", 24));
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void cr3TargetsMakeNoExit(String host) {
        SetupRun run = Both.setup(host).code("""
                mov eax, 0x5000
                mov cr3, eax
                mov eax, 0x6000
                mov cr3, eax
                mov eax, 0x7000
                mov cr3, eax
                vmcall
                """).vmcs("primary { cr3-load-exiting } cr3-targets { 0x5000, 0x7000 }").on("""
                on Guest exit cr-access { log "{rax:x}" emulate }
                """).expect("expect exits cr-access, vmcall\nexpect at vmcall guest.cr3 == 0x7000").run();
        assertEquals("6000\n", run.log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void fieldsAreWrittenByTheirNumbers(String host) {
        Both.setup(host).vmcs("""
                field 0x681A = 0x455            // DR7
                field 0x2802 = 0x1_0000_0000 >> 32 << 1
                field 0x4828 = 0x5000 | 0x20
                """.replace("field 0x4828 = 0x5000 | 0x20\n", "")).expect("expect at exit 1 guest.dr7 == 0x455, ia32-debugctl == 2").run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void thePreemptionTimerEndsALoop(String host) {
        SetupRun run = Both.setup(host).code("next: jmp next\n vmcall").vmcs("pin-based { activate-vmx-preemption-timer }")
                .guest("preemption-timer-value = 50").on("""
                on Guest exit preemption-timer { log "in {rip - Main}" rip = rip + 2 preemption-timer-value = 0xFFFF_FFFF }
                """).expect("expect exits preemption-timer, vmcall").run();
        assertEquals("in 0\n", run.log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void theGuestSwitchesItsEptWithVmfunc(String host) {
        Both.setup(host).machine("cpu \"max\"").code("""
                mov ebx, [0x5_0000]
                xor eax, eax
                mov ecx, 1
                vmfunc
                mov edx, [0x5_0000]
                mov ecx, 2
                vmfunc
                vmcall
                """).declare("""
                guest data First at 0x5_0000 { dwords 0xAAAA }
                guest data Second at 0x6_0000 { dwords 0xBBBB }
                ept Moved { map 0 .. 16 MiB -> identity rwx WB map First size 4 KiB -> Second rw- WB }
                """).vmcs("eptp-list { All, Moved }").on("""
                on Guest exit vmfunc { log "{ecx}" emulated-not-possible }
                """.replace("log \"{ecx}\" emulated-not-possible", "log \"{ecx}\" skip"))
                .expect("expect exits vmfunc, vmcall\nexpect at vmcall ebx == 0xAAAA, edx == 0xBBBB, ecx == 2").run();
    }

    /** A guest that is a hypervisor reads and writes a shadow VMCS without exits, but for the fields of the bitmaps. */
    @Test
    void bitmapsSayWhichFieldsOfAShadowVmcsMakeExits() {
        Both setup = Both.setup("long-64").declare("""
                guest code Nested at 0x3_0000 bits 64 {
                    mov rdx, 0x681E             // guest RIP: in the shadow VMCS
                    vmread rax, rdx
                    mov rbx, 0x5555
                    vmwrite rdx, rbx
                    vmread rcx, rdx
                    mov rdx, 0x6820             // guest RFLAGS: in both bitmaps
                    vmread rsi, rdx
                    vmwrite rdx, rsi
                    vmcall
                }
                page tables Paging long at 0x4_0000 { map 0 .. 16 MiB -> identity rw }
                vmcs Shadow { guest long-64 { rip = 0x1234 } }
                vmcs Hypervisor {
                    secondary { vmcs-shadowing }
                    vmread-bitmap { rflags }
                    vmwrite-bitmap { all, not rip }
                    ept All
                    guest long-64 { rip = Nested rsp = STACK cr3 = Paging vmcs-link-pointer = Shadow }
                }
                on Hypervisor exit vmread { skip }
                on Hypervisor exit vmwrite { skip }
                on Hypervisor exit vmcall { stop }
                """).expect("expect exits vmread, vmwrite, vmcall\nexpect at vmcall rax == 0x1234, rcx == 0x5555");
        SetupRun.ofText(setup.text().replace("run Guest", "run Hypervisor")).assertExpectations();
    }

    @Test
    void theEndOfAnInterruptOfTheEoiBitmapIsAnExit() {
        SetupRun run = Both.setup("long-64").machine("cpu \"max\"").code("""
                sti
                nop
                nop
                cli
                vmcall
                """).declare("""
                guest code End at 0x3_0000 bits 32 {
                    inc edi
                    mov ecx, 0x80B              // IA32_X2APIC_EOI
                    xor eax, eax
                    xor edx, edx
                    wrmsr
                    iretd
                }
                guest data Apic at 0x7000 { zeros 4096 }
                guest data Gdt at 0x3_2000 { qwords 0  segment 0, 0xFFFFFFFF, 0xC09B  segment 0, 0xFFFFFFFF, 0xC093 }
                guest data Idt at 0x4_0000 { zeros 0x40 * 8  gate 8, End, 0x8E  gate 8, End, 0x8E  align 4096 }
                """).vmcs("""
                pin-based { external-interrupt-exiting }
                primary { use-tpr-shadow }
                secondary { virtualize-x2apic-mode, apic-register-virtualization, virtual-interrupt-delivery }
                exit { acknowledge-interrupt-on-exit }
                msr-bitmap { }
                eoi-bitmap { 0x41 }
                virtual-apic-address = Apic
                """).guest("""
                interrupt-status = 0x41
                gdtr.base = Gdt gdtr.limit = sizeof(Gdt) - 1 idtr.base = Idt idtr.limit = 0xFFF
                """).on("""
                on Guest exit virtualized-eoi { log "end of {exit-qualification:x}" }
                """).expect("expect exits virtualized-eoi, vmcall\nexpect at vmcall edi == 1").run();
        assertEquals("end of 41\n", run.log());
    }

    @Test
    void registersOfA64BitGuestSurviveEveryHandler() {
        StringBuilder code = new StringBuilder();
        StringBuilder values = new StringBuilder();
        List<String> registers = List.of("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
                "r15");
        for (int i = 0; i < registers.size(); i++) {
            String value = "0x%X".formatted(0x1111_2222_3333_4444L * (i % 7 + 1) + i);
            code.append("mov ").append(registers.get(i)).append(", ").append(value).append('\n');
            code.append("movq xmm%d, %s\n".formatted(i, registers.get(i)));
            values.append(i == 0 ? "" : ", ").append(registers.get(i)).append(" == ").append(value);
        }
        Both setup = Both.setup("long-64").declare("""
                guest code Wide at 0x3_0000 bits 64 {
                """ + code + """
                    movq xmm15, r15
                    cpuid
                    invd
                    vmcall
                }
                page tables Paging long at 0x4_0000 { map 0 .. 16 MiB -> identity rw }
                function Sum(a, b) { let c = a + b log "{c:x} {c / 3} {guest.rip:x}" return c * a % (b + 1) }
                vmcs Long { ept All guest long-64 { rip = Wide rsp = STACK cr3 = Paging cr4 = CR4.PAE | CR4.VMXE | CR4.OSFXSR } }
                on Long exit cpuid { log "{Sum(rax, r15)}" guest-virtual.qword[0x5000] = r9 port[0x80] = 3 All.map(0x6000, r--) skip }
                on Long exit invd { inject-nothing }
                on Long exit vmcall { stop }
                """.replace("inject-nothing", "log \"{translation[0x5000]:x} {msr[IA32_SYSENTER_CS]}\" emulate"))
                .expect("expect exits cpuid, invd, vmcall\nexpect at exit 3 " + values);
        SetupRun run = SetupRun.ofText(setup.text().replace("run Guest", "run Long"));
        run.assertExpectations();
        for (int i = 0; i < registers.size(); i++) {
            assertEquals(0x1111_2222_3333_4444L * (i % 7 + 1) + i, run.machine().cpu(0).vector.xmm[i * 2], "XMM" + i);
        }
    }
}
