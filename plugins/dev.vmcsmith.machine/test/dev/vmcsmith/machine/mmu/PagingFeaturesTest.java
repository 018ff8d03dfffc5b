// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.machine.ExceptionProgram;
import dev.vmcsmith.machine.TestProgram;
import org.junit.jupiter.api.Test;

/**
 * What control registers make of paging, as programs see it (SDM "Paging"). The program's page at 0x600000 is the one under test: its
 * PDE is at 0x72018, and page faults have their code in {@code [error]}.
 */
class PagingFeaturesTest {
    private static final int PF = 14;
    private static final String SUPERVISOR_PAGES = """
            mov edi, 0x72000
            mov ecx, 3
        .supervisor:
            and byte [rdi], ~4
            add edi, 8
            loop .supervisor
            mov rax, cr3
            mov cr3, rax
            mov rsi, 0x600000
        """;

    private static String cr4(int bit) {
        return "mov rax, cr4\n bts rax, " + bit + "\n mov cr4, rax\n";
    }

    private static void faults(int error, String body) {
        TestProgram p = ExceptionProgram.run("mov qword [resume], done\n" + SUPERVISOR_PAGES + body);
        ExceptionProgram.expect(p, PF, error, "here");
    }

    private static TestProgram run(String body) {
        return ExceptionProgram.run(SUPERVISOR_PAGES + body);
    }

    /** "If CR4.SMEP = 1, instructions may not be fetched from any user-mode address" in supervisor mode. */
    @Test
    void supervisorModeExecutionPrevention() {
        String call = "mov byte [rsi], 0xC3\n mov qword [resume], done\n call rsi\n";
        assertEquals(-1, run(call).qword("vector"));
        TestProgram p = run(cr4(20) + call);
        assertEquals(PF, p.qword("vector"));
        assertEquals(0x11, p.qword("error"));
        assertEquals(0x600000, p.qword("fault_rip"));
    }

    /** "If CR4.SMAP = 1, data may not be accessed at user-mode addresses ... if EFLAGS.AC = 1, it may." */
    @Test
    void supervisorModeAccessPrevention() {
        faults(1, cr4(21) + "clac\n here: mov eax, [rsi]\n");
        faults(3, cr4(21) + "clac\n here: mov [rsi], eax\n");
        assertEquals(-1, run(cr4(21) + "stac\n mov [rsi], eax\n clac\n").qword("vector"));
    }

    /** "If IA32_EFER.NXE = 1 and bit 63 is 1, instruction fetches are not allowed"; without NXE the bit is reserved. */
    @Test
    void executeDisable() {
        String efer = "mov ecx, 0xC0000080\n rdmsr\n %s eax, 11\n wrmsr\n";
        String set = "bts qword [0x72018], 63\n mov rax, cr3\n mov cr3, rax\n";
        TestProgram p = run(efer.formatted("bts") + set + "mov qword [resume], done\n call rsi\n");
        assertEquals(0x11, p.qword("error"));
        faults(9, efer.formatted("btr") + set + "here: mov eax, [rsi]\n");
    }

    /** "MOV to CR4 that modifies CR4.PGE invalidates all TLB entries, including global ones"; INVLPG does so for its page. */
    @Test
    void globalTranslationsGoWithPgeOrInvlpg() {
        String body = cr4(7) + """
            mov dword [0x800000], 2
            mov dword [rsi], 1
            bts qword [0x72018], 8
            mov rax, cr3
            mov cr3, rax
            mov ecx, [rsi]
            mov qword [0x72018], 0x800187
            """;
        assertEquals(2, run(body + "mov rax, cr4\n btr rax, 7\n mov cr4, rax\n mov ebx, [rsi]\n").rbx());
        assertEquals(2, run(body + "invlpg [rsi]\n mov ebx, [rsi]\n").rbx());
        assertEquals(2, run(body + "mov rax, cr3\n mov cr3, rax\n invlpg [rsi]\n mov ebx, [rsi]\n").rbx());
    }

    /** "MOV to CR3 invalidates all TLB entries ... except those for global pages": whoever changes such a page has to see to it. */
    @Test
    void globalTranslationsOutliveMovToCr3() {
        String body = """
            mov dword [0x800000], 2
            mov dword [rsi], 1
            mov rax, cr3
            mov cr3, rax
            mov ecx, [rsi]
            mov qword [0x72018], 0x800187
            mov cr3, rax
            mov ebx, [rsi]
            """;
        String global = "bts qword [0x72018], 8\n";
        assertEquals(1, run(cr4(7) + global + body).rbx());
        assertEquals(2, run(cr4(7) + body).rbx());
        assertEquals(2, run(global + body).rbx());
    }

    /**
     * "If CR4.PCIDE = 1, bit 63 of the operand of MOV to CR3 = 1 means that nothing need be invalidated"; PCIDs keep translations
     * apart.
     */
    @Test
    void processContextIdentifiersKeepTranslationsApart() {
        String body = cr4(17) + """
            mov dword [0x800000], 2
            mov dword [rsi], 1
            mov qword [0x72018], 0x800087
            mov rax, cr3
            or rax, 5
            mov cr3, rax
            mov ebx, [rsi]
            """;
        assertEquals(2, run(body).rbx());
        ExceptionProgram.expectFault(13, 0, "mov rax, cr3\n or rax, 1\n mov cr3, rax\n mov rax, cr4\n bts rax, 17\n here: mov cr4, rax\n", "");
    }

    /**
     * "CR4.PKE: PKRU.ADi = 1 prevents data accesses to user-mode addresses with key i, WDi = 1 writes", also in supervisor mode (writes
     * with WP).
     */
    @Test
    void protectionKeys() {
        String keyed = cr4(22) + "mov rax, [0x72018]\n bts rax, 59\n mov [0x72018], rax\n mov rax, cr3\n mov cr3, rax\n xor ecx, ecx\n xor edx, edx\n";
        assertEquals(0x21, onIceLake(keyed + "mov eax, 4\n wrpkru\n mov qword [resume], done\n mov eax, [rsi]\n").qword("error"));
        String writeProtect = "mov rax, cr0\n bts rax, 16\n mov cr0, rax\n";
        assertEquals(0x23, onIceLake(keyed + writeProtect + "mov eax, 8\n wrpkru\n mov qword [resume], done\n mov [rsi], eax\n").qword("error"));
        assertEquals(-1, onIceLake(keyed + "mov eax, 8\n wrpkru\n mov eax, [rsi]\n").qword("vector"));
        assertEquals(-1, onIceLake(keyed + "mov eax, 0x30\n wrpkru\n mov eax, [rsi]\n").qword("vector"));
        assertEquals(6, ExceptionProgram.run("mov qword [resume], done\n rdpkru\n").qword("vector"));
    }

    private static TestProgram onIceLake(String body) {
        return ExceptionProgram.runOn("ice-lake", SUPERVISOR_PAGES + body);
    }

    /** "Reserved bits: #PF with RSVD set"; "CR0.WP = 1 prohibits supervisor writes to read-only pages". */
    @Test
    void reservedBitsFault() {
        faults(9, "bts qword [0x72018], 13\n mov rax, cr3\n mov cr3, rax\n here: mov eax, [rsi]\n");
        faults(0xB, "bts qword [0x72018], 51\n mov rax, cr3\n mov cr3, rax\n here: mov [rsi], eax\n");
    }

    /** "#GP(0) if an attempt is made to clear CR0.PG or CR4.PAE in IA-32e mode, or to set PG without PE, NW without CD." */
    @Test
    void controlRegistersRefuseWhatCannotBe() {
        for (String bad : new String[] {"mov rax, cr0\n btr rax, 0\n here: mov cr0, rax\n", "mov rax, cr4\n btr rax, 5\n here: mov cr4, rax\n",
            "mov rax, cr0\n bts rax, 29\n btr rax, 30\n here: mov cr0, rax\n", "mov rax, cr4\n bts rax, 12\n here: mov cr4, rax\n",
            "mov rax, cr4\n bts rax, 15\n here: mov cr4, rax\n", "mov rax, cr0\n bts rax, 32\n here: mov cr0, rax\n",
            "mov rax, cr3\n bts rax, 46\n here: mov cr3, rax\n", "mov rax, 16\n here: mov cr8, rax\n",
            "mov ecx, 0xC0000080\n rdmsr\n btr eax, 8\n here: wrmsr\n", "mov ecx, 0x277\n mov eax, 2\n xor edx, edx\n here: wrmsr\n"}) {
            ExceptionProgram.expectFault(13, 0, bad, "");
        }
        ExceptionProgram.expectFault(6, 0, "here: db 0x0F, 0x20, 0xC8\n", "");
    }
}
