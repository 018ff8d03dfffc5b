// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.SymbolLookup;
import dev.vmcsmith.x86.disasm.Disassembler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowRoundTripTest {
    private static final long ADDRESS = 0x4000;
    private static final int SAMPLES = 12;

    private final Decoder decoder = new Decoder();
    private final Disassembler disassembler = new Disassembler();
    private final Assembler assembler = new Assembler();

    @Test
    void everyRowDecodesToItself() {
        Samples samples = new Samples(1);
        List<String> failures = new ArrayList<>();
        for (InstructionForm form : InstructionTable.get().forms()) {
            int seen = 0;
            for (int bits = 16; bits <= 64; bits *= 2) {
                for (Samples.Sample sample : samples.of(form, bits, SAMPLES)) {
                    seen++;
                    Instruction insn = new Instruction();
                    int status = decoder.decode(sample.code(), 0, sample.code().length, bits, insn);
                    if (status != DecodeStatus.OK || insn.form != form && !form.has(InstructionForm.A_DECODE_ONLY)
                        || insn.length != sample.code().length) {
                        failures.add(bits + " " + form + ": " + hex(sample.code()) + " gives " + status + " " + insn.form + " length "
                            + insn.length);
                    }
                }
            }
            if (seen == 0 && !form.has(InstructionForm.A_ASSEMBLE_ONLY)) {
                failures.add("no sample of " + form);
            }
        }
        assertTrue(failures.isEmpty(), () -> failures.size() + " failures\n"
            + String.join("\n", failures.subList(0, Math.min(40, failures.size()))));
    }

    @Test
    void everyRowIsDisassembledToTextThatAssemblesToTheSameInstruction() {
        Samples samples = new Samples(2);
        List<String> failures = new ArrayList<>();
        Set<InstructionForm> chosen = new HashSet<>();
        for (InstructionForm form : InstructionTable.get().forms()) {
            for (int bits = 16; bits <= 64; bits *= 2) {
                for (Samples.Sample sample : samples.of(form, bits, SAMPLES)) {
                    String failure = roundTrip(sample, chosen);
                    if (failure != null) {
                        failures.add(bits + " " + form + ": " + hex(sample.code()) + " " + failure);
                    }
                }
            }
        }
        for (InstructionForm form : InstructionTable.get().forms()) {
            if (!chosen.contains(form) && !form.has(InstructionForm.A_DECODE_ONLY) && !form.has(InstructionForm.A_ASSEMBLE_ONLY)) {
                failures.add("the assembler never chose " + form);
            }
        }
        assertTrue(failures.isEmpty(), () -> failures.size() + " failures\n"
            + String.join("\n", failures.subList(0, Math.min(60, failures.size()))));
    }

    private String roundTrip(Samples.Sample sample, Set<InstructionForm> chosen) {
        Instruction insn = new Instruction();
        if (decoder.decode(sample.code(), 0, sample.code().length, sample.bits(), insn) != DecodeStatus.OK) {
            return "does not decode";
        }
        String text = disassembler.format(insn, ADDRESS);
        Assembly assembly = assembler.assembleLine(text, ADDRESS, sample.bits(), SymbolLookup.NONE);
        if (!assembly.ok()) {
            return text + " -> " + assembly.problems();
        }
        Instruction again = new Instruction();
        int status = decoder.decode(assembly.bytes(), 0, assembly.bytes().length, sample.bits(), again);
        if (status != DecodeStatus.OK || again.length != assembly.bytes().length) {
            return text + " assembles to " + hex(assembly.bytes()) + " which does not decode";
        }
        chosen.add(again.form);
        String second = disassembler.format(again, ADDRESS);
        return text.equals(second) && assembly.bytes().length <= sample.code().length ? null
            : text + " assembles to " + hex(assembly.bytes()) + " = " + second;
    }

    @Test
    void formsOfAMnemonicAreFoundByEverySpelling() {
        InstructionTable table = InstructionTable.get();
        assertEquals(table.forms("jz").size(), table.forms("je").size());
        assertSame(table.forms("sal").get(0).form(), table.forms("shl").get(0).form());
        assertEquals(Condition.E, table.forms("jz").get(0).condition());
        assertTrue(table.forms("nosuchthing").isEmpty());
    }

    private static String hex(byte[] code) {
        return HexFormat.of().formatHex(code);
    }
}
