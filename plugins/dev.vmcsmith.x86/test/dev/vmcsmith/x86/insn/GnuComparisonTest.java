// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.SymbolLookup;
import dev.vmcsmith.x86.disasm.Disassembler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with GNU binutils where they are installed. */
class GnuComparisonTest {
    private static final int SAMPLES = 6;
    /** Space for each instruction in what objdump reads; the rest is NOPs, so that it finds its way back. */
    private static final int SLOT = 32;

    private final Decoder decoder = new Decoder();

    @BeforeAll
    static void needsBinutils() {
        assumeTrue(GnuTools.installed(), "GNU as and objdump are not installed");
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void objdumpFindsTheSameLengthForEveryRow(int bits) throws IOException {
        List<Samples.Sample> samples = samples(bits, 3);
        samples.removeIf(sample -> GnuSyntax.objdumpDiffers(decode(sample)));
        List<GnuTools.Line> lines = dump(samples, bits);
        List<String> failures = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < samples.size(); i++) {
            at = lineAt(lines, at, (long) i * SLOT);
            GnuTools.Line line = lines.get(at);
            byte[] code = samples.get(i).code();
            if (line.address() != (long) i * SLOT || line.length() != code.length || line.text().contains("(bad)")) {
                failures.add(samples.get(i).form() + " " + HexFormat.of().formatHex(code) + " objdump: " + line);
            }
        }
        assertNone(failures);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void gnuAssemblerReadsOurTextAsTheSameInstruction(int bits) throws IOException {
        compareTexts(samples(bits, 4), bits);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void gnuAssemblerReadsOurTextOfRandomBytesAsTheSameInstruction(int bits) throws IOException {
        compareTexts(random(bits, 8_000), bits);
    }

    @Test
    void everyRowIsComparedInSomeMode() {
        Set<InstructionForm> left = new LinkedHashSet<>(InstructionTable.get().forms());
        left.removeIf(form -> GnuSyntax.isNotComparable(form) || form.has(InstructionForm.A_ASSEMBLE_ONLY));
        for (int bits = 16; bits <= 64; bits *= 2) {
            for (Samples.Sample sample : samples(bits, 4)) {
                if (!GnuSyntax.isNotComparable(decode(sample))) {
                    left.remove(sample.form());
                }
            }
        }
        assertTrue(left.isEmpty(), left::toString);
    }

    private void compareTexts(List<Samples.Sample> samples, int bits) throws IOException {
        samples.removeIf(sample -> GnuSyntax.isNotComparable(sample.form()) || GnuSyntax.isNotComparable(decode(sample)));
        List<String> texts = new ArrayList<>();
        List<String> source = new ArrayList<>();
        Disassembler disassembler = new Disassembler();
        for (int i = 0; i < samples.size(); i++) {
            Instruction insn = decode(samples.get(i));
            String text = disassembler.format(insn, (long) i * SLOT);
            texts.add(text);
            source.add(".org " + i * SLOT + ", 0x90; " + GnuSyntax.of(text, insn, bits));
        }
        List<String> errors = new ArrayList<>();
        List<GnuTools.Line> theirs = GnuTools.asAndObjdump(source, bits, errors);
        assertNone(errors);
        List<GnuTools.Line> ours = dump(samples, bits);
        List<String> failures = new ArrayList<>();
        int a = 0;
        int b = 0;
        for (int i = 0; i < samples.size(); i++) {
            a = lineAt(ours, a, (long) i * SLOT);
            b = lineAt(theirs, b, (long) i * SLOT);
            String left = GnuSyntax.normal(ours.get(a).text());
            String right = GnuSyntax.normal(theirs.get(b).text());
            if (!left.equals(right)) {
                failures.add(samples.get(i).form() + " " + HexFormat.of().formatHex(samples.get(i).code()) + " we print: " + texts.get(i)
                    + " objdump prints: " + left + " as makes of our text: " + right);
            }
        }
        assertNone(failures);
    }

    private static int lineAt(List<GnuTools.Line> lines, int from, long address) {
        int at = from;
        while (lines.get(at).address() < address) {
            at++;
        }
        return at;
    }

    /** Decodable random bytes without prefixes and index fields that have no meaning, which our text leaves out. */
    private List<Samples.Sample> random(int bits, int count) {
        Random random = new Random(bits);
        Disassembler disassembler = new Disassembler();
        Assembler assembler = new Assembler();
        Instruction insn = new Instruction();
        byte[] code = new byte[15];
        List<Samples.Sample> samples = new ArrayList<>();
        while (samples.size() < count) {
            random.nextBytes(code);
            if (random.nextBoolean()) {
                code[random.nextInt(2)] = 0x0F;
            }
            if (decoder.decode(code, 0, code.length, bits, insn) != DecodeStatus.OK || GnuSyntax.objdumpDiffers(insn)
                    || GnuSyntax.hasIgnoredRex(code, bits)) {
                continue;
            }
            byte[] own = assembler.assembleLine(disassembler.format(insn, 0x1000), 0x1000, bits, SymbolLookup.NONE).bytes();
            if (own.length == insn.length && !GnuSyntax.hasUnusedScale(code, insn)) {
                samples.add(new Samples.Sample(insn.form, bits, Arrays.copyOf(code, insn.length)));
            }
        }
        return samples;
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void objdumpFindsTheSameLengthForRandomBytes(int bits) throws IOException {
        Random random = new Random(bits);
        List<Samples.Sample> samples = new ArrayList<>();
        Instruction insn = new Instruction();
        byte[] code = new byte[15];
        while (samples.size() < 20_000) {
            random.nextBytes(code);
            if (decoder.decode(code, 0, code.length, bits, insn) == DecodeStatus.OK && !GnuSyntax.objdumpDiffers(insn)
                    && !GnuSyntax.hasIgnoredRex(code, bits)) {
                samples.add(new Samples.Sample(insn.form, bits, Arrays.copyOf(code, insn.length)));
            }
        }
        List<GnuTools.Line> lines = dump(samples, bits);
        List<String> failures = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < samples.size(); i++) {
            at = lineAt(lines, at, (long) i * SLOT);
            GnuTools.Line line = lines.get(at);
            if (line.address() != (long) i * SLOT || line.length() != samples.get(i).code().length
                    || line.text().contains("(bad)")) {
                failures.add(samples.get(i).form() + " " + HexFormat.of().formatHex(samples.get(i).code()) + " objdump: " + line);
            }
        }
        assertNone(failures);
    }

    private Instruction decode(Samples.Sample sample) {
        Instruction insn = new Instruction();
        decoder.decode(sample.code(), 0, sample.code().length, sample.bits(), insn);
        return insn;
    }

    private static List<Samples.Sample> samples(int bits, long seed) {
        Samples generator = new Samples(seed);
        List<Samples.Sample> samples = new ArrayList<>();
        for (InstructionForm form : InstructionTable.get().forms()) {
            samples.addAll(generator.of(form, bits, SAMPLES));
        }
        return samples;
    }

    private static List<GnuTools.Line> dump(List<Samples.Sample> samples, int bits) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Samples.Sample sample : samples) {
            all.writeBytes(sample.code());
            for (int i = sample.code().length; i < SLOT; i++) {
                all.write(0x90);
            }
        }
        return GnuTools.objdump(all.toByteArray(), bits);
    }

    private static void assertNone(List<String> failures) {
        assertTrue(failures.isEmpty(), () -> failures.size() + " differences\n"
            + String.join("\n", failures.subList(0, Math.min(60, failures.size()))));
    }
}
