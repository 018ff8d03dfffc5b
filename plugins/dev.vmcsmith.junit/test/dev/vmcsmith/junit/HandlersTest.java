// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What handlers do, on hypervisors of both kinds. */
class HandlersTest {
    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void arithmeticHas64Bits(String host) {
        SetupRun run = Both.setup(host).code("mov eax, 7\n cpuid\n vmcall").declare("var big = 0x1_0000_0003").on("""
                on Guest exit cpuid {
                    let seven = rax & 0xFF
                    log "sum {big + 0xFFFF_FFFE:x}"
                    log "difference {big - 4:x} {seven - 8:x}"
                    log "product {big * seven:x}"
                    log "quotient {big / seven} {big % seven}"
                    log "shifts {big << 4:x} {big >> 4:x} {big << 63:x} {big << 64:x} {seven << (seven + 30):x} {big >> 33:x}"
                    log "bits {(big | 0x10):x} {(big & ~2):x} {(big ^ big)} {~big:x} {-big:x}"
                    log "compare {big > 0xFFFF_FFFF}{big < 0xFFFF_FFFF}{big == big}{big != big}{seven <= 7}{seven >= 8}"
                    log "logic {seven == 7 && big}{seven == 8 || 0 * seven}{!seven}{!(seven - 7)}"
                    log "decimal {big * 1000000000} {seven - 7}"
                    skip
                }
                """).run();
        assertEquals("""
                sum 200000001
                difference ffffffff ffffffffffffffff
                product 700000015
                quotient 613566757 0
                shifts 1000000030 10000000 8000000000000000 0 e000000000 0
                bits 100000013 100000001 0 fffffffefffffffc fffffffefffffffd
                compare 101010
                logic 1001
                decimal 4294967299000000000 0
                """, run.log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void functionsTakeArgumentsAndReturn(String host) {
        SetupRun run = Both.setup(host).code("mov eax, 5\n cpuid\n vmcall").declare("""
                var calls = 0
                function add(a, b) { calls = calls + 1 return a + b }
                function choose(a) { if a > 3 { return add(a, add(1, 2)) } else { log "small" } }
                function twice(x) { return x * 2 }
                const SIX = twice(3)
                """).on("""
                on Guest exit cpuid {
                    log "{choose(rax & 7)} {choose(1)} {SIX} {twice(twice(rax & 7))}"
                    choose(2)
                    log "calls {calls}"
                    skip
                }
                """).run();
        assertEquals("8 small\n0 6 20\nsmall\ncalls 2\n", run.log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void placesAreReadAndWritten(String host) {
        SetupRun run = Both.setup(host).code("cpuid\n mov eax, [Data.cell]\n mov ebx, [0x8000]\n vmcall").declare("""
                guest data Data at 0x2_0000 {
                cell: dwords 0x11223344
                    bytes "text", 0
                    align 16
                    qwords 0x0123_4567_89AB_CDEF
                }
                """).on("""
                on Guest exit cpuid {
                    log "{guest-physical.dword[Data]:x} {guest-virtual.byte[Data + 4]:x} {guest-physical.qword[Data + 16]:x}"
                    log "{host.word[Data + 16]:x} {translation[Data]:x}"
                    guest-virtual.dword[Data.cell] = 0x5566_7788
                    guest-physical.word[0x8000] = 0xABCD
                    host.byte[0x8002] = 0x7F
                    msr[IA32_SYSENTER_ESP] = 0x1234
                    log "{msr[IA32_SYSENTER_ESP]:x} {guest.sysenter-esp:x}"
                    port[0x80] = 3
                    log "{port.byte[0x3FD] & 0x60:x}"
                    skip
                }
                """).expect("""
                expect at vmcall eax == 0x55667788, ebx == 0x007FABCD
                expect memory dword[Data] == 0x55667788
                expect memory at Data + 4 contains "text"
                expect log lacks "panic"
                """).run();
        assertEquals("11223344 74 123456789abcdef\ncdef 20000\n1234 1234\n60\n", run.log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void handlersKeepWhatTheGuestHas(String host) {
        SetupRun run = Both.setup(host).code("""
                mov eax, 0x11111111
                mov ebx, 0x22222222
                mov ecx, 0x33333333
                mov edx, 0x44444444
                mov esi, 0x55555555
                mov edi, 0x66666666
                mov ebp, 0x77777777
                movd xmm0, ebx
                movd xmm7, ecx
                push eax
                mov eax, 0xABCD
                mov cr2, eax
                mov dr0, ecx
                mov dr3, edx
                pop eax
                push dword 0x246
                popfd
                std
                stc
                invd
                vmcall
                """).guest("cr4 = 0x2000 | CR4.OSFXSR").on("""
                on Guest exit invd { log "{rax + rbx * rcx / (rdx + 1)}" Print(3) skip }
                """).declare("function Print(n) { let m = n * 5 log \"{m} {guest.rip:x}\" return m % 4 }").expect("""
                expect at vmcall eax == 0x11111111, ebx == 0x22222222, ecx == 0x33333333, edx == 0x44444444, esi == 0x55555555
                expect at vmcall edi == 0x66666666, ebp == 0x77777777, rflags == 0x647
                """).run();
        assertEquals(List.of("invd", "vmcall"), run.exits());
        assertEquals(0xABCD, run.machine().cpu(0).cr2);
        assertEquals(0x33333333L, run.machine().cpu(0).dr[0]);
        assertEquals(0x44444444L, run.machine().cpu(0).dr[3]);
        assertEquals(0x22222222L, run.machine().cpu(0).vector.xmm[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void oneVmcsSwitchesToAnother(String host) {
        SetupRun run = Both.setup(host).code("mov ebx, 1\n cpuid\n add ebx, 1\n vmcall").declare("""
                guest code Second at 0x3_0000 bits 32 {
                    mov ebx, 0x100
                    hlt
                    add ebx, 1
                    rdtsc
                }
                vmcs Other extends Guest { primary { hlt-exiting, rdtsc-exiting } guest { rip = Second } }
                """).on("""
                on Guest exit cpuid { skip log "to the other" switch Other }
                on Other exit hlt { skip log "and back {ebx:x}" switch Guest }
                """).expect("""
                expect exits cpuid, hlt, vmcall
                expect at vmcall ebx == 2
                """).run();
        assertEquals("to the other\nand back 100\n", run.log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void theEptChangesUnderTheGuest(String host) {
        SetupRun run = Both.setup(host).code("""
                mov eax, [0x50_0000]
                mov ebx, [0x60_0000]
                cpuid
                mov ecx, [0x50_0000]
                vmcall
                """).declare("""
                guest data A at 0x50_0000 { dwords 0xAAAA }
                guest data B at 0x60_0000 { dwords 0xBBBB }
                """).on("""
                on Guest exit cpuid { All.map(A, r--, B) skip }
                """).expect("expect at vmcall eax == 0xAAAA, ebx == 0xBBBB, ecx == 0xBBBB").run();
        assertEquals(List.of("cpuid", "vmcall"), run.exits());
        SetupRun gone = Both.setup(host).code("mov eax, [0x50_0000]\n cpuid\n mov eax, [0x50_0000]\n vmcall").on("""
                on Guest exit cpuid { All.unmap(0x50_0000) skip }
                on Guest exit ept-violation { log "{guest-physical-address:x}" All.map(page(guest-physical-address), rw-) invept invept(All)
                    invvpid }
                """).vmcs("vpid 3").expect("expect exits cpuid, ept-violation, vmcall").run();
        assertEquals("500000\n", gone.log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void eventsReachTheGuest(String host) {
        SetupRun run = Both.setup(host).code("""
                lidt [pointer]
                mov al, 5
                cpuid
                nop
                sti
                nop
                nop
                vmcall
            pointer:
                dw 0x1FF
                dd 0x40000
            """).declare("""
                guest code Interrupt at 0x3_0000 bits 32 { add esi, 1\n iretd\n }
                guest code Fault at 0x3_1000 bits 32 { pop edi\n add dword [esp], 2\n iretd\n }
                guest data Gdt at 0x3_2000 { qwords 0  segment 0, 0xFFFFFFFF, 0xC09B  segment 0, 0xFFFFFFFF, 0xC093 }
                guest data Idt at 0x4_0000 {
                    zeros 13 * 8
                    gate 8, Fault, 0x8E
                    zeros 18 * 8
                    gate 8, Interrupt, 0x8E
                    align 512
                }
                """).guest("gdtr.base = Gdt gdtr.limit = sizeof(Gdt) - 1").on("""
                on Guest exit cpuid when al == 5 { al = 6 inject #GP error-code 0x18 enable interrupt-window-exiting }
                on Guest exit interrupt-window { disable interrupt-window-exiting inject interrupt(32) }
                """).expect("expect exits cpuid, interrupt-window, vmcall\nexpect at vmcall edi == 0x18, esi == 1").run();
        assertTrue(run.isStopped());
    }
}
