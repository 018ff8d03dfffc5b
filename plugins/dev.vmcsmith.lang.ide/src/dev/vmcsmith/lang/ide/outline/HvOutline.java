// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.outline;

import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.EptSetting;
import dev.vmcsmith.lang.hv.ExceptionSet;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.GlobalVariable;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.GuestFile;
import dev.vmcsmith.lang.hv.GuestState;
import dev.vmcsmith.lang.hv.HostState;
import dev.vmcsmith.lang.hv.Machine;
import dev.vmcsmith.lang.hv.PageTables;
import dev.vmcsmith.lang.hv.Run;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.hv.Vmcs;
import java.util.List;
import java.util.Objects;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;
import org.eclipse.xtext.nodemodel.ICompositeNode;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.resource.XtextResource;

/** Makes the outline of a parsed setup; elements that are still being typed appear as far as they are known. */
public final class HvOutline {
    private HvOutline() {
    }

    public static List<OutlineNode> of(XtextResource resource) {
        return resource.getContents().isEmpty() || !(resource.getContents().getFirst() instanceof Setup setup) ? List.of()
                : nodes(setup.getElements());
    }

    private static List<OutlineNode> nodes(List<? extends EObject> elements) {
        return elements.stream().map(HvOutline::node).filter(Objects::nonNull).toList();
    }

    private static OutlineNode node(EObject element) {
        return switch (element) {
            case Machine machine -> node(machine, "machine", "machine", null, List.of());
            case Constant constant -> node(constant, "const", text(constant), "name", List.of());
            case GlobalVariable variable -> node(variable, "const", text(variable), "name", List.of());
            case GuestCode code -> node(code, "guest code", name(code) + " : " + code.getBits() + "-bit code", "name", nodes(code.getLines()));
            case AsmLabel label -> node(label, "label", name(label), "name", List.of());
            case GuestFile file -> node(file, "guest file", name(file) + " : " + file.getPath(), "name", List.of());
            case PageTables tables -> node(tables, "page tables", name(tables) + " : " + tables.getMode(), "name", List.of());
            case Ept ept -> node(ept, "ept", name(ept), "name", List.of());
            case Vmcs vmcs -> node(vmcs, "vmcs", name(vmcs), "name", nodes(vmcs.getItems()));
            case Controls controls -> node(controls, "controls", controls.getGroup() + " : " + controls.getControls().size(), "group", List.of());
            case ExceptionSet set -> node(set, "controls", "exceptions : " + String.join(" ", set.getVectors()), null, List.of());
            case EptSetting setting -> node(setting, "ept", text(setting), null, List.of());
            case GuestState state -> node(state, "state", "guest" + (state.getPreset() == null ? "" : " : " + state.getPreset()), null, List.of());
            case HostState state -> node(state, "state", "host", null, List.of());
            case ExitHandler handler -> node(handler, "on", "on " + (handler.getVmcs() == null ? "" : name(handler, "vmcs") + " ") + "exit "
                    + handler.getReason(), "reason", List.of());
            case Run run -> node(run, "run", "run " + String.join(", ", run.getVcpus().stream().map(vcpu -> name(vcpu, "vmcs")).toList()),
                    "vcpus", List.of());
            default -> null;
        };
    }

    private static OutlineNode node(EObject element, String kind, String label, String nameFeature, List<OutlineNode> children) {
        ICompositeNode whole = NodeModelUtils.findActualNodeFor(element);
        if (whole == null) {
            return null;
        }
        EStructuralFeature feature = nameFeature == null ? null : element.eClass().getEStructuralFeature(nameFeature);
        List<INode> names = feature == null ? List.of() : NodeModelUtils.findNodesForFeature(element, feature);
        INode name = names.isEmpty() ? NodeModelUtils.findLeafNodeAtOffset(whole, whole.getOffset()) : names.getFirst();
        return new OutlineNode(kind, label, whole.getOffset(), whole.getLength(), name.getOffset(), name.getLength(), children);
    }

    private static String name(EObject element) {
        return name(element, "name");
    }

    private static String name(EObject element, String feature) {
        List<INode> nodes = NodeModelUtils.findNodesForFeature(element, element.eClass().getEStructuralFeature(feature));
        return nodes.isEmpty() ? "?" : NodeModelUtils.getTokenText(nodes.getFirst()).replaceAll(":$", "");
    }

    private static String text(EObject element) {
        String text = NodeModelUtils.getTokenText(NodeModelUtils.findActualNodeFor(element)).strip();
        int space = text.indexOf(' ');
        return (element instanceof Constant || element instanceof GlobalVariable) && space > 0 ? text.substring(space + 1) : text;
    }
}
