// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.fixes;

import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.plan.IssueCodes;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.validation.HvSyntaxMessages;
import dev.vmcsmith.vmx.rules.EntryRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.resource.XtextResource;

/** Finds the repairs for one problem, the likeliest first. */
public final class QuickFixes {
    private final XtextResource resource;
    private final String text;
    private final Supplier<SetupPlan> plan;
    private final Names names;

    /** What can be written at an offset of the text. */
    public interface Names {
        List<String> at(int offset);
    }

    /** @param plan the setup worked out; asked for only when a repair needs it */
    public QuickFixes(XtextResource resource, Supplier<SetupPlan> plan, Names names) {
        this.resource = resource;
        this.text = resource.getParseResult().getRootNode().getText();
        this.plan = plan;
        this.names = names;
    }

    /** Whether problems of this kind can have a repair at all; quick, to be asked for every marker. */
    public static boolean mayHave(String code) {
        return code != null && (EntryRules.find(code) != null || switch (code) {
            case IssueCodes.UNKNOWN_NAME, IssueCodes.ASSEMBLY, HvSyntaxMessages.SYNTAX, IssueCodes.NO_HANDLER, IssueCodes.HANDLER_NEVER_RUNS,
                IssueCodes.GUEST_NOT_MAPPED, IssueCodes.CONTROL_NOT_AVAILABLE, IssueCodes.VALUE_TOO_WIDE, IssueCodes.DUPLICATE,
                IssueCodes.MISSING -> true;
            default -> code.endsWith("_NOT_MAPPED");
        });
    }

    /**
     * @param code   of the problem
     * @param offset of the text that it marks, with its length
     */
    public List<QuickFix> of(String code, int offset, int length) {
        if (!mayHave(code) || resource.getContents().isEmpty() || offset < 0 || offset + length > text.length()) {
            return List.of();
        }
        SetupText setup = new SetupText(text);
        Place place = new Place(root(), objectAt(offset), offset, length);
        List<QuickFix> found = new ArrayList<>();
        switch (code) {
            case IssueCodes.UNKNOWN_NAME, IssueCodes.ASSEMBLY, HvSyntaxMessages.SYNTAX -> {
                if (!code.equals(HvSyntaxMessages.SYNTAX)) {
                    found.addAll(ImportFixes.of(setup, place, text.substring(offset, offset + length)));
                }
                found.addAll(new ControlFixes(setup, place, plan).move());
                found.addAll(NameFixes.of(text, offset, length, names));
            }
            case IssueCodes.NO_HANDLER, IssueCodes.HANDLER_NEVER_RUNS -> found.addAll(new HandlerFixes(setup, place).of(code));
            case IssueCodes.CONTROL_NOT_AVAILABLE -> found.addAll(new ControlFixes(setup, place, plan).unavailable());
            case IssueCodes.VALUE_TOO_WIDE -> found.addAll(new RuleFixes(setup, place, plan).narrow());
            case IssueCodes.DUPLICATE -> found.addAll(new ControlFixes(setup, place, plan).duplicate());
            case IssueCodes.MISSING -> found.addAll(new MemoryFixes(setup, place, plan).missingEpt());
            default -> found.addAll(code.endsWith("_NOT_MAPPED") ? new MemoryFixes(setup, place, plan).map()
                    : new RuleFixes(setup, place, plan).of(code));
        }
        Map<String, QuickFix> byLabel = new LinkedHashMap<>();
        found.forEach(fix -> byLabel.putIfAbsent(fix.label(), fix));
        return List.copyOf(byLabel.values());
    }

    private Setup root() {
        return (Setup) resource.getContents().getFirst();
    }

    private EObject objectAt(int offset) {
        ILeafNode leaf = NodeModelUtils.findLeafNodeAtOffset(resource.getParseResult().getRootNode(), offset);
        return leaf == null ? root() : NodeModelUtils.findActualSemanticObjectFor(leaf);
    }
}
