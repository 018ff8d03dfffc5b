// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.SymbolLookup;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** x87 and SSE programs on random operands here and on the build machine's own processor: results and status words agree. */
class NativeFloatComparisonTest {
    private static final int CASES = Integer.getInteger("vmcsmith.nativeCases", 400);
    private static final long CODE = 0x200000;
    private static final long DATA = 0x201000;
    private static final long[] SIGNIFICANDS = {0, 1L << 63, -1, 3L << 62, (1L << 63) + 1, 0xC000000000000001L, 0x8000000000000400L,
        0x8000008000000000L, 0xFFFFFFFFFFFFFC00L, 1, 0x7FFFFFFFFFFFFFFFL};
    private static final int[] EXPONENTS = {0, 1, 2, 0x7FFF, 0x7FFE, 0x3FFF, 0x3FFE, 0x4000, 0x403E, 0x403D, 0x3F81, 0x3C01, 0x43FE, 0x407E, 0x401E};

    @TempDir
    static Path directory;
    private static Path program;

    private final SplittableRandom random = new SplittableRandom(7);
    private final List<String> differences = new ArrayList<>();

    @BeforeAll
    static void compileTheNativeSide() throws Exception {
        boolean intel = System.getProperty("os.arch").equals("amd64") && System.getProperty("os.name").equals("Linux");
        assumeTrue(intel && Files.isExecutable(Path.of("/usr/bin/gcc")), "needs gcc on x86-64 Linux");
        Path source = directory.resolve("native_float.c");
        try (InputStream in = NativeFloatComparisonTest.class.getResourceAsStream("native_float.c")) {
            Files.copy(in, source);
        }
        program = directory.resolve("native_float");
        Process gcc = new ProcessBuilder("/usr/bin/gcc", "-O1", "-o", program.toString(), source.toString()).inheritIO().start();
        assumeTrue(gcc.waitFor() == 0, "gcc does not compile here");
    }

    @Test
    void x87Arithmetic() throws Exception {
        x87(List.of("fadd st0, st1", "fsub st0, st1", "fsubr st0, st1", "fmul st0, st1", "fdiv st0, st1", "fdivr st0, st1", "fsqrt", "fadd st1, st0",
            "fsubp st1, st0", "fsubrp st1, st0", "fdivp st1, st0", "fdivrp st1, st0", "faddp st1, st0", "fmulp st1, st0",
            "fadd dword [rdi + 16]", "fmul qword [rdi + 16]", "fsub qword [rdi + 16]", "fdivr dword [rdi + 16]", "fiadd dword [rdi + 16]",
            "fidiv word [rdi + 16]", "frndint", "fscale", "fprem", "fprem1", "fxtract", "fchs", "fabs", "fadd st0, st5", "fmul st5, st0"));
    }

    @Test
    void x87Comparison() throws Exception {
        x87(List.of("fcom st1", "fcomp st1", "fcompp", "fucom st1", "fucompp", "ftst", "fxam", "fcom qword [rdi + 16]", "ficom dword [rdi + 16]",
            "fcomi st0, st1", "fucomip st0, st1", "fcom st5"));
    }

    @Test
    void x87Moves() throws Exception {
        x87(List.of("fld dword [rdi + 16]", "fld qword [rdi + 16]", "fld st1", "fst dword [rdi + 48]", "fst qword [rdi + 48]", "fst st1", "fstp st1",
            "fstp tword [rdi + 48]", "fild word [rdi + 16]", "fild dword [rdi + 16]", "fild qword [rdi + 16]", "fist word [rdi + 48]",
            "fist dword [rdi + 48]", "fistp qword [rdi + 48]", "fisttp word [rdi + 48]", "fisttp dword [rdi + 48]", "fisttp qword [rdi + 48]",
            "fbstp tword [rdi + 48]", "fxch st1", "fxch st4", "fld1", "fldz", "fldl2t", "fldl2e", "fldpi", "fldlg2", "fldln2", "ffree st1",
            "fincstp", "fdecstp", "fld st6", "fstp st6", "fcmovb st0, st1", "fcmovnu st0, st1"));
    }

    @Test
    void vectorLanes() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String op : List.of("pshufb", "phaddw", "phaddsw", "phsubw", "phsubsw", "phaddd", "phsubd", "pmaddubsw", "psignb", "psignw", "psignd",
                "pmulhrsw")) {
            lines.addAll(List.of(op + " xmm1, xmm2", op + " mm1, mm2"));
        }
        lines.addAll(List.of("palignr xmm1, xmm2, 5", "palignr xmm1, xmm2, 19", "palignr mm1, mm2, 3", "palignr mm1, mm2, 11", "pblendw xmm1, xmm2, 0x6A",
            "blendps xmm1, xmm2, 9", "blendpd xmm1, xmm2, 2", "pblendvb xmm1, xmm2, xmm0", "blendvps xmm1, xmm2, xmm0", "blendvpd xmm1, xmm2, xmm0",
            "phminposuw xmm1, xmm2", "mpsadbw xmm1, xmm2, 6", "mpsadbw xmm1, xmm2, 3", "pinsrb xmm1, eax, 13", "pinsrw xmm1, eax, 5",
            "pinsrw mm1, eax, 2", "pinsrd xmm1, eax, 3", "pinsrq xmm1, rax, 1", "pextrb eax, xmm1, 11", "pextrw eax, xmm1, 6", "pextrw eax, mm1, 1",
            "pextrd eax, xmm1, 2", "pextrq rax, xmm1, 1", "extractps eax, xmm1, 3", "movsldup xmm1, xmm2", "movshdup xmm1, xmm2"));
        for (String kind : List.of("bw", "bd", "bq", "wd", "wq", "dq")) {
            lines.addAll(List.of("pmovsx" + kind + " xmm1, xmm2", "pmovzx" + kind + " xmm1, xmm2"));
        }
        List<List<String>> programs = new ArrayList<>();
        for (String line : lines) {
            programs.add(List.of("movdqu xmm0, [rdi]", "movdqu xmm1, [rdi + 16]", "movdqu xmm2, [rdi + 32]", "movq mm1, [rdi + 16]",
                "movq mm2, [rdi + 32]", "mov rax, [rdi + 8]", line, "movdqu [rdi + 80], xmm1", "movq [rdi + 96], mm1", "mov [rdi + 104], rax", "emms"));
        }
        compare(programs, x -> {
            for (int n = 0; n < 48; n += 8) {
                x.putLong(n, random.nextLong());
            }
        });
    }

    /** ST(1) and ST(0) are loaded, the condition flags cleared, and the whole state saved after the instruction. */
    private void x87(List<String> lines) throws Exception {
        List<List<String>> programs = new ArrayList<>();
        for (String line : lines) {
            programs.add(List.of("fninit", "fldcw [rdi]", "fld tword [rdi + 32]", "fld tword [rdi + 16]", "fnclex", "xor eax, eax", line,
                "pushfq", "pop qword [rdi + 64]", "fnsave [rdi + 128]"));
        }
        compare(programs, x -> {
            x.putShort(0, (short) (0x7F | random.nextInt(4) << 10 | new int[] {0, 2, 3, 3}[random.nextInt(4)] << 8));
            extended(x, 16);
            extended(x, 32);
            if (random.nextInt(4) == 0) {
                x.putShort(24, (short) (x.getShort(40) + random.nextInt(5) - 2));
            }
        });
    }

    private void extended(ByteBuffer x, int at) {
        long significand = random.nextInt(3) == 0 ? SIGNIFICANDS[random.nextInt(SIGNIFICANDS.length)] : random.nextLong() | 1L << 63;
        int exponent = switch (random.nextInt(4)) {
            case 0 -> EXPONENTS[random.nextInt(EXPONENTS.length)];
            case 1 -> random.nextInt(0x8000);
            default -> 0x3FFF + random.nextInt(140) - 70;
        };
        x.putLong(at, significand);
        x.putShort(at + 8, (short) (exponent | random.nextInt(2) << 15));
    }

    // --- the comparison ------------------------------------------------------------------------------------------------------------

    private interface Operands {
        void fill(ByteBuffer data);
    }

    private void compare(List<List<String>> programs, Operands operands) throws Exception {
        Machine machine = TestProgram.long64("here: jmp here\n").machine();
        machine.run(StopCondition.NONE.withMaxInstructions(5000));
        machine.cpu(0).cr4 |= 0x600;
        machine.cpu(0).cr0 = machine.cpu(0).cr0 & ~0xCL | 0x22;
        machine.cpu(0).stateChanged();
        Process process = new ProcessBuilder(program.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (OutputStream to = new BufferedOutputStream(process.getOutputStream());
                InputStream from = new BufferedInputStream(process.getInputStream())) {
            for (List<String> lines : programs) {
                byte[] code = assemble(lines);
                int shown = 0;
                for (int n = 0; n < CASES; n++) {
                    ByteBuffer in = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
                    operands.fill(in);
                    in.put(512, code).put(512 + code.length, (byte) 0xC3);
                    to.write(in.array());
                    to.flush();
                    byte[] expected = from.readNBytes(512);
                    assertTrue(expected.length == 512, "the native side ended at " + lines);
                    byte[] actual = emulate(machine, in.array(), code.length);
                    int at = difference(actual, expected);
                    if (at >= 0 && shown++ < 2) {
                        differences.add(lines.get(6) + " at " + at + "\n in  " + hex(in.array(), 0, 48) + "\n is  " + hex(actual, 48, 176) + "\n not "
                            + hex(expected, 48, 176));
                    }
                }
            }
        } finally {
            process.destroy();
        }
        assertTrue(differences.isEmpty(), differences.size() + " differences:\n" + String.join("\n", differences));
    }

    /** Instruction and data pointers of the saved environment (bytes 140 to 155) are processor-specific, and so are saved flags but status. */
    private static int difference(byte[] actual, byte[] expected) {
        for (int n = 0; n < 512; n++) {
            int mask = n >= 140 && n < 156 || n >= 66 && n < 72 ? 0 : n == 65 ? 0x08 : n == 64 ? 0xC5 : 0xFF;
            if (((actual[n] ^ expected[n]) & mask) != 0) {
                return n;
            }
        }
        return -1;
    }

    private static String hex(byte[] b, int from, int length) {
        return HexFormat.ofDelimiter(" ").formatHex(b, from, from + length);
    }

    private static byte[] assemble(List<String> lines) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String line : lines) {
            Assembly assembly = new Assembler().assembleLine(line, 0, 64, SymbolLookup.NONE);
            assertTrue(assembly.ok(), line + ": " + assembly.problems());
            out.write(assembly.bytes());
        }
        return out.toByteArray();
    }

    private static byte[] emulate(Machine machine, byte[] in, int length) {
        Cpu c = machine.cpu(0);
        machine.memory().write(DATA, in, 0, 512);
        machine.memory().write(CODE, in, 512, length + 1);
        c.gpr[Cpu.RDI] = DATA;
        c.gpr[Cpu.RSP] = DATA + 0xF00;
        c.setRflags(2);
        c.rip = CODE;
        for (int n = 0; n < 40 && c.rip != CODE + length; n++) {
            machine.step();
        }
        assertTrue(c.rip == CODE + length, () -> "faulted: " + c.lastFault);
        byte[] out = new byte[512];
        machine.memory().read(DATA, out, 0, 512);
        return out;
    }
}
