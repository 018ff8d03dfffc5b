// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.eclipse.emf.common.util.URI;

/** A setup with every construct of the language. */
public final class WholeSetup {
    public static final URI FILE = URI.createFileURI("/setups/whole.hv");

    public static final String TEXT = """
            machine { cpu "ice-lake" memory 64 MiB cpus 1 }
            const STACK = 0x9_0000
            const WHERE = STACK + 0x10
            var calls = 0
            guest code Main at 0x1_0000 bits 64 {
            again:  mov   rax, STACK
                    mov   rcx, IA32_PAT
                    jmp   again
                    vmcall
            }
            guest data Table at 0x2_0000 {
                qwords 0
                flat: segment 0, 0xFFFFFFFF, 0xC09B
                bytes "abc", 0
                align 16
            }
            page tables Paging long at 0x3_0000 { map 0 .. 4 MiB -> identity rwu global pages 4 KiB }
            ept Identity {
                memory-type WB
                walk 4
                map 0 .. 16 MiB -> identity rwx WB ignore-pat
                hook Main -> 0x8_0000 --x
            }
            ept Other { map 0 .. 16 MiB -> identity rwx WB }
            function twice(a) { return a * 2 }
            vmcs Guest {
                pin-based { nmi-exiting }
                primary { hlt-exiting, not cr3-load-exiting }
                secondary { enable-ept, unrestricted-guest }
                vm-functions { eptp-switching }
                exceptions { #UD, #PF } error-code mask 1 match 1
                msr-bitmap { read IA32_EFER write 0x1B }
                io-bitmap { 0x80 .. 0x8F }
                entry-msr-load { IA32_LSTAR = 0x1000 }
                exit-msr-store { 0x277 }
                cr3-targets { 0x1000 }
                eptp-list { Identity, Other }
                ept Identity
                vpid 3
                tsc-offset = 1 << 4
                inject interrupt(32)
                guest long-64 {
                    rip = Main
                    rsp = STACK
                    cr3 = Paging
                    cs.access-rights = 0xA09B
                    rflags = 0x2 | 0x200
                    ldtr.access-rights = 0x1_0000
                    field 0x6808 = 0
                }
                host { ia32-pat = 0x0007_0406_0007_0406 }
            }
            vmcs Second extends Guest { guest { rsp = 0x8_0000 } }
            on Guest exit cpuid when eax == 1 {
                let next = rip + 2
                log "leaf {eax:x}"
                calls = twice(calls)
                cr4-read-shadow = 0x20
                msr[IA32_EFER] = 0
                guest-virtual.dword[next] = 0x90
                enable interrupt-window-exiting
                Identity.map(page(rip), rwx)
                switch Second
                invept(Identity)
                inject software-interrupt(0x80)
                emulate
            }
            on exit hlt { stop }
            on exit other { panic "not handled: {exit-reason}" }
            run Guest {
                expect exits cpuid * 2, any, ..., hlt
                expect count hlt >= 1
                expect at hlt rip == 0x1_0000, cs.access-rights == 0xA09B
                expect memory dword[0x2_0000] == 0
                expect instructions < 1_000_000
            }
            """;

    private WholeSetup() {
    }

    public static String with(String before, String replacement) {
        assertTrue(TEXT.contains(before), before);
        return TEXT.replace(before, replacement);
    }
}
