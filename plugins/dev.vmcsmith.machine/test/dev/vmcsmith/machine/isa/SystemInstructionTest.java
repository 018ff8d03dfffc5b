// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static dev.vmcsmith.machine.ExceptionProgram.expectFault;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.ExceptionProgram;
import dev.vmcsmith.machine.ProtectedProgram;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.cpu.Cpu;
import org.junit.jupiter.api.Test;

/** System instructions that an application program cannot compare with its processor, against the sentences of their instruction pages. */
class SystemInstructionTest {
    private static final int UD = 6, GP = 13, PF = 14;

    private static TestProgram run(String body) {
        return ExceptionProgram.run(body);
    }

    private static void faults(int vector, int error, String body) {
        expectFault(vector, error, body, "");
    }

    /** Continues at privilege level 3 with flat 64-bit segments. */
    private static String user(String body) {
        return "mov dword [0x20004], 0x88000\n push 0x2B\n push 0x80000\n push 0x202\n push 0x23\n push user\n iretq\n user:\n" + body;
    }

    /**
     * "The CLFLUSH instruction can be used at all privilege levels and is subject to all permission checking and faults of a byte
     * load."
     */
    @Test
    void flushingACacheLineIsAByteLoad() {
        for (String flush : new String[] {"clflush", "clflushopt"}) {
            faults(PF, 0, "mov rsi, 0x40000000\n here: " + flush + " [rsi]\n");
            faults(GP, 0, "mov rsi, 0x800000000000\n here: " + flush + " [rsi]\n");
        }
    }

    /** RDRAND: "CF = 1 indicates that the data in the destination is valid; OF, SF, ZF, AF and PF are 0". The machine's numbers repeat. */
    @Test
    void randomNumbersAreValidAndRepeat() {
        String body = "rdrand rbx\n pushfq\n pop rsi\n rdrand rcx\n rdseed rdx\n";
        TestProgram p = run(body);
        assertEquals(Cpu.CF, p.gpr(Cpu.RSI) & Cpu.STATUS_FLAGS);
        assertNotEquals(p.rbx(), p.gpr(Cpu.RCX));
        assertEquals(p.rbx(), run(body).rbx());
        assertEquals(p.gpr(Cpu.RDX), run(body).gpr(Cpu.RDX));
        assertEquals(0xFFFFFFFFFFFF0000L, run("mov rbx, -1\n rdrand bx\n").rbx() & ~0xFFFFL);
    }

    /** RDTSCP: "loads IA32_TSC_AUX into ECX"; "#GP(0) if CR4.TSD is set and the CPL is greater than 0". */
    @Test
    void timeStampsAreReadAsCr4Allows() {
        assertEquals(0x1234, run("mov ecx, 0xC0000103\n mov eax, 0x1234\n xor edx, edx\n wrmsr\n rdtscp\n mov ebx, ecx\n").rbx());
        TestProgram p = run("rdtsc\n mov ebx, eax\n nop\n nop\n rdtsc\n sub eax, ebx\n mov ebx, eax\n");
        assertTrue(p.rbx() > 0 && p.rbx() < 100, () -> "ticks " + p.rbx());
        String disable = "mov rax, cr4\n or eax, 4\n mov cr4, rax\n";
        faults(GP, 0, disable + user("here: rdtsc\n"));
        assertEquals(-1, run(disable + "rdtsc\n").qword("vector"));
    }

    /** MONITOR: "#GP(0) if ECX is not 0"; it "is subject to permission checks of a byte load". MWAIT: "#GP(0) if ECX[31:1] is not 0". */
    @Test
    void monitorAndMwaitCheckTheirOperands() {
        faults(GP, 0, "mov ecx, 1\n mov eax, 0x200000\n xor edx, edx\n here: monitor\n");
        faults(PF, 0, "xor ecx, ecx\n mov eax, 0x40000000\n xor edx, edx\n here: monitor\n");
        faults(GP, 0, "mov ecx, 2\n xor eax, eax\n here: mwait\n");
        assertEquals(-1, run("mov eax, 0x200000\n xor ecx, ecx\n xor edx, edx\n monitor\n xor eax, eax\n mwait\n").qword("vector"));
    }

    /**
     * INVPCID: "#GP(0) if a reserved type or bits 63:12 of the descriptor, a PCID without CR4.PCIDE, or an address that is not
     * canonical".
     */
    @Test
    void invpcidChecksItsDescriptor() {
        String store = "mov qword [0x200000], %s\n mov rax, %s\n mov [0x200008], rax\n mov eax, %d\n here: invpcid rax, [0x200000]\n";
        faults(GP, 0, store.formatted("0", "0", 4));
        faults(GP, 0, store.formatted("0x1000", "0", 2));
        faults(GP, 0, store.formatted("1", "0", 0));
        faults(GP, 0, store.formatted("0", "0x800000000000", 0));
        for (int type = 0; type < 4; type++) {
            assertEquals(-1, run(store.formatted("0", "0", type)).qword("vector"));
        }
    }

    /** "If CR4.UMIP is set, SGDT, SIDT, SLDT, SMSW and STR cause #GP(0) at CPL greater than 0." */
    @Test
    void userModeInstructionPrevention() {
        String umip = "mov rax, cr4\n bts rax, 11\n mov cr4, rax\n";
        for (String instruction : new String[] {"sgdt [0x200000]", "sidt [0x200000]", "sldt ax", "smsw ax", "str ax"}) {
            String resume = "mov qword [resume], done\n";
            assertEquals(-1, ExceptionProgram.runOn("ice-lake", resume + umip + instruction + "\n").qword("vector"), instruction);
            ExceptionProgram.expect(ExceptionProgram.runOn("ice-lake", resume + umip + user("here: " + instruction + "\n")), GP, 0, "here");
        }
    }

    /** SYSENTER: "CS := IA32_SYSENTER_CS, SS := CS + 8, CPL 0"; "#GP(0) if IA32_SYSENTER_CS[15:2] = 0". SYSEXIT goes back to CS + 16. */
    @Test
    void sysenterAndSysexitChangeThePrivilegeLevel() {
        TestProgram p = ProtectedProgram.run("""
            mov ecx, 0x174
            mov eax, 8
            xor edx, edx
            wrmsr
            mov ecx, 0x175
            mov eax, 0x87000
            wrmsr
            mov ecx, 0x176
            mov eax, kernel
            wrmsr
            mov edx, outside
            mov ecx, 0x80000
            sysexit
            outside:
            mov bx, cs
            mov si, ss
            sysenter
            kernel:
            mov di, cs
            mov ebp, esp
            """);
        assertEquals(ProtectedProgram.USER_CODE, p.rbx() & 0xFFFF);
        assertEquals(ProtectedProgram.USER_DATA, p.gpr(Cpu.RSI) & 0xFFFF);
        assertEquals(ProtectedProgram.CODE, p.gpr(Cpu.RDI) & 0xFFFF);
        assertEquals(0x87000, p.gpr(Cpu.RBP));
        ProtectedProgram.faults(GP, 0, "here: sysenter\n");
    }

    /** "LOCK: #UD if the prefix is used with an instruction that does not take it, or whose destination is not in memory." */
    @Test
    void lockIsForReadModifyWrites() {
        faults(UD, 0, "here: db 0xF0, 0x89, 0x06\n");
        faults(UD, 0, "here: db 0xF0, 0x01, 0xC0\n");
        faults(UD, 0, "here: db 0xF0, 0x3B, 0x06\n");
        assertEquals(3, run("mov dword [0x200000], 1\n mov eax, 2\n lock add [0x200000], eax\n mov ebx, [0x200000]\n").rbx());
    }

    /** CMPXCHG16B: "#GP(0) if the memory operand is not aligned on a 16-byte boundary". */
    @Test
    void doubleQuadwordsAreAligned() {
        faults(GP, 0, "mov rsi, 0x200008\n here: cmpxchg16b [rsi]\n");
    }
}
