// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.hover;

import dev.vmcsmith.lang.hv.AsmInstruction;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.CpuSetting;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Expectation;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.GuestState;
import dev.vmcsmith.lang.hv.Literal;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.ide.contentassist.BuiltinFacts;
import dev.vmcsmith.lang.ide.contentassist.HvProposals;
import dev.vmcsmith.lang.ide.contentassist.SourceFacts;
import dev.vmcsmith.lang.ide.facts.Facts;
import dev.vmcsmith.lang.ide.facts.InstructionFacts;
import dev.vmcsmith.lang.ide.facts.Registers;
import dev.vmcsmith.lang.ide.facts.SetupCpu;
import dev.vmcsmith.lang.ide.facts.VmxFacts;
import dev.vmcsmith.lang.ide.facts.Vocabulary;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Vector;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.Keyword;
import org.eclipse.xtext.nodemodel.ICompositeNode;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.resource.XtextResource;

/** Finds what stands at an offset and what there is to say about it. */
public final class HvHover {
    private final VmxFacts facts;
    private final int offset;

    private HvHover(VmxFacts facts, int offset) {
        this.facts = facts;
        this.offset = offset;
    }

    /** Empty where there is nothing to say. */
    public static Optional<Hover> at(XtextResource resource, int offset) {
        if (resource.getParseResult() == null) {
            return Optional.empty();
        }
        ICompositeNode root = resource.getParseResult().getRootNode();
        ILeafNode leaf = NodeModelUtils.findLeafNodeAtOffset(root, offset);
        if (leaf == null || leaf.isHidden()) {
            return Optional.empty();
        }
        EObject rootObject = resource.getContents().isEmpty() ? null : resource.getContents().getFirst();
        return new HvHover(new VmxFacts(SetupCpu.of(rootObject)), offset).at(leaf);
    }

    private Optional<Hover> at(ILeafNode leaf) {
        EObject model = NodeModelUtils.findActualSemanticObjectFor(leaf);
        String text = leaf.getText();
        if (model instanceof AsmInstruction && model.eContainer() instanceof GuestCode code) {
            return assembly(leaf, text, (int) code.getBits());
        }
        INode name = wholeName(leaf);
        Facts found = switch (model) {
            case FieldSetting setting when name.getText().strip().equals(setting.getField()) -> field(setting);
            case Literal literal when literal.eContainer() instanceof FieldSetting setting -> value(literal, setting);
            case Literal literal -> VmxFacts.number(text, literal.getValue());
            case Reference reference -> reference(reference, name.getText().strip());
            case ControlSetting setting when text.equals(setting.getControl()) -> control(setting);
            case ExitHandler handler when text.equals(handler.getReason()) -> exit(text);
            case Expectation expectation when !(leaf.getGrammarElement() instanceof Keyword) -> exit(text);
            case GuestState state when text.equals(state.getPreset()) -> Vocabulary.of(text);
            case CpuSetting setting when text.startsWith("\"") -> SetupCpu.of(setting.eContainer().eContainer())
                    .map(cpu -> new Facts(cpu.title(), cpu.sources())).orElse(null);
            case null, default -> null;
        };
        if (found == null && text.startsWith("#") && Vector.byName(text) >= 0) {
            found = Facts.of(text, "Exception vector " + Vector.byName(text));
        }
        if (found == null && leaf.getGrammarElement() instanceof Keyword) {
            found = Vocabulary.of(text);
        }
        return Optional.ofNullable(found).map(facts -> new Hover(name.getOffset(), name.getLength(), facts));
    }

    /** The node of a name with dots, of which the leaf is a part. */
    private static INode wholeName(ILeafNode leaf) {
        INode node = leaf;
        while (node.getParent() != null && node.getParent().getOffset() >= 0 && isNamePart(node.getParent())) {
            node = node.getParent();
        }
        return node;
    }

    private static boolean isNamePart(ICompositeNode node) {
        String text = node.getText().strip();
        return text.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_');
    }

    private Facts field(FieldSetting setting) {
        VmcsField field = VmcsField.find(HvProposals.area(setting), setting.getField());
        return field == null ? null : facts.field(field);
    }

    private Facts value(Literal literal, FieldSetting setting) {
        VmcsField field = VmcsField.find(HvProposals.area(setting), String.valueOf(setting.getField()));
        return field == null ? VmxFacts.number(Long.toUnsignedString(literal.getValue()), literal.getValue())
                : facts.value(field, literal.getValue());
    }

    private Facts reference(Reference reference, String name) {
        if (reference.getTarget() == null || reference.getTarget().eIsProxy() || reference.getTarget() instanceof Builtin) {
            return BuiltinFacts.of(name, facts);
        }
        return SourceFacts.of(reference.getTarget());
    }

    private Facts control(ControlSetting setting) {
        ControlField field = setting.eContainer() instanceof Controls group ? ControlField.find(group.getGroup()) : null;
        ControlBit bit = field == null ? null : ControlBit.find(field, setting.getControl());
        return bit == null ? null : facts.control(bit);
    }

    private Facts exit(String name) {
        return Arrays.stream(ExitReason.values()).filter(reason -> reason.hvName().equals(name)).findFirst().map(facts::exit).orElse(null);
    }

    private Optional<Hover> assembly(ILeafNode leaf, String text, int bits) {
        int start = offset - leaf.getOffset();
        int end = start;
        while (start > 0 && isWord(text.charAt(start - 1))) {
            start--;
        }
        while (end < text.length() && isWord(text.charAt(end))) {
            end++;
        }
        String word = text.substring(start, end);
        if (word.isEmpty()) {
            return Optional.empty();
        }
        Optional<Facts> found = start == 0 ? InstructionFacts.of(word, bits)
                : Registers.isRegister(word) ? Optional.of(Facts.of(word, "Register")) : Optional.empty();
        int offsetOfWord = leaf.getOffset() + start;
        return found.map(about -> new Hover(offsetOfWord, word.length(), about));
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.';
    }
}
