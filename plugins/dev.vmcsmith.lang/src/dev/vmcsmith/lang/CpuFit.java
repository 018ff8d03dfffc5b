// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import dev.vmcsmith.lang.plan.ControlPlan;
import dev.vmcsmith.lang.plan.FieldPlan;
import dev.vmcsmith.lang.plan.IssueCodes;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a setup fares on one processor.
 *
 * @param problems everything that is wrong on this processor, in the order of the file's lines
 * @param vmcs     name of the VMCS whose controls are given: the one that runs, else the first; empty when there is none
 * @param controls the control fields that the VMCS uses on this processor, adjusted to it; a value that is not known before the run or
 *                 that the processor's profile does not tell is missing
 * @param lacking  controls of any VMCS that the setup asks for and that cannot be 1 here, or, followed by {@code = 0}, must be 1;
 *                 then other features of the processor that the setup asks for
 * @param broken   ids of the other errors: rules of VM entry that do not hold here, and the language's own checks
 */
public record CpuFit(CpuProfile cpu, List<Problem> problems, String vmcs, Map<ControlField, Long> controls, List<String> lacking,
        List<String> broken) {
    private static final String LACKS = "this CPU lacks ";

    public CpuFit {
        problems = List.copyOf(problems);
        lacking = List.copyOf(lacking);
        broken = List.copyOf(broken);
    }

    /** Errors among the problems. */
    public int errors() {
        return (int) problems.stream().filter(Problem::isError).count();
    }

    /** Nothing keeps the setup from running on this processor. */
    public boolean isGood() {
        return errors() == 0;
    }

    static CpuFit of(SetupPlan plan, List<Problem> problems) {
        VmxCapabilities capabilities = plan.machine().cpu().capabilities();
        VmcsPlan shown = plan.launched() != null ? plan.launched() : plan.vmcses().isEmpty() ? null : plan.vmcses().getFirst();
        Set<String> lacking = new LinkedHashSet<>();
        for (VmcsPlan vmcs : plan.vmcses()) {
            VmcsPlan.CONTROL_ORDER.forEach(field -> lacking(vmcs, field, capabilities, lacking));
        }
        plan.enabledControls().stream().filter(bit -> capabilities.known(bit.field()) && !capabilities.allows(bit))
                .forEach(bit -> lacking.add(bit.hvName()));
        Set<String> broken = new LinkedHashSet<>();
        for (Problem problem : problems) {
            if (problem.ruleId().equals(IssueCodes.EPT_NOT_AVAILABLE)) {
                lacking.add(feature(problem.message()));
            } else if (problem.isError() && !problem.ruleId().equals(IssueCodes.CONTROL_NOT_AVAILABLE)) {
                broken.add(problem.ruleId());
            }
        }
        return new CpuFit(plan.machine().cpu(), problems, shown == null ? "" : shown.name(),
                shown == null ? Map.of() : controls(shown.view(capabilities)), new ArrayList<>(lacking), new ArrayList<>(broken));
    }

    private static void lacking(VmcsPlan vmcs, ControlField field, VmxCapabilities capabilities, Set<String> lacking) {
        if (!capabilities.known(field)) {
            return;
        }
        ControlPlan asked = vmcs.control(field);
        FieldPlan whole = vmcs.fields().get(field.field());
        long ones = whole == null ? asked.ones() : whole.value().known() ? whole.value().number() : 0;
        for (ControlBit bit : field.bits()) {
            if (bit.in(ones) && !capabilities.allows(bit)) {
                lacking.add(bit.hvName());
            } else if (bit.in(asked.zeros()) && capabilities.requires(bit)) {
                lacking.add(bit.hvName() + " = 0");
            }
        }
    }

    private static Map<ControlField, Long> controls(VmcsView view) {
        Map<ControlField, Long> values = new EnumMap<>(ControlField.class);
        for (ControlField field : VmcsPlan.CONTROL_ORDER) {
            boolean used = field != ControlField.SECONDARY || view.known(VmcsField.PRIMARY_CONTROLS)
                    && ControlBit.ACTIVATE_SECONDARY_CONTROLS.in(view.value(VmcsField.PRIMARY_CONTROLS));
            if (used && view.known(field.field())) {
                values.put(field, view.value(field.field()));
            }
        }
        return values;
    }

    /** The name of the feature in a message that says that the processor lacks it. */
    private static String feature(String message) {
        int end = message.indexOf(" (");
        return message.startsWith(LACKS) && end > 0 ? message.substring(LACKS.length(), end) : message;
    }
}
