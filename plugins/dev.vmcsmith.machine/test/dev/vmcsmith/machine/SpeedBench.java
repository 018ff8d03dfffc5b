// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

/** Prints instructions per second of some loops; run its main by hand. */
public final class SpeedBench {
    private SpeedBench() {
    }

    public static void main(String[] args) {
        measure("integer loop, 64-bit", TestProgram.long64("""
            again:
                add rax, rbx
                xor rbx, rcx
                lea rcx, [rax + rbx * 2 + 1]
                shl rdx, 3
                sub rdx, rax
                and rsi, rdx
                inc rdi
                cmp rdi, 1
                jne again
                jmp again
            """));
        measure("sieve, 32-bit", TestProgram.of("""
            outer:
                mov edi, 0x200000
                mov ecx, 0x10000
                mov eax, 0x01010101
                rep stosd
                mov esi, 2
            next:
                cmp byte [0x200000 + esi], 0
                je skip
                lea edx, [esi + esi]
            strike:
                cmp edx, 0x40000
                jae skip
                mov byte [0x200000 + edx], 0
                add edx, esi
                jmp strike
            skip:
                inc esi
                cmp esi, 512
                jne next
                jmp outer
            """));
        measure("calls and stack, 64-bit", TestProgram.long64("""
            again:
                mov rdi, 5
                call f
                add rbx, rax
                jmp again
            f:
                push rbp
                mov rbp, rsp
                push rdi
                mov rax, [rbp - 8]
                imul rax, rdi
                pop rdi
                pop rbp
                ret
            """));
        measure("cpuid, 64-bit", TestProgram.long64("again: xor eax, eax\n cpuid\n jmp again\n"));
    }

    /** This thread's processor time, so that other load on the machine does not count. */
    private static long cpuTime() {
        return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void measure(String name, TestProgram p) {
        for (int round = 0; round < 4; round++) {
            long start = cpuTime();
            long count = 100_000_000;
            StopReason reason = p.machine().run(StopCondition.NONE.withMaxInstructions(count));
            double seconds = (cpuTime() - start) / 1e9;
            System.out.printf("%-26s %8.1f M instructions/s  (%s)%n", name, count / seconds / 1e6, reason.text());
        }
    }
}
