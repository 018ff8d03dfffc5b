// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.SymbolLookup;
import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same instructions on random operands here and on the build machine's own processor: results and defined flags agree. */
class NativeComparisonTest {
    private static final int CASES = Integer.getInteger("vmcsmith.nativeCases", 400);
    private static final int RECORD = 96;
    /** Records under way at once: they fit into the smallest pipe, one page, so that neither side waits for the other for ever. */
    private static final int BATCH = 4096 / RECORD;
    private static final long FLAGS = Cpu.STATUS_FLAGS;
    private static final int[] REGISTERS = {Cpu.RAX, Cpu.RBX, Cpu.RCX, Cpu.RDX, Cpu.RSI, Cpu.RDI, 8};
    private static final long[] CORNERS = {0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFFL, 0x80000000L, 0xFFFFFFFFL,
        Long.MAX_VALUE, Long.MIN_VALUE, -1, -2, 0x0F, 0x10, 0x99, 0x9A};

    @TempDir
    static Path directory;
    private static Path program;

    private final SplittableRandom random = new SplittableRandom(42);
    private final List<String> differences = new ArrayList<>();

    @BeforeAll
    static void compileTheNativeSide() throws Exception {
        boolean intel = System.getProperty("os.arch").equals("amd64") && System.getProperty("os.name").equals("Linux");
        assumeTrue(intel && Files.isExecutable(Path.of("/usr/bin/gcc")), "needs gcc on x86-64 Linux");
        Path source = directory.resolve("native.c");
        try (InputStream in = NativeComparisonTest.class.getResourceAsStream("native.c")) {
            Files.copy(in, source);
        }
        program = directory.resolve("native");
        Process gcc = new ProcessBuilder("/usr/bin/gcc", "-O1", "-o", program.toString(), source.toString()).inheritIO().start();
        assumeTrue(gcc.waitFor() == 0, "gcc does not compile here");
    }

    @Test
    void additionSubtractionAndLogic() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String op : List.of("add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "test")) {
            lines.addAll(forms(op));
        }
        for (String op : List.of("inc", "dec", "neg", "not")) {
            for (String r : List.of("al", "ch", "dx", "esi", "rdi", "r8d")) {
                lines.add(op + " " + r);
            }
        }
        for (String op : List.of("xadd", "cmpxchg", "xchg")) {
            lines.addAll(List.of(op + " bl, cl", op + " bh, cl", op + " bx, cx", op + " ebx, ecx", op + " rbx, rcx"));
        }
        compare(64, lines);
    }

    @Test
    void multiplicationAndDivision() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String op : List.of("mul", "imul", "div", "idiv")) {
            for (String r : List.of("bl", "ch", "bx", "ecx", "rbx")) {
                lines.add(op + " " + r);
            }
        }
        lines.addAll(List.of("imul ax, bx", "imul eax, ebx", "imul rax, rbx", "imul ax, bx, -7", "imul eax, ebx, 0x12345",
            "imul rax, rbx, -0x7654321", "cbw", "cwde", "cdqe", "cwd", "cdq", "cqo"));
        compare(64, lines);
    }

    @Test
    void shiftsAndRotates() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String op : List.of("rol", "ror", "rcl", "rcr", "shl", "shr", "sar")) {
            for (String r : List.of("al", "bh", "dx", "esi", "rdi")) {
                lines.addAll(List.of(op + " " + r + ", 1", op + " " + r + ", cl", op + " " + r + ", 5", op + " " + r + ", 19"));
            }
        }
        for (String op : List.of("shld", "shrd")) {
            for (String r : List.of("ax, bx", "eax, ebx", "rax, rbx")) {
                lines.addAll(List.of(op + " " + r + ", 7", op + " " + r + ", 1"));
                if (!r.startsWith("ax")) {
                    lines.add(op + " " + r + ", cl");
                }
            }
        }
        compare(64, lines);
    }

    @Test
    void bitsAndConditions() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String op : List.of("bt", "bts", "btr", "btc")) {
            lines.addAll(List.of(op + " ax, bx", op + " eax, ebx", op + " rax, rbx", op + " eax, 9", op + " rdx, 41"));
        }
        for (String op : List.of("bsf", "bsr", "popcnt", "lzcnt", "tzcnt")) {
            lines.addAll(List.of(op + " ax, bx", op + " eax, ebx", op + " rax, rbx"));
        }
        for (String op : List.of("andn", "pdep", "pext", "mulx")) {
            lines.addAll(List.of(op + " eax, ebx, ecx", op + " rax, rbx, rcx"));
        }
        for (String op : List.of("bextr", "bzhi", "sarx", "shlx", "shrx")) {
            lines.addAll(List.of(op + " eax, ebx, ecx", op + " rax, rbx, rcx"));
        }
        for (String op : List.of("blsi", "blsr", "blsmsk")) {
            lines.addAll(List.of(op + " eax, ebx", op + " rax, rbx"));
        }
        for (String op : List.of("adcx", "adox")) {
            lines.addAll(List.of(op + " eax, ebx", op + " rax, rbx"));
        }
        lines.addAll(List.of("rorx eax, ebx, 11", "rorx rax, rbx, 37", "crc32 eax, bl", "crc32 eax, bx", "crc32 eax, ebx", "crc32 rax, rbx",
            "bswap eax", "bswap r8", "movzx eax, bh", "movzx rax, cx", "movsx eax, bh", "movsx rax, cx", "movsxd rax, ecx", "lahf", "sahf",
            "stc", "clc", "cmc", "lea rax, [rbx + rcx * 4 - 77]", "lea eax, [rbx + rcx * 8 + 1]", "lea ax, [ebx + ecx]", "mov ah, bl",
            "mov bx, -3", "xchg al, ah"));
        for (String cc : List.of("o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g")) {
            lines.addAll(List.of("set" + cc + " bh", "cmov" + cc + " eax, ebx", "cmov" + cc + " rax, rcx"));
        }
        compare(64, lines);
    }

    @Test
    void decimalAdjustments() throws Exception {
        assumeTrue(runs32BitCode(), "needs a kernel that lets programs run 32-bit code");
        compare(32, List.of("daa", "das", "aaa", "aas", "aam 10", "aad 10", "aam 7", "aad 16", "salc"));
    }

    private boolean runs32BitCode() throws IOException {
        Process process = new ProcessBuilder(program.toString()).start();
        try (OutputStream to = process.getOutputStream(); InputStream from = process.getInputStream()) {
            to.write(input(32, new byte[] {(byte) 0x90}).array());
            to.flush();
            return ByteBuffer.wrap(from.readNBytes(RECORD)).order(ByteOrder.LITTLE_ENDIAN).getLong(64) == 0;
        } finally {
            process.destroy();
        }
    }

    private static List<String> forms(String op) {
        return List.of(op + " al, bl", op + " ah, cl", op + " bx, dx", op + " esi, edi", op + " rbx, r8", op + " al, 0x9C", op + " ecx, 0x12345",
            op + " rdx, -5", op + " bx, -3000", op + " rax, rax");
    }

    // --- the comparison ----------------------------------------------------------------------------------------------------------

    private void compare(int bits, List<String> lines) throws Exception {
        TestProgram host = bits == 64 ? TestProgram.long64("here: jmp here\n") : TestProgram.of("here: jmp here\n");
        host.machine().run(dev.vmcsmith.machine.StopCondition.NONE.withMaxInstructions(5000));
        Process process = new ProcessBuilder(program.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (OutputStream to = new BufferedOutputStream(process.getOutputStream());
                InputStream from = new BufferedInputStream(process.getInputStream())) {
            for (String line : lines) {
                Assembly assembly = new Assembler().assembleLine(line, 0, bits, SymbolLookup.NONE);
                assertTrue(assembly.ok(), line + ": " + assembly.problems());
                compareLine(host.machine(), bits, line, assembly.bytes(), to, from);
            }
        } finally {
            process.destroy();
        }
        assertTrue(differences.isEmpty(), differences.size() + " differences:\n" + String.join("\n", differences));
    }

    private void compareLine(Machine machine, int bits, String line, byte[] code, OutputStream to, InputStream from) throws IOException {
        Instruction decoded = new Instruction();
        assertTrue(new Decoder().decode(code, 0, code.length, bits, decoded) == DecodeStatus.OK, line);
        int shown = 0;
        for (int done = 0; done < CASES; done += BATCH) {
            List<ByteBuffer> inputs = new ArrayList<>();
            for (int n = done; n < Math.min(done + BATCH, CASES); n++) {
                ByteBuffer record = input(bits, code);
                inputs.add(record);
                to.write(record.array());
            }
            to.flush();
            for (ByteBuffer record : inputs) {
                ByteBuffer answer = ByteBuffer.wrap(from.readNBytes(RECORD)).order(ByteOrder.LITTLE_ENDIAN);
                assertTrue(answer.capacity() == RECORD, "the native side ended at " + line);
                String difference = emulate(machine, bits, record, answer, FLAGS & ~decoded.form.flagsUndefined);
                if (difference != null && shown++ < 3) {
                    differences.add(line + ": " + difference);
                }
            }
        }
    }

    private ByteBuffer input(int bits, byte[] code) {
        ByteBuffer b = ByteBuffer.allocate(RECORD).order(ByteOrder.LITTLE_ENDIAN);
        for (int n = 0; n < 7; n++) {
            long v = switch (random.nextInt(4)) {
                case 0 -> CORNERS[random.nextInt(CORNERS.length)];
                case 1 -> random.nextInt(256);
                case 2 -> random.nextInt();
                default -> random.nextLong();
            };
            b.putLong(bits == 32 ? v & 0xFFFFFFFFL : v);
        }
        b.putLong(random.nextLong() & FLAGS | 0x202);
        b.putLong(bits).putLong(code.length).put(code);
        return b;
    }

    private static String emulate(Machine machine, int bits, ByteBuffer in, ByteBuffer expected, long defined) {
        Cpu c = machine.cpu(0);
        long at = 0x200000;
        machine.memory().write(at, in.array(), 80, 16);
        for (int n = 0; n < 7; n++) {
            c.gpr[REGISTERS[n]] = in.getLong(8 * n);
        }
        c.setRflags(in.getLong(56) & FLAGS);
        c.rip = at;
        c.lastFault = null;
        machine.step();
        boolean fault = c.rip != at + in.getLong(72);
        boolean expectedFault = expected.getLong(64) == 1;
        if (fault || expectedFault) {
            machine.cpu(0).activity = dev.vmcsmith.machine.cpu.Activity.ACTIVE;
            return fault == expectedFault ? null : describe(in) + " fault " + fault + ", expected " + expectedFault;
        }
        for (int n = 0; n < 7; n++) {
            long mask = bits == 64 ? -1L : 0xFFFFFFFFL;
            if (((c.gpr[REGISTERS[n]] ^ expected.getLong(8 * n)) & mask) != 0) {
                return describe(in) + " register " + REGISTERS[n] + " is " + Long.toHexString(c.gpr[REGISTERS[n]]) + ", expected "
                    + Long.toHexString(expected.getLong(8 * n));
            }
        }
        long flags = (c.rflags() ^ expected.getLong(56)) & defined;
        return flags == 0 ? null : describe(in) + " flags differ in " + Long.toHexString(flags) + ": " + Long.toHexString(c.rflags() & FLAGS)
            + ", expected " + Long.toHexString(expected.getLong(56) & FLAGS);
    }

    private static String describe(ByteBuffer in) {
        StringBuilder out = new StringBuilder("in");
        for (int n = 0; n < 7; n++) {
            out.append(' ').append(Long.toHexString(in.getLong(8 * n)));
        }
        return out.append(" flags ").append(Long.toHexString(in.getLong(56) & FLAGS)).toString();
    }
}
