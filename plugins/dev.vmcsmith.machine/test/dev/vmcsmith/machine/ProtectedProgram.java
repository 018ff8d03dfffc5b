// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * A 32-bit protected-mode test program with segments of all kinds, gates, three tasks, and handlers for all exceptions, which note what
 * happened and go on at the address in {@code [resume]} at privilege level 0. The label {@code done} ends it. Selectors are the
 * constants.
 */
public final class ProtectedProgram {
    public static final int CODE = 0x08, DATA = 0x10, USER_CODE = 0x1B, USER_DATA = 0x23, CONFORMING = 0x28, EXECUTE_ONLY = 0x30, READ_ONLY = 0x38,
        EXPAND_DOWN = 0x40, SMALL = 0x48, ABSENT = 0x50, CODE_16 = 0x58, TSS = 0x60, OTHER_TSS = 0x68, LDT = 0x70, CALL_GATE = 0x7B, KERNEL_GATE = 0x80,
        ABSENT_GATE = 0x8B, TASK_GATE = 0x93, SMALL_CODE = 0x98,
        DATA_16 = 0xA0, BEYOND = 0xA8;
    /** Where the small data segment and its kin begin; the small and the expand-down one have the limit 0xFFF. */
    public static final long BASE = 0x200000;
    /** Top of the stack that the TSS names for privilege level 0. */
    public static final long KERNEL_STACK = 0x88000;
    /** Task whose state the label {@code other} describes: EIP is the label {@code other_task}. */
    private static final String TABLES = """
        align 8
        gdt:
            dq 0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF, 0x00CFFB000000FFFF, 0x00CFF3000000FFFF
            dq 0x00CF9F000000FFFF, 0x00CF99000000FFFF, 0x00CF91000000FFFF
            dq 0x0040972000000FFF, 0x0040932000000FFF, 0x00CF13000000FFFF, 0x00009B000000FFFF
            dq 0, 0, 0x0000820000000FFF, 0, 0, 0, 0x0000E50000680000, 0x00409B1000000FFF
            dq 0x000093000000FFFF
        gdtr: dw 0xA7
            dd gdt
        idtr: dw 48 * 8 - 1
            dd 0x60000
        align 16
        tss: dd 0, 0x88000, 0x10
            times 22 dd 0
            dd 0x680000
        other: dd 0, 0x89000, 0x10
            dd 0, 0, 0, 0, 0, other_task, 2, 11, 22, 33, 44, 0x8A000, 66, 77, 88
            dd 0x10, 8, 0x10, 0x10, 0x10, 0x10, 0, 0x680000
        vector: dd -1
        error: dd -1
        fault_eip: dd 0
        fault_cs: dd 0
        fault_flags: dd 0
        fault_esp: dd 0
        resume: dd done
        """;
    private static final String START = """
            lgdt [gdtr]
            jmp 8:reloaded
        reloaded:
            mov ax, 0x10
            mov ds, ax
            mov es, ax
            mov ss, ax
            mov eax, tss
            mov edx, TSS_DESCRIPTOR
            call descriptor
            mov eax, other
            mov edx, OTHER_DESCRIPTOR
            call descriptor
            mov eax, gate_target
            mov edx, gdt + 0x78
            mov ecx, 0xEC02
            call gate
            mov edx, gdt + 0x80
            mov ecx, 0x8C00
            call gate
            mov edx, gdt + 0x88
            mov ecx, 0x6C00
            call gate
            mov ecx, 48
            mov edx, 0x60000
            mov eax, stubs
        .idt:
            push ecx
            mov ecx, 0xEE00
            call gate
            pop ecx
            add eax, 16
            add edx, 8
            loop .idt
            mov byte [0x60000 + 41 * 8 + 5], 0xEF
            mov byte [0x60000 + 42 * 8 + 5], 0x8E
            mov dword [0x60000 + 43 * 8], 0x680000
            mov dword [0x60000 + 43 * 8 + 4], 0xE500
            lidt [idtr]
            mov ax, 0x60
            ltr ax
            jmp program
        descriptor:
            mov dword [edx], 0x67
            mov [edx + 2], ax
            shr eax, 16
            mov [edx + 4], al
            mov word [edx + 5], 0x89
            mov [edx + 7], ah
            ret
        gate:
            mov [edx], ax
            mov word [edx + 2], 8
            mov [edx + 4], cx
            push eax
            shr eax, 16
            mov [edx + 6], ax
            pop eax
            ret
        align 16
        stubs:
        """.replace("TSS_DESCRIPTOR", "gdt + 0x60").replace("OTHER_DESCRIPTOR", "gdt + 0x68");
    private static final String COMMON = """
        common:
            push eax
            mov ax, 0x10
            mov ds, ax
            mov es, ax
            mov eax, [esp + 4]
            mov [vector], eax
            mov eax, [esp + 8]
            mov [error], eax
            mov eax, [esp + 12]
            mov [fault_eip], eax
            movzx eax, word [esp + 16]
            mov [fault_cs], eax
            mov eax, [esp + 20]
            mov [fault_flags], eax
            mov eax, [esp + 24]
            mov [fault_esp], eax
            pop eax
            mov esp, 0x8F000
            jmp [resume]
        """;

    private ProtectedProgram() {
    }

    private static String stubs() {
        StringBuilder out = new StringBuilder();
        for (int v = 0; v < 48; v++) {
            boolean error = v == 8 || v >= 10 && v <= 14 || v == 17 || v == 21;
            out.append("align 16\n").append(error ? "" : "push 0\n").append("push ").append(v).append("\njmp common\n");
        }
        return out.toString();
    }

    /** Runs a body at privilege level 0. It may define {@code gate_target}, where the call gates lead, and {@code other_task}. */
    public static TestProgram run(String body) {
        String labels = (body.contains("gate_target:") ? "" : "gate_target:\n") + (body.contains("other_task:") ? "" : "other_task:\n") + "done:\n";
        return TestProgram.of(START + stubs() + COMMON + "program:\n" + body + "\n" + labels + TestProgram.EXIT + TABLES).run();
    }

    /** Runs a body at privilege level 3, with a stack at 0x80000. */
    public static TestProgram user(String body) {
        return run("push 0x23\n push 0x80000\n push 0x202\n push 0x1B\n push user\n iret\n user: mov ax, 0x23\n mov ds, ax\n mov es, ax\n" + body);
    }

    public static void expect(TestProgram p, long vector, long error) {
        assertEquals(vector, p.dword("vector"), "vector");
        assertEquals(error, p.dword("error"), "error code");
        assertEquals(p.address("here"), p.dword("fault_eip"), "EIP");
    }

    /** The instruction at {@code here} has to raise the exception at privilege level 0. */
    public static void faults(long vector, long error, String body) {
        expect(run(body), vector, error);
    }

    /** The same at privilege level 3. */
    public static void userFaults(long vector, long error, String body) {
        expect(user(body), vector, error);
    }
}
