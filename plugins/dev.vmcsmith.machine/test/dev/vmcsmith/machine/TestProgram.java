// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.AssemblySource;
import java.util.Map;

/**
 * A small bare-metal program, assembled at 1 MiB behind a multiboot header and run on a machine. Programs start in flat 32-bit
 * protected mode; {@link #LONG_MODE} brings them to 64-bit mode with the first GiB identity-mapped.
 */
public final class TestProgram {
    static final long ORIGIN = 0x100000;
    private static final String HEADER = """
        align 4
        dd 0x1BADB002, 0, -0x1BADB002
        start:
            mov esp, 0x90000
        """;
    /** The end of a program: reports AL's value through the debug-exit port. */
    public static final String EXIT = """
            xor eax, eax
            out 0xF4, al
        """;
    /** All before VMXON in 64-bit mode: CR4.VMXE, IA32_FEATURE_CONTROL, revision identifiers of the regions at 0x200000 and 0x201000. */
    public static final String READY_FOR_VMXON = """
            mov rax, cr4
            or eax, 0x2000
            mov cr4, rax
            mov ecx, 0x3A
            rdmsr
            test al, 1
            jnz locked
            or al, 5
            wrmsr
        locked:
            mov ecx, 0x480
            rdmsr
            mov [0x200000], eax
            mov [0x201000], eax
        """;
    /** Continues in 64-bit mode; page tables at 0x70000, GDT below. */
    public static final String LONG_MODE = """
            mov edi, 0x70000
            mov ecx, 0x3000 / 4
            xor eax, eax
            cld
            rep stosd
            mov dword [0x70000], 0x71007
            mov dword [0x71000], 0x72007
            mov edi, 0x72000
            mov eax, 0x87
            mov ecx, 512
        .fill:
            mov [edi], eax
            add eax, 0x200000
            add edi, 8
            dec ecx
            jnz .fill
            lgdt [gdtr]
            mov eax, cr4
            or eax, 0x620
            mov cr4, eax
            mov eax, 0x70000
            mov cr3, eax
            mov ecx, 0xC0000080
            rdmsr
            or eax, 0x901
            wrmsr
            mov eax, cr0
            or eax, 0x80000022
            mov cr0, eax
            jmp 8:long_mode
        align 8
        gdt:
            dq 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF, 0x00CF9B000000FFFF, 0x00AFFB000000FFFF, 0x00CFF3000000FFFF
            dq 0x0000890200000067, 0
        gdtr:
            dw 63
            dd gdt
        bits 64
        long_mode:
            mov ax, 16
            mov ds, ax
            mov es, ax
            mov ss, ax
            mov rsp, 0x90000
        """;

    private static final String PROFILE = "skylake";
    /** {@code -Dvmcsmith.compileAfter=1} lets every test run in compiled code. */
    private static final int COMPILE_AFTER = Integer.getInteger("vmcsmith.compileAfter", 3000);

    private final Assembly assembly;
    private final Machine machine;
    private final StringBuilder serial = new StringBuilder();

    private TestProgram(String body, long memory, String profile, int compileAfter) {
        assembly = new Assembler().assemble(AssemblySource.of(HEADER + body, 32).at(ORIGIN));
        if (!assembly.ok()) {
            throw new AssertionError(assembly.problems().toString());
        }
        machine = Machine.builder().profile(profile).memory(memory).compileAfter(compileAfter)
            .serial(c -> serial.append((char) c)).build();
        machine.load(image(), "");
    }

    /** A program that starts in 32-bit mode. */
    public static TestProgram of(String body) {
        return new TestProgram(body, 16 << 20, PROFILE, COMPILE_AFTER);
    }

    /** A program that starts in 64-bit mode of a certain processor. */
    public static TestProgram long64On(String profile, String body) {
        return new TestProgram(LONG_MODE + body, 16 << 20, profile, COMPILE_AFTER);
    }

    /** A program that starts in 64-bit mode, on an engine that compiles blocks after so many executions. */
    public static TestProgram compiled(int after, String body) {
        return new TestProgram(LONG_MODE + body, 16 << 20, PROFILE, after);
    }

    /** A program that starts in 64-bit mode. */
    public static TestProgram long64(String body) {
        return of(LONG_MODE + body);
    }

    BootImage image() {
        return BootImage.builder("test", 32).entry(address("start"))
            .segment(Segment.of(".text", ORIGIN, assembly.bytes(), Segment.READ | Segment.EXECUTE)).build();
    }

    public Machine machine() {
        return machine;
    }

    public long address(String label) {
        Map<String, Long> labels = assembly.labels();
        if (!labels.containsKey(label)) {
            throw new AssertionError("no label " + label);
        }
        return labels.get(label);
    }

    public String serial() {
        return serial.toString();
    }

    /** Runs to the end; anything but the debug exit is an error. */
    public TestProgram run() {
        StopReason reason = stop();
        if (!(reason instanceof StopReason.DebugExit)) {
            throw new AssertionError(reason.text() + "\n" + StateDump.of(machine));
        }
        return this;
    }

    public StopReason stop() {
        return machine.run(StopCondition.NONE.withMaxInstructions(100_000_000));
    }

    public long rbx() {
        return machine.cpu(0).gpr[Cpu.RBX];
    }

    public long gpr(int number) {
        return machine.cpu(0).gpr[number];
    }

    public long dword(String label) {
        return machine.memory().read32(address(label)) & 0xFFFFFFFFL;
    }

    public long qword(String label) {
        return machine.memory().read64(address(label));
    }
}
