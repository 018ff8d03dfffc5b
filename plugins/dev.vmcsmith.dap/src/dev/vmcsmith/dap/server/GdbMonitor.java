// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.ExitExplanation;
import dev.vmcsmith.dap.protocol.ExitLog;
import dev.vmcsmith.dap.protocol.ExitRecord;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.ExplainExitArguments;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.MemoryAccess;
import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.dap.protocol.PageWalkArguments;
import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsContents;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import java.util.HexFormat;
import java.util.Locale;
import org.eclipse.lsp4j.debug.DisassembleArguments;
import org.eclipse.lsp4j.debug.DisassembledInstruction;

/** The commands behind gdb's {@code monitor}: what gdb has no words for. */
final class GdbMonitor {
    private static final int DEFAULT_EXITS = 20;
    private static final int DEFAULT_BYTES = 64;
    private static final int DEFAULT_INSTRUCTIONS = 8;
    private static final int MOST_BYTES = 4096;
    private static final int MOST_INSTRUCTIONS = 256;
    private static final String HELP = """
            monitor vmcs [AREA|FIELD]      the current VMCS decoded; AREA is guest, host, control or exit
            monitor exits [COUNT]          the latest VM exits
            monitor walk ADDRESS [r|w|x]   how an address is translated; guest-physical:ADDRESS starts below the guest's paging
            monitor why [ADDRESS]          why the guest's next instruction exits or not
            monitor read SPACE:ADDRESS [N] memory of guest-virtual, guest-physical, host-virtual or host-physical
            monitor x [ADDRESS] [N]        disassembles in the mode in which the processor executes
            monitor mode                   guest or hypervisor, and 16, 32 or 64 bits
            monitor registers 32|64        which registers gdb is told of when it connects next: 'disconnect', 'target remote'
            """;

    private final GdbTarget target;
    private final Debuggee debuggee;

    GdbMonitor(GdbTarget target) {
        this.target = target;
        this.debuggee = target.debuggee();
    }

    /** What a command prints. */
    String run(String line) {
        String[] words = line.strip().split("\\s+");
        try {
            return switch (words[0].toLowerCase(Locale.ROOT)) {
                case "vmcs" -> vmcs(argument(words, 1, ""));
                case "exits" -> exits((int) number(argument(words, 1, Integer.toString(DEFAULT_EXITS))));
                case "walk" -> walk(argument(words, 1, null), argument(words, 2, "r"));
                case "why" -> why(argument(words, 1, ""));
                case "read" -> read(argument(words, 1, null), (int) number(argument(words, 2, Integer.toString(DEFAULT_BYTES))));
                case "x" -> disassemble(argument(words, 1, ""), (int) number(argument(words, 2, Integer.toString(DEFAULT_INSTRUCTIONS))));
                case "mode" -> mode();
                case "registers" -> registers(argument(words, 1, ""));
                case "", "help" -> HELP;
                default -> "there is no monitor command \"" + words[0] + "\"\n" + HELP;
            };
        } catch (RequestFailure | IllegalArgumentException e) {
            return e.getMessage() + "\n";
        }
    }

    private static String argument(String[] words, int index, String otherwise) {
        if (index >= words.length && otherwise == null) {
            throw new RequestFailure("an address is missing; see 'monitor help'");
        }
        return index < words.length ? words[index] : otherwise;
    }

    private long number(String text) {
        return debuggee.evaluateAtTop(text);
    }

    private MemoryReference place(String text, MemorySpace otherwise) {
        if (text.contains(":")) {
            return MemoryReference.parse(text);
        }
        return new MemoryReference(otherwise, number(text));
    }

    private String vmcs(String which) {
        VmcsContents contents = debuggee.vmcsCatalog().contents(debuggee.activeCpu().id, null);
        if (contents.explanation() != null) {
            return contents.explanation() + "\n";
        }
        StringBuilder text = new StringBuilder(String.format("VMCS at 0x%x, %s%n", contents.vmcs(), contents.launched() ? "launched"
                : "clear"));
        for (VmcsArea area : contents.areas()) {
            for (VmcsFieldValue field : area.fields()) {
                String name = area.id() + "." + field.hvName();
                if (which.isEmpty() || which.equals(area.id()) || which.equals(field.hvName()) || which.equals(name)) {
                    text.append(String.format("%-44s %18s  %s%n", name, field.hex(), field.meaning()));
                }
            }
        }
        return text.toString();
    }

    private String exits(int count) {
        ExitLog log = debuggee.exitRecords().page(ExitsArguments.page(-Math.clamp(count, 1, 1000), Math.clamp(count, 1, 1000)));
        StringBuilder text = new StringBuilder(log.total() + (log.total() == 1 ? " VM exit" : " VM exits") + "\n");
        for (ExitRecord exit : log.exits()) {
            text.append(String.format("%8d  %-32s %s %s  %s%n", exit.number(), exit.reasonName() + " (" + exit.reason() + ")",
                    HexLong.format(exit.guestRip()), exit.guestSymbol() == null ? "" : exit.guestSymbol(), exit.qualificationText()));
        }
        return text.toString();
    }

    private String walk(String address, String access) {
        boolean guest = debuggee.activeCpu().intercepts.nonRoot() || debuggee.vmcs(debuggee.activeCpu().id).isPresent();
        MemoryReference from = place(address, guest ? MemorySpace.GUEST_VIRTUAL : MemorySpace.HOST_VIRTUAL);
        AddressSpace space = switch (from.space()) {
            case GUEST_PHYSICAL -> AddressSpace.GUEST_PHYSICAL;
            case HOST_VIRTUAL -> AddressSpace.HOST_VIRTUAL;
            case HOST_PHYSICAL -> throw new RequestFailure("a physical address of the machine is not translated");
            default -> AddressSpace.GUEST_VIRTUAL;
        };
        MemoryAccess kind = switch (access) {
            case "w" -> MemoryAccess.WRITE;
            case "x" -> MemoryAccess.EXECUTE;
            default -> MemoryAccess.READ;
        };
        PageWalk walk = debuggee.pageWalks().explain(new PageWalkArguments(0, from.address(), space, kind));
        StringBuilder text = new StringBuilder(space.id() + " " + HexLong.format(walk.address()) + ", paging " + walk.paging() + ", "
                + walk.root() + "\n");
        for (PageWalk.Step step : walk.steps()) {
            text.append(step.label()).append('\n');
            step.ept().forEach(cell -> cell(text, cell));
            if (step.guest() != null) {
                cell(text, step.guest());
            }
        }
        return text.append(walk.succeeded()
                ? "physical " + HexLong.format(walk.physical()) + ", " + walk.rights() + ", " + walk.memoryType()
                : "fails: " + walk.failure().reason() + ": " + walk.failure().consequence()
                        + (walk.failure().remedy() == null ? "" : "; " + walk.failure().remedy())).append('\n').toString();
    }

    private static void cell(StringBuilder text, PageWalk.Cell cell) {
        text.append(String.format("    %-10s at %-12s %18s  %s%s%n", cell.level(), HexLong.format(cell.entryAddress()),
                HexLong.format(cell.raw()), String.join(", ", cell.bits()), cell.failing() ? "  <-- fails here" : ""));
    }

    private String why(String address) {
        String reference = address.isEmpty() ? null : place(address, MemorySpace.GUEST_VIRTUAL).toString();
        ExitExplanation explanation = debuggee.exitPrediction().explain(new ExplainExitArguments(0, reference));
        StringBuilder text = new StringBuilder(HexLong.format(explanation.address()) + "  " + explanation.instruction() + "\n"
                + explanation.summary() + "\n");
        explanation.causes().stream().filter(cause -> cause.remedy() != null)
                .forEach(cause -> text.append("to change that: ").append(cause.remedy()).append('\n'));
        return text.toString();
    }

    private String read(String address, int count) {
        MemoryReference from = place(address, MemorySpace.CURRENT);
        byte[] bytes = debuggee.memory().readable(from, Math.clamp(count, 1, MOST_BYTES));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i += 16) {
            text.append(from.at(from.address() + i)).append("  ")
                    .append(HexFormat.ofDelimiter(" ").formatHex(bytes, i, Math.min(i + 16, bytes.length))).append('\n');
        }
        return bytes.length == 0 ? "nothing is mapped at " + from + "\n" : text.toString();
    }

    private String disassemble(String address, int count) {
        MemoryReference from = address.isEmpty() ? new MemoryReference(MemorySpace.CURRENT, Code.linearRip(debuggee.activeCpu()))
                : place(address, MemorySpace.CURRENT);
        DisassembleArguments arguments = new DisassembleArguments();
        arguments.setMemoryReference(from.toString());
        arguments.setInstructionCount(Math.clamp(count, 1, MOST_INSTRUCTIONS));
        StringBuilder text = new StringBuilder();
        for (DisassembledInstruction instruction : debuggee.disassembly().answer(arguments).getInstructions()) {
            text.append(instruction.getAddress()).append("  ").append(instruction.getInstruction()).append('\n');
        }
        return text.toString();
    }

    private String registers(String bits) {
        target.describeRegisters(bits.matches("\\d{2}") ? Integer.parseInt(bits) : 0);
        return "the next 'target remote' gets the registers of " + bits + "-bit mode\n" + target.hint().map(hint -> hint + "\n").orElse("");
    }

    private String mode() {
        boolean vmx = debuggee.activeCpu().intercepts.vmxOperation();
        String side = debuggee.activeCpu().intercepts.nonRoot() ? "guest" : vmx ? "hypervisor" : "outside VMX operation";
        return "vCPU " + debuggee.activeCpu().id + ": " + side + ", " + debuggee.activeCpu().codeBits + "-bit code\n";
    }
}
