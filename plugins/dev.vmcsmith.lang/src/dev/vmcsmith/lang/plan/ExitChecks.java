// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import static java.util.Map.entry;

import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Assignment;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Inject;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;

/** What is legal but surely not meant: handlers for exits that nothing causes, and controls whose exits nothing handles. */
public final class ExitChecks {
    /**
     * Exits that happen only with one of these controls (SDM "Instructions That Cause VM Exits Conditionally", "Other Causes of VM Exits").
     */
    static final Map<ExitReason, List<ControlBit>> CAUSES = Map.ofEntries(
            entry(ExitReason.EXTERNAL_INTERRUPT, List.of(ControlBit.PIN_EXTERNAL_INTERRUPT_EXITING)),
            entry(ExitReason.INTERRUPT_WINDOW, List.of(ControlBit.INTERRUPT_WINDOW_EXITING)),
            entry(ExitReason.NMI_WINDOW, List.of(ControlBit.NMI_WINDOW_EXITING)),
            entry(ExitReason.HLT, List.of(ControlBit.HLT_EXITING)),
            entry(ExitReason.INVLPG, List.of(ControlBit.INVLPG_EXITING)),
            entry(ExitReason.RDPMC, List.of(ControlBit.RDPMC_EXITING)),
            entry(ExitReason.RDTSC, List.of(ControlBit.RDTSC_EXITING)),
            entry(ExitReason.RDTSCP, List.of(ControlBit.RDTSC_EXITING)),
            entry(ExitReason.DR_ACCESS, List.of(ControlBit.MOV_DR_EXITING)),
            entry(ExitReason.IO_INSTRUCTION, List.of(ControlBit.USE_IO_BITMAPS, ControlBit.UNCONDITIONAL_IO_EXITING)),
            entry(ExitReason.MWAIT, List.of(ControlBit.MWAIT_EXITING)),
            entry(ExitReason.MONITOR, List.of(ControlBit.MONITOR_EXITING)),
            entry(ExitReason.PAUSE, List.of(ControlBit.PAUSE_EXITING, ControlBit.PAUSE_LOOP_EXITING)),
            entry(ExitReason.GDTR_IDTR_ACCESS, List.of(ControlBit.DESCRIPTOR_TABLE_EXITING)),
            entry(ExitReason.LDTR_TR_ACCESS, List.of(ControlBit.DESCRIPTOR_TABLE_EXITING)),
            entry(ExitReason.EPT_VIOLATION, List.of(ControlBit.ENABLE_EPT)),
            entry(ExitReason.EPT_MISCONFIGURATION, List.of(ControlBit.ENABLE_EPT)),
            entry(ExitReason.MONITOR_TRAP_FLAG, List.of(ControlBit.MONITOR_TRAP_FLAG)),
            entry(ExitReason.PREEMPTION_TIMER, List.of(ControlBit.PIN_ACTIVATE_VMX_PREEMPTION_TIMER)),
            entry(ExitReason.WBINVD, List.of(ControlBit.WBINVD_EXITING)),
            entry(ExitReason.RDRAND, List.of(ControlBit.RDRAND_EXITING)),
            entry(ExitReason.RDSEED, List.of(ControlBit.RDSEED_EXITING)),
            entry(ExitReason.PML_FULL, List.of(ControlBit.ENABLE_PML)),
            entry(ExitReason.CR_ACCESS, List.of(ControlBit.CR3_LOAD_EXITING, ControlBit.CR3_STORE_EXITING, ControlBit.CR8_LOAD_EXITING,
                    ControlBit.CR8_STORE_EXITING)));

    /** Exits that cannot happen without one of these controls either, but need not happen with it. */
    private static final Map<ExitReason, List<ControlBit>> NEEDS = Map.ofEntries(
            entry(ExitReason.APIC_ACCESS, List.of(ControlBit.VIRTUALIZE_APIC_ACCESSES)),
            entry(ExitReason.TPR_BELOW_THRESHOLD, List.of(ControlBit.USE_TPR_SHADOW)),
            entry(ExitReason.APIC_WRITE, List.of(ControlBit.APIC_REGISTER_VIRTUALIZATION, ControlBit.VIRTUAL_INTERRUPT_DELIVERY)),
            entry(ExitReason.VIRTUALIZED_EOI, List.of(ControlBit.VIRTUAL_INTERRUPT_DELIVERY)),
            entry(ExitReason.INVPCID, List.of(ControlBit.INVLPG_EXITING)),
            entry(ExitReason.VMFUNC, List.of(ControlBit.ENABLE_VM_FUNCTIONS)),
            entry(ExitReason.ENCLS, List.of(ControlBit.ENABLE_ENCLS_EXITING)),
            entry(ExitReason.XSAVES, List.of(ControlBit.ENABLE_XSAVES_XRSTORS)),
            entry(ExitReason.XRSTORS, List.of(ControlBit.ENABLE_XSAVES_XRSTORS)));

    /** The controls that make exits for a reason happen, one of which is enough; empty when they happen without any. */
    public static List<ControlBit> causes(ExitReason reason) {
        return CAUSES.getOrDefault(reason, NEEDS.getOrDefault(reason, List.of()));
    }

    private final Planning planning;

    ExitChecks(Planning planning) {
        this.planning = planning;
    }

    void check(SetupPlan plan) {
        if (plan.launched() == null || changesControls(plan)) {
            return;
        }
        Set<ControlBit> enabled = plan.enabledControls();
        UnhandledExitChecks unhandled = new UnhandledExitChecks(planning);
        for (VmcsPlan vmcs : plan.used()) {
            List<ExitHandler> handlers = plan.handlers().stream().filter(h -> h.getVmcs() == null || h.getVmcs() == vmcs.origin()).toList();
            VmcsView view = vmcs.view(plan.machine().cpu().capabilities());
            for (ExitHandler handler : handlers) {
                boolean shared = handler.getVmcs() == null && plan.used().size() > 1;
                ExitReason reason = handler.getReason() == null || shared ? null : ExitReason.find(handler.getReason());
                if (reason != null && !isPossible(reason, view) && enabled.stream().noneMatch(causes(reason)::contains)
                        && !isMadeByCode(plan, reason)) {
                    planning.warning(IssueCodes.HANDLER_NEVER_RUNS, "nothing in " + vmcs.name() + " makes " + reason.hvName()
                            + " exits happen: " + missing(reason), handler, HvPackage.Literals.EXIT_HANDLER__REASON);
                }
            }
            unhandled.check(vmcs, handlers);
        }
        unhandled.check(plan);
    }

    private static boolean isPossible(ExitReason reason, VmcsView view) {
        if (reason == ExitReason.CR_ACCESS && !(isZero(view, VmcsField.CR0_GUEST_HOST_MASK) && isZero(view,
                VmcsField.CR4_GUEST_HOST_MASK))) {
            return true;
        }
        if (reason == ExitReason.EXCEPTION_NMI) {
            return !isZero(view, VmcsField.EXCEPTION_BITMAP) || !isZeroIn(view, ControlBit.PIN_NMI_EXITING);
        }
        if (reason == ExitReason.MONITOR_TRAP_FLAG && !isZero(view, VmcsField.ENTRY_INTERRUPTION_INFORMATION)) {
            return true;
        }
        return causes(reason).isEmpty() || causes(reason).stream().anyMatch(control -> !isZeroIn(view, control));
    }

    private static String missing(ExitReason reason) {
        return reason == ExitReason.EXCEPTION_NMI ? "exceptions lists none, and nmi-exiting is not set" : String.join(" or ", causes(reason)
                .stream().map(ControlBit::hvName).toList()) + " is not set";
    }

    /** Whether a handler injects what exits, or writes the field that decides. */
    private static boolean isMadeByCode(SetupPlan plan, ExitReason reason) {
        return plan.code().stream().anyMatch(object -> object instanceof Inject && UnhandledExitChecks.causedBy(object).contains(reason)
                || reason == ExitReason.EXCEPTION_NMI && assigned(object) == VmcsField.EXCEPTION_BITMAP);
    }

    private static VmcsField assigned(EObject object) {
        return object instanceof Assignment assignment && assignment.getVariable() instanceof Builtin variable
                && Variable.find(variable.getName()) instanceof Variable.Field field ? field.field() : null;
    }

    private static boolean isZero(VmcsView view, VmcsField field) {
        return view.known(field) && view.value(field) == 0;
    }

    /** Whether a control is known to be 0; a secondary control is when secondary controls are not activated. */
    private static boolean isZeroIn(VmcsView view, ControlBit control) {
        ControlField field = control.field();
        if (field.activatedBy() != null && isZeroIn(view, field.activatedBy())) {
            return true;
        }
        return view.known(field.field()) && !control.in(view.value(field.field()));
    }

    /** Whether a handler writes a control field, so that nothing is certain. */
    private static boolean changesControls(SetupPlan plan) {
        return plan.code().stream().map(ExitChecks::assigned).anyMatch(field -> field != null && ControlField.of(field) != null);
    }
}
