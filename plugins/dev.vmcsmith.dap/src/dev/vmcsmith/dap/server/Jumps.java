// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.machine.cpu.Cpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.lsp4j.debug.GotoTarget;
import org.eclipse.lsp4j.debug.GotoTargetsArguments;
import org.eclipse.lsp4j.debug.GotoTargetsResponse;

/**
 * Makes a processor go on at another line, without executing what is between: within the function that it is in, because elsewhere the
 * stack, or the side of the VMX boundary, would be wrong.
 */
final class Jumps {
    private final Debuggee debuggee;
    /** The addresses that have been offered, each once; the protocol's identifier of one is its index. */
    private final List<Long> offered = new ArrayList<>();

    Jumps(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    GotoTargetsResponse targets(GotoTargetsArguments arguments) {
        String file = arguments.getSource().getPath() == null ? arguments.getSource().getName() : arguments.getSource().getPath();
        List<GotoTarget> targets = new ArrayList<>();
        Optional<String> here = function(Code.linearRip(debuggee.activeCpu()));
        int line = debuggee.image().lines().lineWithCode(file, arguments.getLine());
        for (long address : debuggee.image().lines().addresses(file, line)) {
            if (here.isPresent() && here.equals(function(address))) {
                GotoTarget target = new GotoTarget();
                target.setId(identify(address));
                target.setLabel(debuggee.image().symbols().nearest(address).map(SymbolTable.Place::toString).orElse(""));
                target.setLine(line);
                target.setInstructionPointerReference(String.format("0x%x", address));
                targets.add(target);
            }
        }
        GotoTargetsResponse response = new GotoTargetsResponse();
        response.setTargets(targets.toArray(GotoTarget[]::new));
        return response;
    }

    private int identify(long address) {
        int known = offered.indexOf(address);
        if (known < 0) {
            offered.add(address);
        }
        return known < 0 ? offered.size() - 1 : known;
    }

    private Optional<String> function(long address) {
        return debuggee.image().symbols().nearest(address).map(place -> place.symbol().name());
    }

    /** Goes to an offered target. */
    void go(int cpuNumber, int target) {
        if (target < 0 || target >= offered.size()) {
            throw new RequestFailure("there is no such target: ask for targets again");
        }
        Cpu cpu = debuggee.machine().cpu(cpuNumber);
        long address = offered.get(target);
        if (!function(address).equals(function(Code.linearRip(cpu)))) {
            throw new RequestFailure("the processor has left the function that the target is in: ask for targets again");
        }
        new LiveRegisters(cpu).set("rip", address - (Code.linearRip(cpu) - cpu.rip));
    }
}
