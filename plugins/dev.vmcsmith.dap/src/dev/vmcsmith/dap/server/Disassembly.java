// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.x86.disasm.Disassembler;
import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.eclipse.lsp4j.debug.DisassembleArguments;
import org.eclipse.lsp4j.debug.DisassembleResponse;
import org.eclipse.lsp4j.debug.DisassembledInstruction;
import org.eclipse.lsp4j.debug.DisassembledInstructionPresentationHint;

/** Disassembles memory as the code of a frame sees it. */
final class Disassembly {
    private static final int LONGEST_INSTRUCTION = 15;
    private static final int TYPICAL_INSTRUCTION = 8;
    private static final int MOST_INSTRUCTIONS = 10_000;
    private static final HexFormat BYTES = HexFormat.ofDelimiter(" ");

    private final Debuggee debuggee;
    private final Decoder decoder = new Decoder();
    private final Instruction scratch = new Instruction();
    private final Disassembler disassembler;

    Disassembly(Debuggee debuggee) {
        this.debuggee = debuggee;
        this.disassembler = new Disassembler(this::nameOf);
    }

    private String nameOf(long address) {
        return debuggee.image().symbols().nearest(address).map(SymbolTable.Place::toString).orElse(null);
    }

    DisassembleResponse answer(DisassembleArguments arguments) {
        MemoryReference reference = MemoryReference.parse(arguments.getMemoryReference());
        long address = reference.address() + (arguments.getOffset() == null ? 0 : arguments.getOffset());
        int skip = arguments.getInstructionOffset() == null ? 0 : arguments.getInstructionOffset();
        int count = Math.clamp(arguments.getInstructionCount(), 0, MOST_INSTRUCTIONS);
        int bits = debuggee.codeBits(reference);
        List<DisassembledInstruction> found = new ArrayList<>();
        if (skip < 0) {
            found.addAll(before(reference, address, Math.min(-skip, MOST_INSTRUCTIONS), bits));
        }
        long at = address;
        for (int i = 0; i < skip; i++) {
            at += instruction(reference, at, bits, null);
        }
        while (found.size() < count) {
            at += instruction(reference, at, bits, found);
        }
        DisassembleResponse response = new DisassembleResponse();
        response.setInstructions(found.subList(0, count).toArray(DisassembledInstruction[]::new));
        return response;
    }

    /** Exactly {@code count} instructions that end where {@code address} begins; code that cannot be found is shown as invalid. */
    private List<DisassembledInstruction> before(MemoryReference reference, long address, int count, int bits) {
        Deque<DisassembledInstruction> found = new ArrayDeque<>();
        long start = address - (long) count * TYPICAL_INSTRUCTION - LONGEST_INSTRUCTION;
        for (int shift = 0; shift < LONGEST_INSTRUCTION && found.isEmpty(); shift++) {
            List<DisassembledInstruction> attempt = new ArrayList<>();
            long at = start + shift;
            while (Long.compareUnsigned(at, address) < 0) {
                at += instruction(reference, at, bits, attempt);
            }
            if (at == address) {
                attempt.forEach(found::addLast);
            }
        }
        while (found.size() > count) {
            found.removeFirst();
        }
        while (found.size() < count) {
            long first = found.isEmpty() ? address : HexLong.parse(found.getFirst().getAddress());
            found.addFirst(invalid(first - 1));
        }
        return List.copyOf(found);
    }

    /** Disassembles one instruction, adds it to the list, if any, and returns its length. */
    private int instruction(MemoryReference reference, long address, int bits, List<DisassembledInstruction> into) {
        byte[] code = debuggee.memory().readable(reference.at(address), LONGEST_INSTRUCTION);
        if (code.length == 0) {
            if (into != null) {
                into.add(invalid(address));
            }
            return 1;
        }
        if (into == null) {
            return decoder.decode(code, 0, code.length, bits, scratch) == DecodeStatus.OK ? scratch.length : 1;
        }
        String text = disassembler.disassemble(decoder, code, 0, code.length, bits, address, scratch);
        DisassembledInstruction shown = new DisassembledInstruction();
        shown.setAddress(HexLong.format(address));
        shown.setInstruction(text);
        shown.setInstructionBytes(BYTES.formatHex(code, 0, scratch.length));
        debuggee.image().symbols().nearest(address).filter(place -> place.offset() == 0)
                .ifPresent(place -> shown.setSymbol(place.symbol().name()));
        Optional<LineRow> row = debuggee.image().lines().at(address);
        if (row.isPresent() && debuggee.image().lines().startsStatement(address)) {
            shown.setLocation(debuggee.frames().source(row.get().file()));
            shown.setLine(row.get().line());
        }
        into.add(shown);
        return scratch.length;
    }

    private static DisassembledInstruction invalid(long address) {
        DisassembledInstruction shown = new DisassembledInstruction();
        shown.setAddress(HexLong.format(address));
        shown.setInstruction("??");
        shown.setPresentationHint(DisassembledInstructionPresentationHint.INVALID);
        return shown;
    }
}
