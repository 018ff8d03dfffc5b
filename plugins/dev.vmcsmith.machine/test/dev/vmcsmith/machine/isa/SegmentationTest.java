// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static dev.vmcsmith.machine.ProtectedProgram.faults;
import static dev.vmcsmith.machine.ProtectedProgram.user;
import static dev.vmcsmith.machine.ProtectedProgram.userFaults;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.machine.ProtectedProgram;
import dev.vmcsmith.machine.TestProgram;
import org.junit.jupiter.api.Test;

/** SDM "Protection": limits, types, privilege levels, direct transfers and call gates, in 32-bit protected mode. */
class SegmentationTest {
    private static final int GP = 13, NP = 11, SS = 12;

    private static String load(String segment, int selector) {
        return "mov ax, " + selector + "\n mov " + segment + ", ax\n";
    }

    private static TestProgram run(String body) {
        return ProtectedProgram.run(body);
    }

    /** "For all segments except expand-down data segments, the effective limit is the last address that is allowed to be accessed." */
    @Test
    void limitsAreChecked() {
        String small = load("es", ProtectedProgram.SMALL);
        assertEquals(77, run(small + "mov dword [es:0xFFC], 77\n mov ebx, [es:0xFFC]\n").rbx());
        faults(GP, 0, small + "here: mov eax, [es:0xFFD]\n");
        faults(GP, 0, small + "here: mov byte [es:0x1000], 1\n");
        assertEquals(77, run(small + "mov dword [es:0xFFC], 77\n mov ebx, [0x200FFC]\n").rbx());
    }

    /**
     * "For expand-down data segments, the segment limit has the reverse function; the offset can range from limit + 1 to FFFFFFFFH or
     * FFFFH."
     */
    @Test
    void expandDownSegmentsEndBelow() {
        String down = load("es", ProtectedProgram.EXPAND_DOWN);
        assertEquals(5, run(down + "mov dword [es:0x1000], 5\n mov ebx, [0x201000]\n").rbx());
        faults(GP, 0, down + "here: mov eax, [es:0xFFF]\n");
        faults(GP, 0, down + "here: mov eax, [es:0xFFD]\n");
        faults(SS, 0, load("ss", ProtectedProgram.EXPAND_DOWN) + "mov ebp, 0x800\n here: mov eax, [ebp]\n");
    }

    /** SDM "Type Checking": writing, reading and executing as the type says. */
    @Test
    void typesAreChecked() {
        faults(GP, 0, load("es", ProtectedProgram.READ_ONLY) + "here: mov [es:0x200000], eax\n");
        faults(GP, 0, "here: mov [cs:0x200000], eax\n");
        faults(GP, 0, "jmp 0x30:next\n next:\n here: mov eax, [cs:0x200000]\n");
        faults(GP, ProtectedProgram.EXECUTE_ONLY, "mov ax, 0x30\n here: mov ds, ax\n");
        faults(GP, ProtectedProgram.READ_ONLY, "mov ax, 0x38\n here: mov ss, ax\n");
        faults(GP, ProtectedProgram.DATA, "here: jmp 0x10:done\n");
        faults(GP, ProtectedProgram.TSS, "mov ax, 0x60\n here: mov ds, ax\n");
    }

    /** SDM "MOV": null selectors, segments that are not present, stack segments. */
    @Test
    void segmentRegistersAreLoadedWithChecks() {
        faults(GP, 0, load("es", 0) + "here: mov eax, [es:0]\n");
        faults(GP, 0, "xor eax, eax\n here: mov ss, ax\n");
        faults(NP, ProtectedProgram.ABSENT, "mov ax, 0x50\n here: mov ds, ax\n");
        faults(SS, ProtectedProgram.ABSENT, "mov ax, 0x50\n here: mov ss, ax\n");
        faults(GP, 0x20, "mov ax, 0x23\n here: mov ss, ax\n");
        faults(GP, ProtectedProgram.BEYOND, "mov ax, 0xA8\n here: mov ds, ax\n");
        faults(6, 0, "here: db 0x8E, 0xC8\n");
    }

    /**
     * SDM "Privilege Level Checking When Accessing Data Segments": "the DPL has to be numerically greater than or equal to CPL and
     * RPL".
     */
    @Test
    void privilegeOfDataSegmentsIsChecked() {
        userFaults(GP, ProtectedProgram.DATA, "mov ax, 0x10\n here: mov ds, ax\n");
        faults(GP, ProtectedProgram.DATA, "mov ax, 0x13\n here: mov ds, ax\n");
        assertEquals(ProtectedProgram.CONFORMING, user("mov ax, 0x28\n mov es, ax\n mov bx, es\n movzx ebx, bx\n int 40\n").rbx());
    }

    /** "When accessing a conforming code segment ... the CPL does not change"; a nonconforming one needs CPL = DPL. */
    @Test
    void conformingCodeKeepsThePrivilegeLevel() {
        TestProgram p = user("call 0x28:conforming\n jmp back\n conforming: mov bx, cs\n movzx ebx, bx\n retf\n back: int 40\n");
        assertEquals(ProtectedProgram.CONFORMING | 3, p.rbx());
        assertEquals(ProtectedProgram.USER_CODE, p.dword("fault_cs"));
        userFaults(GP, ProtectedProgram.CODE, "here: call 8:done\n");
        userFaults(GP, ProtectedProgram.CODE, "here: jmp 8:done\n");
        faults(GP, 0x18, "here: jmp 0x1B:done\n");
    }

    /** "#GP(0) if the offset is beyond the code segment limit"; near and far. */
    @Test
    void transfersBeyondTheLimitFault() {
        faults(GP, 0, "here: jmp 0x98:0x1000\n");
        faults(GP, 0, "here: jmp 0x58:0x12345\n");
    }

    /** SDM "Accessing a Code Segment Through a Call Gate", "Stack Switching": parameters are copied to the stack of the TSS. */
    @Test
    void aCallGateSwitchesTheStackAndCopiesParameters() {
        TestProgram p = user("""
            push 0x1111
            push 0x2222
            call 0x7B:0
            after: mov edx, esp
            int 40
            gate_target:
            mov ebx, [esp + 8]
            mov ecx, [esp + 12]
            mov esi, esp
            mov di, cs
            mov bp, ss
            retf 8
            """);
        assertEquals(0x2222, p.rbx());
        assertEquals(0x1111, p.gpr(1));
        assertEquals(ProtectedProgram.KERNEL_STACK - 24, p.gpr(6));
        assertEquals(ProtectedProgram.CODE, p.gpr(7) & 0xFFFF);
        assertEquals(ProtectedProgram.DATA, p.gpr(5) & 0xFFFF);
        assertEquals(0x80000, p.gpr(2));
        assertEquals(ProtectedProgram.USER_CODE, p.dword("fault_cs"));
    }

    /** SDM "CALL": "#GP(selector) if the DPL of the gate is less than CPL or RPL; #NP(selector) if the gate is not present". */
    @Test
    void gatesAreProtected() {
        userFaults(GP, ProtectedProgram.KERNEL_GATE, "here: call 0x80:0\n");
        userFaults(NP, ProtectedProgram.ABSENT_GATE & ~3, "here: call 0x8B:0\n");
        assertEquals(9, run("call 0x80:0\n jmp done\n gate_target: mov ebx, 9\n retf\n").rbx());
    }

    /** SDM "Mixing 16-Bit and 32-Bit Code": the D flag of the code segment gives the sizes. */
    @Test
    void sixteenBitCodeRunsInItsSegment() {
        TestProgram p = run("""
            mov esi, code16
            mov edi, 0x8000
            mov ecx, 32
            rep movsb
            xor ebx, ebx
            call 0x58:0x8000
            jmp done
            code16:
            db 0xBB, 0x34, 0x12
            db 0x66, 0xCB
            """);
        assertEquals(0x1234, p.rbx());
    }

    /** SDM "RETF": data segments that the outer level may not use are cleared. */
    @Test
    void returningOutwardsClearsSegments() {
        TestProgram p = run("""
            mov ax, 0x10
            mov fs, ax
            mov ax, 0x23
            mov gs, ax
            push 0x23
            push 0x80000
            push 0x1B
            push outer
            retf
            outer: mov bx, fs
            mov cx, gs
            int 40
            """);
        assertEquals(0, p.rbx() & 0xFFFF);
        assertEquals(0x23, p.gpr(1) & 0xFFFF);
    }

    /** SDM "Checking Caller Access Privileges", "LAR", "LSL", "VERR", "VERW". */
    @Test
    void descriptorsCanBeLookedAt() {
        TestProgram p = run("mov ecx, 0x48\n lar eax, ecx\n setz bl\n lsl edx, ecx\n verr cx\n setz bh\n mov esi, 0x38\n verw si\n setnz ah\n");
        assertEquals(0x0101, p.rbx() & 0xFFFF);
        assertEquals(0xFFF, p.gpr(2));
        assertEquals(0, run("mov ecx, 0xA8\n xor ebx, ebx\n lar eax, ecx\n setz bl\n").rbx());
        assertEquals(3, run("mov ax, 0x10\n mov cx, 3\n arpl ax, cx\n movzx ebx, ax\n and ebx, 3\n").rbx());
    }
}
