// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmcsField;
import java.util.List;

/** Checks on the VM-exit control fields, and on the VM-entry controls other than event injection. */
final class ExitEntryControlRules {
    private static final int ENTRY_BYTES = 16;

    private ExitEntryControlRules() {
    }

    static void addTo(List<EntryRule> rules) {
        exit(new Book(rules, Area.CONTROLS, "VM-Exit Control Fields"));
        entry(new Book(rules, Area.CONTROLS, "VM-Entry Control Fields"));
    }

    private static void exit(Book book) {
        ControlRules.allowed(book, ControlField.EXIT, "CTL_EXIT");
        ControlRules.allowed(book, ControlField.SECONDARY_EXIT, "CTL_SECONDARY_EXIT");
        book.rule("CTL_SAVE_TIMER_NEEDS_TIMER", "The \"save VMX-preemption timer value\" VM-exit control needs the "
                + "\"activate VMX-preemption "
                + "timer\" VM-execution control").when(EXIT_SAVE_VMX_PREEMPTION_TIMER_VALUE).needs(PIN_ACTIVATE_VMX_PREEMPTION_TIMER);
        msrArea(book, "CTL_EXIT_MSR_STORE", EXIT_MSR_STORE_ADDRESS, EXIT_MSR_STORE_COUNT);
        msrArea(book, "CTL_EXIT_MSR_LOAD", EXIT_MSR_LOAD_ADDRESS, EXIT_MSR_LOAD_COUNT);
    }

    private static void entry(Book book) {
        ControlRules.allowed(book, ControlField.ENTRY, "CTL_ENTRY");
        msrArea(book, "CTL_ENTRY_MSR_LOAD", ENTRY_MSR_LOAD_ADDRESS, ENTRY_MSR_LOAD_COUNT);
        book.rule("CTL_LOAD_RTIT_CTL_WHILE_TRACING", "If Intel PT is enabled (IA32_RTIT_CTL.TraceEn is 1) at the time of VM entry, the "
                + "\"load IA32_RTIT_CTL\" VM-entry control has to be 0").on(ENTRY_CONTROLS).when(ENTRY_LOAD_IA32_RTIT_CTL)
                .repair(Repairs.disable(ENTRY_LOAD_IA32_RTIT_CTL)).holds(ExitEntryControlRules::doesNotTrace);
        book.rule("CTL_ENTRY_TO_SMM_OUTSIDE_SMM", "Outside SMM, the \"entry to SMM\" VM-entry control has to be 0").on(ENTRY_CONTROLS)
                .repair(Repairs.disable(ENTRY_ENTRY_TO_SMM))
                .holds(context -> context.environment().smm() || !context.on(ENTRY_ENTRY_TO_SMM));
        book.rule("CTL_DEACTIVATE_DUAL_MONITOR_OUTSIDE_SMM",
                "Outside SMM, the \"deactivate dual-monitor treatment\" VM-entry control has to "
                + "be 0").on(ENTRY_CONTROLS)
                .repair(Repairs.disable(ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT))
                .holds(context -> context.environment().smm() || !context.on(ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT));
        book.rule("CTL_ENTRY_TO_SMM_EXCLUDES_DEACTIVATE", "The \"entry to SMM\" and \"deactivate dual-monitor treatment\" VM-entry "
                + "controls "
                + "may not both be 1").when(ENTRY_ENTRY_TO_SMM).excludes(ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT);
    }

    private static boolean doesNotTrace(EntryContext context) {
        Boolean tracing = context.environment().tracing();
        if (tracing == null) {
            context.miss();
        }
        return tracing == null || !tracing;
    }

    /** The rules of an area of MSR entries, which apply when its count is not 0. */
    private static void msrArea(Book book, String id, VmcsField address, VmcsField count) {
        book.rule(id + "_ALIGN", "With a count other than 0, bits 3:0 of the " + address.sdmName() + " have to be 0").on(address)
                .given(count, -1L).zero(0xF);
        book.rule(id + "_WIDTH", "With a count other than 0, the " + address.sdmName() + " may not set bits beyond the processor's "
                + "physical-address width").on(address).given(count, -1L).physical();
        book.rule(id + "_END", "The last byte of the area at the " + address.sdmName() + " may not lie beyond the processor's "
                + "physical-address width").on(address, count).given(count, -1L)
                .say(context -> "the area's last byte would be at 0x%X".formatted(last(context, address, count)))
                .holds(context -> {
                    long start = context.get(address);
                    long last = last(context, address, count);
                    return !context.physical(start) || Long.compareUnsigned(last, start) >= 0 && context.physical(last);
                });
    }

    private static long last(EntryContext context, VmcsField address, VmcsField count) {
        return context.get(address) + context.get(count) * ENTRY_BYTES - 1;
    }
}
