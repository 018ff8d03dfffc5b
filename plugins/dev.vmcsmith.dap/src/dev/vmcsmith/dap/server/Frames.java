// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.StackFrame;

/** The stack of a processor: where it executes, and below that the other side of the VMX boundary. */
final class Frames {
    private static final int PER_CPU = 1024;

    private final Debuggee debuggee;
    private final Unwinder unwinder;

    Frames(Debuggee debuggee) {
        this.debuggee = debuggee;
        this.unwinder = new Unwinder(debuggee);
    }

    /** The frames of a processor, the innermost first. */
    List<Frame> of(int cpuNumber) {
        List<Frame> frames = new ArrayList<>();
        Frame top = top(cpuNumber);
        addWithCallers(top, frames);
        Optional<CurrentVmcs> vmcs = debuggee.vmcs(cpuNumber);
        if (vmcs.isPresent() && top.guest()) {
            addWithCallers(host(cpuNumber, vmcs.get(), id(cpuNumber, frames.size())), frames);
        } else if (vmcs.isPresent() && vmcs.get().launched()) {
            addWithCallers(guest(cpuNumber, vmcs.get(), id(cpuNumber, frames.size())), frames);
        }
        return frames;
    }

    /** Where a processor executes. */
    Frame top(int cpuNumber) {
        Cpu cpu = debuggee.machine().cpu(cpuNumber);
        return new Frame(id(cpuNumber, 0), cpuNumber, cpu.intercepts.nonRoot(), true, false, cpu.rip, Code.linearRip(cpu),
                new LiveRegisters(cpu));
    }

    private void addWithCallers(Frame innermost, List<Frame> frames) {
        frames.add(innermost);
        for (Unwinder.Caller caller : unwinder.callers(innermost)) {
            frames.add(new Frame(id(innermost.cpu(), frames.size()), innermost.cpu(), innermost.guest(), innermost.live(), true,
                    caller.rip(), caller.rip(), new CallerRegisters(innermost.registers(), caller)));
        }
    }

    private Frame host(int cpu, CurrentVmcs vmcs, int id) {
        SavedRegisters registers = new SavedRegisters(vmcs.view(), FieldArea.HOST, null, vmcs.write());
        long rip = debuggee.entryRip(cpu, registers.codeBits()).orElse(vmcs.view().value(VmcsField.HOST_RIP));
        return new Frame(id, cpu, false, false, false, rip, rip, registers);
    }

    private Frame guest(int cpu, CurrentVmcs vmcs, int id) {
        SavedRegisters registers = new SavedRegisters(vmcs.view(), FieldArea.GUEST, debuggee.guestRegisters(cpu), vmcs.write());
        long rip = vmcs.view().value(VmcsField.GUEST_RIP);
        long linear = registers.codeBits() == 64 ? rip : rip + vmcs.view().value(VmcsField.GUEST_CS_BASE) & 0xFFFF_FFFFL;
        return new Frame(id, cpu, true, false, false, rip, linear, registers);
    }

    /** The guest as the next VM entry will find it, also before the first one. */
    Frame entering(int cpu, CurrentVmcs vmcs) {
        return guest(cpu, vmcs, 0);
    }

    /** Linear address of the top of the stack of a guest that has left. */
    long stackOf(Frame guest) {
        long rsp = guest.registers().get("rsp").orElse(0);
        return guest.registers().codeBits() == Long.SIZE ? rsp
                : debuggee.vmcs(guest.cpu()).map(vmcs -> rsp + vmcs.view().value(VmcsField.GUEST_SS_BASE) & 0xFFFF_FFFFL).orElse(rsp);
    }

    /** The canonical frame address of a frame; empty when it cannot be known. */
    OptionalLong frameAddress(Frame frame) {
        return unwinder.frameAddress(frame);
    }

    private static int id(int cpu, int index) {
        return (cpu + 1) * PER_CPU + index;
    }

    /**
     * The frame with a number of the protocol.
     *
     * @throws RequestFailure when there is none
     */
    Frame get(int id) {
        int cpu = id / PER_CPU - 1;
        if (cpu >= 0 && cpu < debuggee.machine().cpus()) {
            for (Frame frame : of(cpu)) {
                if (frame.id() == id) {
                    return frame;
                }
            }
        }
        throw new RequestFailure("this frame belongs to an earlier stop");
    }

    /** A frame as the protocol shows it. */
    StackFrame present(Frame frame) {
        BootImage image = debuggee.image();
        StackFrame shown = new StackFrame();
        shown.setId(frame.id());
        boolean inImage = image.segments().stream().anyMatch(segment -> segment.containsVirtual(frame.place()));
        String place = image.symbols().nearest(frame.place()).filter(near -> inImage).map(SymbolTable.Place::toString)
                .orElse(String.format("0x%x", frame.linear()));
        if (debuggee.machine().cpu(frame.cpu()).intercepts.vmxOperation()) {
            String side = frame.guest() ? "guest" : "hypervisor";
            shown.setName(place + " (" + side + ")");
            shown.setModuleId(side);
        } else {
            shown.setName(place);
        }
        shown.setInstructionPointerReference(String.format("0x%x", frame.linear()));
        Optional<LineRow> row = image.lines().at(frame.place());
        if (row.isPresent()) {
            shown.setSource(source(row.get().file()));
            shown.setLine(row.get().line());
            shown.setColumn(Math.max(1, row.get().column()));
        }
        return shown;
    }

    /** A source file of the image; one that is not named absolutely lies beside the program. */
    Source source(String file) {
        Path path = Path.of(file);
        Path absolute = path.isAbsolute() ? path : debuggee.program().toAbsolutePath().resolveSibling(path).normalize();
        Source source = new Source();
        source.setName(path.getFileName().toString());
        source.setPath(absolute.toString());
        return source;
    }
}
