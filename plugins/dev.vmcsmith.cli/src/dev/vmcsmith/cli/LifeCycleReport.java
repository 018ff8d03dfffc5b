// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.VmxOperation;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.vmx.ExitDescription;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsValues;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmInstructionError;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/**
 * Prints what a hypervisor does as it happens: its VMX instructions, VM entries that fail, VM exits. The field writes before a launch are
 * counted; what a handler does to resume the guest is left out.
 */
final class LifeCycleReport implements MachineObserver {
    private final PrintStream out;
    private final SymbolTable symbols;
    private final SerialLines serial;
    private final long[] fieldsWritten;
    private final boolean[] inHandler;

    /** @param cpus processors of the machine; of several, each line names its own */
    LifeCycleReport(PrintStream out, SymbolTable symbols, SerialLines serial, int cpus) {
        this.out = out;
        this.symbols = symbols;
        this.serial = serial;
        this.fieldsWritten = new long[cpus];
        this.inHandler = new boolean[cpus];
    }

    @Override
    public void onVmxInstruction(VmxOperation operation) {
        int cpu = operation.cpu();
        switch (operation.mnemonic()) {
            case "VMWRITE" -> fieldsWritten[cpu]++;
            case "VMREAD", "VMPTRST" -> {
            }
            default -> {
                if (!operation.succeeded()) {
                    break;
                }
                step(cpu, operation.mnemonic(), operation.mnemonic().equals("VMXOFF") ? "" : hex(operation.operand()));
            }
        }
        if (!operation.succeeded()) {
            step(cpu, operation.mnemonic(), hex(operation.operand()) + " failed: " + error(operation.error()));
        }
    }

    private static String error(int number) {
        if (number < 0) {
            return "VMfailInvalid, there is no current VMCS";
        }
        VmInstructionError known = VmInstructionError.of(number);
        return "VM-instruction error " + number + (known == null ? "" : ", " + known.text());
    }

    @Override
    public void onVmEntry(Cpu cpu, long vmcs, boolean launch) {
        if (launch) {
            step(cpu.id, "VMLAUNCH", "guest at " + place(cpu.rip));
        }
        fieldsWritten[cpu.id] = 0;
        inHandler[cpu.id] = false;
    }

    @Override
    public void onReset(StopReason cause) {
        serial.completeLine();
        out.println(String.format("%-10s %s", "reset", cause instanceof StopReason.Reset reset ? reset.how() : cause.text()));
        Arrays.fill(fieldsWritten, 0);
        Arrays.fill(inHandler, false);
    }

    @Override
    public void onVmEntryFailed(Cpu cpu, long vmcs, String outcome, List<String> violations) {
        step(cpu.id, "VM entry", "failed: " + outcome);
        for (String violation : violations) {
            line(cpu.id, "  " + violation);
        }
    }

    @Override
    public void onVmExit(VmExit exit) {
        if (exit.entryFailure()) {
            countWrites(exit.cpu());
        }
        ExitReason reason = ExitReason.of(exit.reason());
        String name = (reason == null ? "unknown" : reason.sdmName()) + " (" + exit.reason() + ")";
        String words = ExitDescription.details(fields(exit));
        line(exit.cpu(), String.format("exit %-5d %-32s qualification %s%s, rip %s, length %d", exit.number(), name, hex(exit.qualification()),
                words.isEmpty() ? "" : " (" + words + ")", place(exit.guestRip()), exit.instructionLength()));
        fieldsWritten[exit.cpu()] = 0;
        inHandler[exit.cpu()] = true;
    }

    private static VmcsView fields(VmExit exit) {
        return new VmcsValues().set(VmcsField.EXIT_REASON, exit.rawReason()).set(VmcsField.EXIT_QUALIFICATION, exit.qualification())
                .set(VmcsField.GUEST_PHYSICAL_ADDRESS, exit.guestPhysical()).set(VmcsField.GUEST_LINEAR_ADDRESS, exit.guestLinear())
                .set(VmcsField.EXIT_INTERRUPTION_INFORMATION, exit.interruptionInfo())
                .set(VmcsField.EXIT_INTERRUPTION_ERROR_CODE, exit.interruptionErrorCode());
    }

    private void step(int cpu, String what, String detail) {
        countWrites(cpu);
        line(cpu, detail.isEmpty() ? what : String.format("%-10s %s", what, detail));
    }

    /** Tells how many fields were written to prepare a VM entry. */
    private void countWrites(int cpu) {
        if (fieldsWritten[cpu] > 0 && !inHandler[cpu]) {
            line(cpu, String.format("%-10s %d %s", "VMWRITE", fieldsWritten[cpu], fieldsWritten[cpu] == 1 ? "field" : "fields"));
        }
        fieldsWritten[cpu] = 0;
    }

    private void line(int cpu, String text) {
        serial.completeLine();
        out.println(inHandler.length == 1 ? text : "cpu " + cpu + "  " + text);
    }

    private String place(long address) {
        return hex(address) + symbols.nearest(address).map(place -> " " + place).orElse("");
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
