// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * A 64-bit test program with handlers for all exceptions, which note what happened. The label {@code done} ends it; a fault goes on at
 * the address in {@code [resume]}, without single-stepping, or at the same instruction when that is 0.
 */
public final class ExceptionProgram {
    /** 64-bit: an IDT of 32 gates whose handlers leave vector, error code, RIP and flags at known labels and go to [resume]. */
    private static final String IDT_64 = """
            mov rdi, 0x60000
            xor ecx, ecx
        .gate:
            mov eax, stubs
            mov edx, ecx
            shl edx, 4
            add eax, edx
            mov [rdi], ax
            mov word [rdi + 2], 8
            mov word [rdi + 4], 0x8E00
            shr eax, 16
            mov [rdi + 6], ax
            mov qword [rdi + 8], 0
            add rdi, 16
            inc ecx
            cmp ecx, 48
            jne .gate
            lidt [idtr]
            ltr [tr_selector]
            jmp program
        idtr: dw 48 * 16 - 1
            dq 0x60000
        tr_selector: dw 48
        align 16
        stubs:
        """ + stubs() + """
        common:
            mov [rsp - 128], rax
            mov rax, [rsp]
            mov [vector], rax
            mov rax, [rsp + 8]
            mov [error], rax
            mov rax, [rsp + 16]
            mov [fault_rip], rax
            mov rax, [rsp + 24]
            mov [fault_cs], rax
            mov rax, [rsp + 32]
            mov [fault_flags], rax
            mov rax, [rsp - 128]
            inc qword [count]
            add rsp, 16
            push rax
            mov rax, [resume]
            test rax, rax
            jz .same
            mov [rsp + 8], rax
            and qword [rsp + 24], ~0x100
        .same:
            pop rax
            iretq
        align 8
        vector: dq -1
        error: dq -1
        fault_rip: dq 0
        fault_cs: dq 0
        fault_flags: dq 0
        count: dq 0
        resume: dq 0
        program:
        """;

    private static String stubs() {
        StringBuilder out = new StringBuilder();
        for (int v = 0; v < 48; v++) {
            boolean error = v == 8 || v >= 10 && v <= 14 || v == 17 || v == 21;
            out.append("align 16\n").append(error ? "" : "push 0\n").append("push ").append(v).append("\njmp common\n");
        }
        return out.toString();
    }

    private ExceptionProgram() {
    }

    public static TestProgram run(String body) {
        return run(body, "");
    }

    /** Runs a body; data lies behind it, aligned to 64 bytes. */
    public static TestProgram run(String body, String data) {
        return TestProgram.long64(whole(body, data)).run();
    }

    /** Runs a body on a certain processor. */
    public static TestProgram runOn(String profile, String body) {
        return TestProgram.long64On(profile, whole(body, "")).run();
    }

    private static String whole(String body, String data) {
        return IDT_64 + body + "\ndone:\n" + TestProgram.EXIT + "\nalign 64\n" + data;
    }

    /** A body whose instruction at {@code here} has to raise the exception. */
    public static void expectFault(long vector, long error, String body, String data) {
        expect(run("mov qword [resume], done\n" + body, data), vector, error, "here");
    }

    public static void expect(TestProgram p, long vector, long error, String at) {
        assertEquals(vector, p.qword("vector"), "vector");
        assertEquals(error, p.qword("error"), "error code");
        assertEquals(p.address(at), p.qword("fault_rip"), "RIP");
    }
}
