// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.launch;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StateDump;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.expect.Failure;
import java.util.ArrayList;
import java.util.List;

/**
 * What a finished run amounts to. An image with expectations is good when they all hold and it left in an orderly way with a debug-exit
 * value of 0; a foreign image decides by itself, through the debug-exit port or by powering off.
 *
 * @param exitCode 0 when all is well; a foreign image chooses its own
 * @param failed whether something went wrong, as far as anybody but the image itself can tell
 * @param lines for the user: why the machine stopped, its state where that was abnormal, and the expectations that do not hold
 */
public record Verdict(int exitCode, boolean failed, List<String> lines) {
    private static final int FAILED = 1;

    static Verdict of(BootImage image, Machine machine, StopReason reason, List<Failure> failures,
            boolean expecting) {
        List<String> lines = new ArrayList<>();
        lines.add("stopped: " + reason.text() + ", after " + machine.instructionCount() + " instructions");
        boolean orderly = reason instanceof StopReason.DebugExit || reason instanceof StopReason.PowerOff
                || reason instanceof StopReason.Reset;
        if (!orderly) {
            lines.add("  at " + place(image, machine.currentCpu()));
            StateDump.of(machine).lines().map(line -> "  " + line).forEach(lines::add);
        }
        failures.forEach(failure -> lines.add(failure.text()));
        boolean ours = image.machine().isPresent();
        if (!ours) {
            int code = reason instanceof StopReason.DebugExit exit ? exit.exitCode() : orderly && failures.isEmpty() ? 0 : FAILED;
            return new Verdict(code, !orderly || !failures.isEmpty(), lines);
        }
        boolean good = orderly && failures.isEmpty() && !(reason instanceof StopReason.DebugExit exit && exit.value() != 0);
        if (good && expecting && !image.expectations().isEmpty()) {
            int count = image.expectations().clauses().size();
            lines.add(count == 1 ? "the expectation holds" : "all " + count + " expectations hold");
        }
        return new Verdict(good ? 0 : FAILED, !good, lines);
    }

    private static String place(BootImage image, Cpu cpu) {
        long linear = cpu.rip + cpu.seg[Cpu.CS].effectiveBase & cpu.linearMask;
        String symbol = image.symbols().nearest(linear).map(SymbolTable.Place::toString).orElse("0x" + Long.toHexString(linear));
        return symbol + image.lines().at(linear).map(row -> ", " + row.file() + ":" + row.line()).orElse("");
    }
}
