// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.ExitExplanation.Kind;
import dev.vmcsmith.dap.protocol.ExitExplanation.Verdict;
import dev.vmcsmith.dap.protocol.ExitExplanation;
import dev.vmcsmith.dap.protocol.ExplainExitArguments;
import dev.vmcsmith.dap.protocol.MemoryAccess;
import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.dap.protocol.PageWalkArguments;
import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.x86.Vector;
import dev.vmcsmith.x86.disasm.Disassembler;
import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.InstructionForm;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says why an instruction of the guest exits or not: from the VMCS, and by trying it out where the guest is about to execute it. */
final class ExitPrediction {
    private static final int LONGEST_INSTRUCTION = 15;
    /** How a page walk names the VM exit that it ends in. */
    private static final Pattern EXIT = Pattern.compile("VM exit (\\d+)");
    private static final StopCondition ONE_INSTRUCTION = StopCondition.NONE.withMaxInstructions(1).withEveryExit();

    private final Debuggee debuggee;
    private final Decoder decoder = new Decoder();
    private final Disassembler disassembler;

    ExitPrediction(Debuggee debuggee) {
        this.debuggee = debuggee;
        this.disassembler = new Disassembler(address -> debuggee.image().symbols().nearest(address).map(SymbolTable.Place::toString)
                .orElse(null));
    }

    ExitExplanation explain(ExplainExitArguments arguments) {
        int cpu = debuggee.cpuOf(arguments.threadId());
        CurrentVmcs vmcs = debuggee.vmcs(cpu).orElseThrow(() -> new RequestFailure(
                "There is no guest: this processor has no current VMCS."));
        Frame frame = debuggee.frames().of(cpu).stream().filter(Frame::guest).findFirst().orElseGet(() -> debuggee.frames().entering(cpu,
                vmcs));
        MemoryReference place = arguments.memoryReference() == null ? new MemoryReference(MemorySpace.GUEST_VIRTUAL, frame.linear())
                : inGuest(MemoryReference.parse(arguments.memoryReference()));
        byte[] code = debuggee.memory().readable(place, LONGEST_INSTRUCTION);
        Causes causes = new Causes(vmcs.view(), debuggee.machine().memory());
        int bits = frame.registers().codeBits();
        Instruction instruction = new Instruction();
        ExitReason reason = null;
        String text = "??";
        if (code.length == 0) {
            reason = unreadable(cpu, place, causes);
        } else {
            text = disassembler.disassemble(decoder, code, 0, code.length, bits, place.address(), instruction);
            reason = judge(decoder.decode(code, 0, code.length, bits, instruction), vmcs, frame, instruction, causes);
        }
        boolean live = frame.live() && place.address() == frame.linear();
        ExitExplanation found = result(place, text, causes, reason, live);
        return live ? tried(cpu, found) : found;
    }

    private static MemoryReference inGuest(MemoryReference place) {
        return place.space() == MemorySpace.CURRENT ? new MemoryReference(MemorySpace.GUEST_VIRTUAL, place.address()) : place;
    }

    private ExitReason unreadable(int cpu, MemoryReference place, Causes causes) {
        AddressSpace space = place.space() == MemorySpace.GUEST_PHYSICAL ? AddressSpace.GUEST_PHYSICAL : AddressSpace.GUEST_VIRTUAL;
        PageWalk walk = debuggee.pageWalks().explain(new PageWalkArguments(ExitRecords.threadId(cpu), place.address(), space,
                MemoryAccess.EXECUTE));
        if (walk.succeeded()) {
            causes.always(Verdict.DEPENDS, "There is no memory at this address.");
            return null;
        }
        PageWalk.Failure failure = walk.failure();
        boolean ept = failure.eptCell() >= 0;
        PageWalk.Cell cell = failure.step() < 0 ? null : ept ? walk.steps().get(failure.step()).ept().get(failure.eptCell())
                : walk.steps().get(failure.step()).guest();
        Matcher exit = EXIT.matcher(failure.consequence());
        boolean exits = exit.find();
        causes.table(exits ? Verdict.EXITS : Verdict.FAULTS, ept ? Kind.EPT : Kind.GUEST, cell == null ? null : cell.entryAddress(),
                cell == null ? 0 : cell.raw(), "The instruction cannot be fetched: " + failure.reason() + ": " + failure.consequence()
                        + ".", failure.remedy());
        return exits ? ExitReason.of(Integer.parseInt(exit.group(1))) : null;
    }

    /** Privilege comes first, then what the VMCS says (SDM "Relative Priority of Faults and VM Exits"). */
    private static ExitReason judge(int status, CurrentVmcs vmcs, Frame frame, Instruction instruction, Causes causes) {
        if (status != DecodeStatus.OK) {
            causes.exception(Vector.UD, "This is no instruction: it raises #UD");
            return causes.verdict() == Verdict.EXITS ? ExitReason.EXCEPTION_NMI : null;
        }
        long cpl = frame.registers().get("ss.access-rights").orElse(0) >>> 5 & 3;
        boolean real = (frame.registers().get("cr0").orElse(1) & 1) == 0;
        if (cpl > 0 && !real && (instruction.form.attributes & InstructionForm.A_CPL0) != 0) {
            causes.exception(Vector.GP, "The guest is at CPL " + cpl + ", and " + instruction.form.mnemonic.toUpperCase(Locale.ROOT)
                    + " raises #GP there before it can exit");
            return causes.verdict() == Verdict.EXITS ? ExitReason.EXCEPTION_NMI : null;
        }
        InstructionCauses by = new InstructionCauses(causes, vmcs.view(), frame.registers(), instruction);
        by.judge();
        if (causes.verdict() != Verdict.EXITS) {
            return null;
        }
        return by.reason() == null ? ExitReason.EXCEPTION_NMI : by.reason();
    }

    private ExitExplanation result(MemoryReference place, String text, Causes causes, ExitReason reason, boolean tried) {
        return new ExitExplanation(place.address(), text, causes.verdict(), reason == null ? -1 : reason.number(),
                reason == null ? null : reason.sdmName(), causes.summary(), causes.list(), tried, debuggee.now());
    }

    /** What really happens goes before what the controls say: an access of the instruction or an event may exit. */
    private ExitExplanation tried(int cpu, ExitExplanation expected) {
        StopReason outcome = debuggee.timeline().tryOut(() -> debuggee.machine().run(ONE_INSTRUCTION));
        if (outcome instanceof StopReason.VmExitStop stop && stop.exit().cpu() == cpu) {
            VmExit exit = stop.exit();
            boolean same = expected.verdict() == Verdict.EXITS && expected.reason() == exit.reason();
            return same ? expected : new ExitExplanation(expected.address(), expected.instruction(), Verdict.EXITS, exit.reason(),
                    ExitRecords.name(exit.reason()), debuggee.exitRecords().text(exit).replaceFirst("VM exit \\d+: ",
                            "Executing it now exits with "), expected.causes(), true, expected.instant());
        }
        if (expected.verdict() != Verdict.EXITS && expected.verdict() != Verdict.DEPENDS) {
            return expected;
        }
        return new ExitExplanation(expected.address(), expected.instruction(), Verdict.DOES_NOT_EXIT, -1, null,
                "Executing it now does not exit. " + expected.summary(), expected.causes(), true, expected.instant());
    }
}
