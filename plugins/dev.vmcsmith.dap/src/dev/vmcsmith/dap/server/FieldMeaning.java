// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.vmx.BitRange;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitQualification;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.GuestState;
import dev.vmcsmith.vmx.InterruptionInfo;
import dev.vmcsmith.vmx.VmInstructionError;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.ept.Eptp;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Says in words what the value of a VMCS field or of a register means. The text is empty when the number says it all. */
final class FieldMeaning {
    /** Names in a layout that say nothing about a value: bits that must be 0, and bits that must be 1. */
    private static final Set<String> SILENT = Set.of("reserved", "1");

    private final SymbolTable symbols;

    FieldMeaning(SymbolTable symbols) {
        this.symbols = symbols;
    }

    /** The meaning of a field's value where the rest of the VMCS does not matter. */
    String of(VmcsField field, long value) {
        ControlField control = ControlField.of(field);
        if (control != null) {
            return String.join(", ", control.bits().stream().filter(bit -> bit.in(value)).map(ControlBit::hvName).toList());
        }
        return switch (field) {
            case GUEST_RIP, HOST_RIP, GUEST_SYSENTER_EIP, HOST_SYSENTER_EIP -> symbol(value);
            case VMCS_LINK_POINTER -> value == -1L ? "none" : "";
            case EPT_POINTER -> value == 0 ? "" : Eptp.describe(value);
            case GUEST_CR3, HOST_CR3 -> "";
            case EXIT_REASON -> ExitReason.describe(value);
            case VM_INSTRUCTION_ERROR -> VmInstructionError.of(value) == null ? "" : VmInstructionError.of(value).text();
            case EXIT_INTERRUPTION_INFORMATION, IDT_VECTORING_INFORMATION, ENTRY_INTERRUPTION_INFORMATION ->
                InterruptionInfo.valid(value) ? InterruptionInfo.describe(value) : "";
            case GUEST_ACTIVITY_STATE -> GuestState.activity(value);
            case GUEST_INTERRUPTIBILITY_STATE -> value == 0 ? "" : GuestState.interruptibility(value);
            case GUEST_PENDING_DEBUG_EXCEPTIONS -> value == 0 ? "" : GuestState.pendingDebug(value);
            default -> layout(field, value);
        };
    }

    /** The meaning of a field of this VMCS. */
    String of(VmcsField field, VmcsView vmcs) {
        if (field != VmcsField.EXIT_QUALIFICATION) {
            return of(field, vmcs.value(field));
        }
        ExitReason reason = ExitReason.of(vmcs.value(VmcsField.EXIT_REASON));
        return reason == null ? "" : ExitQualification.describe(reason, vmcs.value(field),
                vmcs.value(VmcsField.EXIT_INTERRUPTION_INFORMATION));
    }

    /** The bits that are set, by the field's layout: {@code PE, ET, PG} or {@code type=11, present}. */
    static String layout(VmcsField field, long value) {
        List<String> words = new ArrayList<>();
        for (BitRange range : field.layout()) {
            long part = range.of(value);
            if (part != 0 && !SILENT.contains(range.name())) {
                words.add(range.low() == range.high() ? range.name() : range.name() + "=0x" + Long.toHexString(part));
            }
        }
        return String.join(", ", words);
    }

    /** The symbol at an address, or empty text. */
    String symbol(long address) {
        return symbols.nearest(address).map(SymbolTable.Place::toString).orElse("");
    }

    /** The meaning of a register of {@link RegisterFile}. */
    String ofRegister(String name, long value) {
        return switch (name) {
            case "rip" -> symbol(value);
            case "rflags" -> layout(VmcsField.GUEST_RFLAGS, value);
            case "cr0" -> layout(VmcsField.GUEST_CR0, value);
            case "cr4" -> layout(VmcsField.GUEST_CR4, value);
            case "dr7" -> layout(VmcsField.GUEST_DR7, value);
            case "ia32-efer" -> layout(VmcsField.GUEST_IA32_EFER, value);
            case "ia32-debugctl" -> layout(VmcsField.GUEST_IA32_DEBUGCTL, value);
            default -> name.endsWith(".access-rights") ? layout(VmcsField.GUEST_CS_ACCESS_RIGHTS, value) : "";
        };
    }
}
