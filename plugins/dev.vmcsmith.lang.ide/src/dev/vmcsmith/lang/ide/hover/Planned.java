// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.hover;

import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.GuestState;
import dev.vmcsmith.lang.hv.Run;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.ide.edit.Nodes;
import dev.vmcsmith.lang.ide.facts.ControlValue;
import dev.vmcsmith.lang.ide.facts.VmxFacts;
import dev.vmcsmith.lang.plan.ControlPlan;
import dev.vmcsmith.lang.plan.FieldPlan;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.FieldMeaning;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/** What fields and controls come to in the VMCSs of a setup: with presets, what follows from other settings, and the processor's fixed bits. */
final class Planned {
    private final SetupPlan plan;
    private final VmxCapabilities capabilities;
    private final List<VmcsPlan> vmcses;

    /** @param place the VMCSs are the one around it, the one of its handler or run, or else all that the setup uses */
    Planned(SetupPlan plan, EObject place) {
        this.plan = plan;
        capabilities = plan.machine().cpu().capabilities();
        Vmcs around = vmcs(place);
        vmcses = around != null ? plan.vmcses().stream().filter(vmcs -> vmcs.origin() == around).toList() : plan.used();
    }

    private static Vmcs vmcs(EObject place) {
        Vmcs vmcs = EcoreUtil2.getContainerOfType(place, Vmcs.class);
        ExitHandler handler = EcoreUtil2.getContainerOfType(place, ExitHandler.class);
        Run run = EcoreUtil2.getContainerOfType(place, Run.class);
        return vmcs != null ? vmcs : handler != null ? handler.getVmcs()
                : run != null && run.getVcpus().size() == 1 ? run.getVcpus().getFirst().getVmcs() : null;
    }

    /** The field's value at VM entry; empty when it is not known, and when it differs between the VMCSs. */
    OptionalLong value(VmcsField field) {
        if (field.area() == FieldArea.EXIT || vmcses.isEmpty()) {
            return OptionalLong.empty();
        }
        List<VmcsView> views = vmcses.stream().map(vmcs -> vmcs.view(capabilities)).toList();
        boolean same = views.stream().allMatch(view -> view.known(field) && view.value(field) == views.getFirst().value(field));
        return same ? OptionalLong.of(views.getFirst().value(field)) : OptionalLong.empty();
    }

    /** A line for each VMCS on what a field is at VM entry and why; none for fields that a VM exit fills. */
    List<String> field(VmcsField field) {
        return field.area() == FieldArea.EXIT ? List.of() : vmcses.stream().map(vmcs -> vmcs.name() + ": " + value(vmcs, field)
                + reason(vmcs, field)).toList();
    }

    private String value(VmcsPlan vmcs, VmcsField field) {
        VmcsView view = vmcs.view(capabilities);
        if (view.known(field)) {
            String meaning = FieldMeaning.brief(field, view.value(field));
            return field.format(view.value(field)) + (meaning.isEmpty() ? "" : " (" + meaning + ")");
        }
        FieldPlan written = vmcs.fields().get(field);
        return written == null ? field.area() == FieldArea.HOST ? "what the hypervisor itself has when it runs" : "not written" : written.symbol() == null ? "known when the hypervisor runs"
                : "known when the hypervisor runs: " + written.symbol();
    }

    private String reason(VmcsPlan vmcs, VmcsField field) {
        FieldPlan written = vmcs.fields().get(field);
        ControlField control = ControlField.of(field);
        if (written == null) {
            return control == null || !vmcs.adjusts(control) ? "" : ", adjusted for " + plan.machine().cpu().name();
        }
        return switch (written.origin()) {
            case FieldSetting setting -> ", set in " + line(setting);
            case GuestState guest when guest.getPreset() != null -> ", from the preset " + guest.getPreset();
            default -> written.explicit() ? ", set in " + line(written.origin()) : ", follows from the setup";
        };
    }

    private String line(EObject element) {
        boolean own = element.eResource() == plan.setup().eResource();
        return "line " + NodeModelUtils.getNode(element).getStartLine() + (own ? "" : " of " + element.eResource().getURI().lastSegment());
    }

    /** A line for each VMCS on the final value of a control, and of the field that holds it. */
    List<String> control(ControlBit bit) {
        List<String> lines = new ArrayList<>();
        for (VmcsPlan vmcs : vmcses) {
            ControlPlan wanted = vmcs.control(bit.field());
            ControlValue.of(vmcs, bit.field(), capabilities).ifPresent(adjusted -> {
                boolean set = bit.in(adjusted.value());
                String why = wanted.origin(bit) instanceof ControlSetting setting ? ", asked for in " + line(setting)
                        : set && (wanted.ones() & bit.mask()) == 0 ? ", added: the processor requires it" : set ? ", follows from the setup" : "";
                lines.add(vmcs.name() + ": " + (set ? 1 : 0) + why + ", so that " + bit.field().hvName() + " is " + adjusted.beyond(named(wanted)));
            });
        }
        return lines;
    }

    /** A line for each VMCS on the final value of a control field. */
    List<String> controls(ControlField field) {
        return vmcses.stream().map(vmcs -> ControlValue.of(vmcs, field, capabilities).map(value -> vmcs.name() + ": " + value.beyond(named(
                vmcs.control(field)))).orElse(null)).filter(Objects::nonNull).toList();
    }

    private static long named(ControlPlan wanted) {
        return wanted.field().bits().stream().filter(bit -> wanted.origin(bit) instanceof ControlSetting).mapToLong(ControlBit::mask)
                .reduce(0, (a, b) -> a | b);
    }

    /** What an item of a VMCS sets: a line for each field that it decides. */
    List<String> setBy(EObject item) {
        List<String> lines = new ArrayList<>();
        for (VmcsPlan vmcs : vmcses) {
            vmcs.fields().forEach((field, written) -> {
                if (written.origin() == item && Nodes.region(item) != null) {
                    lines.add(field.qualifiedName() + " = " + value(vmcs, field));
                }
            });
        }
        return lines;
    }

    /** What is said about the field here. */
    List<String> bits(VmcsField field) {
        OptionalLong value = value(field);
        return value.isPresent() ? VmxFacts.bits(field, value.getAsLong()) : VmxFacts.bits(field);
    }
}
