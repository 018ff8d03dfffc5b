// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.disassembly;

import dev.vmcsmith.dap.protocol.HexLong;
import org.eclipse.lsp4j.debug.DisassembledInstruction;
import org.eclipse.lsp4j.debug.Source;

/**
 * One instruction.
 *
 * @param address linear, or physical in a physical space
 * @param bytes in hexadecimal
 * @param symbol name of what begins here; null for nothing
 * @param text mnemonic and operands
 * @param path of the source whose line begins here; null for none
 * @param line from 1; 0 for none
 */
record Line(long address, String bytes, String symbol, String text, String path, int line) {

    static Line of(DisassembledInstruction instruction) {
        Source location = instruction.getLocation();
        return new Line(HexLong.parse(instruction.getAddress()),
                instruction.getInstructionBytes() == null ? "" : instruction.getInstructionBytes(), instruction.getSymbol(),
                instruction.getInstruction(), location == null ? null : location.getPath(),
                instruction.getLine() == null ? 0 : instruction.getLine());
    }

    String source() {
        return path == null ? "" : path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1) + ":" + line;
    }

    /** Columns parted by tabs. */
    String copied() {
        return HexLong.format(address) + "\t" + bytes + "\t" + (symbol == null ? "" : symbol + ":") + "\t" + text + "\t" + source();
    }
}
