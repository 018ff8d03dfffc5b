// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.machine.ProtectedProgram;
import dev.vmcsmith.machine.TestProgram;
import org.junit.jupiter.api.Test;

/** SDM "32-Bit Paging" and "PAE Paging": the first 4 MBytes are identity-mapped, the second are under test. */
class LegacyPagingTest {
    private static final int GP = 13, PF = 14;

    private static String set(int address, long value) {
        return "mov dword [" + address + "], " + value + "\n";
    }

    /** 32-bit paging with 4-MByte pages; the PDE under test is at 0x70004. */
    private static String bits32(long pde) {
        return set(0x70000, 0x87) + set(0x70004, pde) + "mov eax, 0x70000\n mov cr3, eax\n mov eax, cr4\n or eax, 0x10\n mov cr4, eax\n" + on(0);
    }

    /** PAE paging with 2-MByte pages; the PDPTEs are at 0x70000, the PDE under test is at 0x71010. */
    private static String pae(long low, long high) {
        return set(0x70000, 0x71001) + set(0x70004, 0) + set(0x71000, 0x87) + set(0x71004, 0) + set(0x71008, 0x200087) + set(0x7100C, 0)
            + set(0x71010, low) + set(0x71014, high) + "mov eax, cr4\n or eax, 0x20\n mov cr4, eax\n mov eax, 0x70000\n mov cr3, eax\n" + on(0);
    }

    private static String on(int writeProtect) {
        return "mov eax, cr0\n or eax, 0x80000000 + " + writeProtect + "\n mov cr0, eax\n mov esi, 0x400000\n";
    }

    private static final String WRITE_PROTECT = "mov eax, cr0\n or eax, 0x10000\n mov cr0, eax\n";

    private static TestProgram run(String body) {
        return ProtectedProgram.run(body);
    }

    private static void faults(int vector, int error, String body) {
        ProtectedProgram.faults(vector, error, body);
    }

    /** "If CR4.PSE = 1 and the PDE's PS flag is 1, the PDE maps a 4-MByte page"; accessed and dirty flags are set. */
    @Test
    void fourMegabytePages() {
        TestProgram p = run(bits32(0x800087) + "mov dword [esi + 0x345678], 77\n");
        assertEquals(77, p.machine().memory().read32(0x800000 + 0x345678));
        assertEquals(0x8000E7, p.machine().memory().read32(0x70004));
        assertEquals(0x8000A7, run(bits32(0x800087) + "mov eax, [esi]\n").machine().memory().read32(0x70004));
    }

    /** PSE-36: "bits 39:32 of the physical address are bits 20:13 of the PDE". There is no memory there: it reads as ones. */
    @Test
    void fourMegabytePagesReachBeyond4Gigabytes() {
        assertEquals(0xFFFFFFFFL, run(bits32(0x2087) + "mov ebx, [esi]\n").rbx());
        faults(PF, 9, bits32(0x200087) + "here: mov ebx, [esi]\n");
    }

    @Test
    void fourKilobytePages() {
        String tables = set(0x72004, 0x801007) + set(0x72008, 0) + set(0x7200C, 0x802005) + set(0x72010, 0x803003);
        TestProgram p = run(tables + bits32(0x72007) + "mov dword [esi + 0x1234], 77\n");
        assertEquals(77, p.machine().memory().read32(0x801234));
        assertEquals(0x801067, p.machine().memory().read32(0x72004));
        assertEquals(0x72027, p.machine().memory().read32(0x70004));
        faults(PF, 0, tables + bits32(0x72007) + "here: mov eax, [esi + 0x2000]\n");
        faults(PF, 2, tables + bits32(0x72007) + "here: mov [esi + 0x2000], eax\n");
        faults(PF, 3, tables + bits32(0x72007) + WRITE_PROTECT + "here: mov [esi + 0x3000], eax\n");
        assertEquals(0xFFFFFFFFL, run(tables + bits32(0x72007) + "mov [esi + 0x3000], eax\n").dword("vector"));
    }

    /** "Access rights: user-mode accesses need U/S = 1 in every entry": the error code has U/S set. */
    @Test
    void userModeIsChecked() {
        String tables = set(0x72004, 0x801007) + set(0x7200C, 0x802005) + set(0x72010, 0x803003);
        String enter = "push 0x23\n push 0x80000\n push 0x202\n push 0x1B\n push user\n iret\n user: mov ax, 0x23\n mov ds, ax\n";
        faults(PF, 5, tables + bits32(0x72007) + enter + "here: mov eax, [esi + 0x4000]\n");
        faults(PF, 7, tables + bits32(0x72007) + enter + "here: mov [esi + 0x3000], eax\n");
        faults(PF, 4, tables + set(0x72014, 0) + bits32(0x72007) + enter + "here: mov eax, [esi + 0x5000]\n");
    }

    /** "PAE paging translates 32-bit linear addresses through four PDPTE registers, which MOV to CR3 loads". */
    @Test
    void paePaging() {
        TestProgram p = run(pae(0x800087, 0) + "mov dword [esi + 0x123456], 77\n");
        assertEquals(77, p.machine().memory().read32(0x800000 + 0x123456));
        assertEquals(0x8000E7, p.machine().memory().read32(0x71010));
        assertEquals(0xFFFFFFFFL, run(pae(0x87, 1) + "mov ebx, [esi]\n").rbx());
        assertEquals(0x71001, p.machine().memory().read32(0x70000));
    }

    /**
     * "If any of the PDPTEs sets both the P flag and any reserved bit, MOV to CR3 causes #GP(0)"; the PDPTE registers stay until CR3 is
     * loaded.
     */
    @Test
    void pdptesAreCheckedAndCached() {
        faults(GP, 0, pae(0x800087, 0) + set(0x70008, 0x21) + "mov eax, cr3\n here: mov cr3, eax\n");
        assertEquals(0xFFFFFFFFL, run(pae(0x800087, 0) + set(0x70000, 0) + "mov eax, [esi]\n").dword("vector"));
    }

    /** "If IA32_EFER.NXE = 1 ... instruction fetches from the page are not allowed"; bits 62:52 and, without NXE, 63 are reserved. */
    @Test
    void paeEntriesHaveExecuteDisableAndReservedBits() {
        String nxe = "mov ecx, 0xC0000080\n rdmsr\n bts eax, 11\n wrmsr\n";
        TestProgram p = run(nxe + pae(0x800087, 0x80000000L) + "mov eax, [esi]\n call esi\n");
        assertEquals(PF, p.dword("vector"));
        assertEquals(0x11, p.dword("error"));
        faults(PF, 9, pae(0x800087, 0x80000000L) + "here: mov eax, [esi]\n");
        faults(PF, 9, pae(0x800087, 0x100000) + "here: mov eax, [esi]\n");
    }
}
