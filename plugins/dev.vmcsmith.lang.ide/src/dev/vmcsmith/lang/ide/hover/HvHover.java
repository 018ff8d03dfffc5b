// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.hover;

import dev.vmcsmith.lang.hv.AsmInstruction;
import dev.vmcsmith.lang.hv.AccessedField;
import dev.vmcsmith.lang.hv.Assignment;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.Characters;
import dev.vmcsmith.lang.hv.ControlChange;
import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.CpuSetting;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.ExitStep;
import dev.vmcsmith.lang.hv.Expectation;
import dev.vmcsmith.lang.hv.FieldCheck;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.GuestState;
import dev.vmcsmith.lang.hv.Literal;
import dev.vmcsmith.lang.hv.Place;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.VmcsItem;
import dev.vmcsmith.lang.ide.contentassist.BuiltinFacts;
import dev.vmcsmith.lang.ide.contentassist.HvProposals;
import dev.vmcsmith.lang.ide.contentassist.SourceFacts;
import dev.vmcsmith.lang.ide.edit.AssemblyPieces;
import dev.vmcsmith.lang.ide.facts.Facts;
import dev.vmcsmith.lang.ide.facts.InstructionFacts;
import dev.vmcsmith.lang.ide.facts.Registers;
import dev.vmcsmith.lang.ide.facts.SetupCpu;
import dev.vmcsmith.lang.ide.facts.Summary;
import dev.vmcsmith.lang.ide.facts.VmxFacts;
import dev.vmcsmith.lang.ide.facts.Vocabulary;
import dev.vmcsmith.lang.ide.references.References;
import dev.vmcsmith.lang.parser.Literals;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.StatementChecks;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Vector;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.Keyword;
import org.eclipse.xtext.nodemodel.ICompositeNode;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.resource.EObjectAtOffsetHelper;
import org.eclipse.xtext.resource.XtextResource;

/** Finds what stands at an offset and what there is to say about it. */
public final class HvHover {
    private final XtextResource resource;
    private final VmxFacts facts;
    private final Supplier<SetupPlan> plan;
    private final References references;
    private final EObjectAtOffsetHelper targets;

    /** @param plan the setup worked out; asked for only when values are to be shown */
    public HvHover(XtextResource resource, Supplier<SetupPlan> plan, References references, EObjectAtOffsetHelper targets) {
        this.resource = resource;
        this.plan = plan;
        this.references = references;
        this.targets = targets;
        facts = new VmxFacts(SetupCpu.of(resource.getContents().isEmpty() ? null : resource.getContents().getFirst()));
    }

    /** Empty where there is nothing to say. */
    public Optional<Hover> at(int offset) {
        ILeafNode leaf = resource.getParseResult() == null || resource.getContents().isEmpty() ? null
                : NodeModelUtils.findLeafNodeAtOffset(resource.getParseResult().getRootNode(), offset);
        return leaf == null || leaf.isHidden() ? Optional.empty() : at(leaf, offset);
    }

    private Optional<Hover> at(ILeafNode leaf, int offset) {
        EObject model = NodeModelUtils.findActualSemanticObjectFor(leaf);
        String text = leaf.getText();
        if (model instanceof AsmInstruction instruction && model.eContainer() instanceof GuestCode code) {
            return assembly(instruction, leaf, offset - leaf.getOffset(), (int) code.getBits());
        }
        INode name = wholeName(leaf);
        String written = name.getText().strip();
        Facts found = switch (model) {
            case FieldSetting setting when written.equals(setting.getField()) -> field(VmcsField.find(HvProposals.area(setting), written),
                    setting);
            case AccessedField accessed when written.equals(accessed.getField()) -> field(VmcsField.find(written), accessed);
            case Literal literal -> new Numbers(facts, plan).of(text, literal, plan.get().evaluator().value(literal).number());
            case Characters characters when characters.getText() != null -> characters(characters, text);
            case Reference reference -> named(reference, reference.getTarget(), written);
            case Assignment assignment -> named(assignment, assignment.getVariable(), written);
            case FieldCheck check -> named(check, check.getVariable(), written);
            case ControlSetting setting when text.equals(setting.getControl()) && setting.eContainer() instanceof Controls group -> control(
                    ControlField.find(group.getGroup()), text, setting);
            case ControlChange change when written.equals(change.getControl()) -> control(StatementChecks.findControl(written), change);
            case Controls group when text.equals(group.getGroup()) -> controls(group);
            case ExitHandler handler when text.equals(handler.getReason()) -> exit(text);
            case ExitStep step when text.equals(step.getReason()) -> exit(text);
            case Expectation expectation when ExitReason.find(text) != null -> exit(text);
            case Place place when written.equals(place.getSpace()) -> Vocabulary.of(written);
            case GuestState state when text.equals(state.getPreset()) -> Vocabulary.of(text);
            case CpuSetting setting when text.startsWith("\"") -> SetupCpu.of(resource.getContents().getFirst())
                    .map(cpu -> new Facts(cpu.title(), cpu.sources())).orElse(null);
            case null, default -> null;
        };
        if (found == null) {
            found = general(model, leaf, offset);
        }
        return Optional.ofNullable(found).map(about -> new Hover(name.getOffset(), name.getLength(), about));
    }

    /** What is said whatever element it stands in: exceptions, names of things, words of the language. */
    private Facts general(EObject model, ILeafNode leaf, int offset) {
        String text = leaf.getText();
        if (text.startsWith("#") && Vector.byName(text) >= 0) {
            return Facts.of(text, "Exception vector " + Vector.byName(text));
        }
        EObject target = targets.resolveCrossReferencedElementAt(resource, offset);
        if (target != null) {
            return named(model, target, text);
        }
        Facts word = Vocabulary.of(text);
        return word != null && leaf.getGrammarElement() instanceof Keyword && model instanceof VmcsItem item && isFirst(leaf, item)
                ? word.with(new Planned(plan.get(), item).setBy(item)) : word;
    }

    private static boolean isFirst(ILeafNode leaf, EObject element) {
        return NodeModelUtils.findActualNodeFor(element).getOffset() == leaf.getOffset();
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

    private Facts field(VmcsField field, EObject place) {
        if (field == null) {
            return null;
        }
        Planned planned = new Planned(plan.get(), place);
        return facts.field(field, planned.field(field), planned.bits(field));
    }

    private Facts characters(Characters characters, String text) {
        try {
            return new Numbers(facts, plan).of(text, characters, Literals.characters(characters.getText()));
        } catch (IllegalArgumentException e) {
            return null; // it is marked as an error
        }
    }

    /** A name: of something that a setup defines, or of a register, a field, an MSR or a bit. */
    private Facts named(EObject user, EObject target, String name) {
        if (target != null && !target.eIsProxy() && !(target instanceof Builtin)) {
            Facts source = SourceFacts.of(target);
            return source == null ? null : source.with(Summary.of(target, plan.get()));
        }
        VmcsField field = BuiltinFacts.field(name);
        return field != null ? field(field, user) : BuiltinFacts.of(name, facts);
    }

    private Facts control(ControlField field, String name, ControlSetting setting) {
        return field == null ? null : control(ControlBit.find(field, name), setting);
    }

    private Facts control(ControlBit bit, EObject place) {
        return bit == null ? null : facts.control(bit, new Planned(plan.get(), place).control(bit));
    }

    private Facts controls(Controls group) {
        ControlField field = ControlField.find(group.getGroup());
        return field == null ? null : facts.controls(field, new Planned(plan.get(), group).controls(field));
    }

    private Facts exit(String name) {
        ExitReason reason = ExitReason.find(name);
        return reason == null ? null : facts.exit(reason);
    }

    private Optional<Hover> assembly(AsmInstruction instruction, ILeafNode leaf, int at, int bits) {
        return AssemblyPieces.of(leaf.getText()).stream().filter(piece -> !piece.isQuoted() && piece.offset() <= at && at <= piece.end())
                .findFirst().flatMap(piece -> Optional.ofNullable(assembly(instruction, piece.text(), piece.offset() == 0, bits))
                        .map(about -> new Hover(leaf.getOffset() + piece.offset(), piece.text().length(), about)));
    }

    private Facts assembly(AsmInstruction instruction, String word, boolean first, int bits) {
        if (first) {
            return InstructionFacts.of(word, bits).orElse(null);
        }
        if (Registers.isRegister(word)) {
            return Facts.of(word, "Register");
        }
        if (Character.isDigit(word.charAt(0))) {
            try {
                return VmxFacts.number(word, Literals.number(word));
            } catch (IllegalArgumentException e) {
                return null; // the assembler marks it
            }
        }
        EObject target = references.inAssembly(instruction, word);
        return target == null ? null : named(instruction, target, word);
    }
}
