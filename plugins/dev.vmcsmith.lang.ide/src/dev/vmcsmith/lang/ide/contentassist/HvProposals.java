// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import com.google.inject.Inject;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.GuestState;
import dev.vmcsmith.lang.hv.HostState;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.MsrAccess;
import dev.vmcsmith.lang.hv.MsrBitmap;
import dev.vmcsmith.lang.hv.MsrEntry;
import dev.vmcsmith.lang.hv.MsrList;
import dev.vmcsmith.lang.hv.Place;
import dev.vmcsmith.lang.ide.facts.Facts;
import dev.vmcsmith.lang.ide.facts.Registers;
import dev.vmcsmith.lang.ide.facts.SetupCpu;
import dev.vmcsmith.lang.ide.facts.VmxFacts;
import dev.vmcsmith.lang.ide.facts.Vocabulary;
import dev.vmcsmith.lang.plan.ExpectationChecks;
import dev.vmcsmith.lang.plan.HandlerChecks;
import dev.vmcsmith.lang.plan.StatementChecks;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Msr;
import dev.vmcsmith.x86.Vector;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EReference;
import org.eclipse.xtext.Assignment;
import org.eclipse.xtext.CrossReference;
import org.eclipse.xtext.EcoreUtil2;
import org.eclipse.xtext.GrammarUtil;
import org.eclipse.xtext.Keyword;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistContext;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;
import org.eclipse.xtext.ide.editor.contentassist.IIdeContentProposalAcceptor;
import org.eclipse.xtext.ide.editor.contentassist.IPrefixMatcher;
import org.eclipse.xtext.ide.editor.contentassist.IdeContentProposalProvider;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.resource.IEObjectDescription;

/** Proposals by the place in the grammar: for each assignment the names that mean something there. */
public class HvProposals extends IdeContentProposalProvider {
    private static final int VECTORS = 22;
    private static final List<String> RIGHTS = List.of("rwx", "rw-", "r-x", "r--", "--x", "rwxu");
    private static final List<String> PAGE_RIGHTS = List.of("rw", "rwu", "r", "ru");
    private static final List<String> WALKS = List.of("4", "5");
    private static final List<String> BITS = List.of("16", "32", "64");

    @Inject
    private IPrefixMatcher matcher;

    @Override
    protected boolean filterKeyword(Keyword keyword, ContentAssistContext context) {
        return Character.isLetter(keyword.getValue().charAt(0)) && StatementPlace.allows(keyword.getValue(), context);
    }

    @Override
    protected void _createProposals(Keyword keyword, ContentAssistContext context, IIdeContentProposalAcceptor acceptor) {
        if (filterKeyword(keyword, context)) {
            String word = keyword.getValue();
            entries(context, acceptor).add(word, ContentAssistEntry.KIND_KEYWORD, Entries.KEYWORD, Vocabulary.of(word));
        }
    }

    private Entries entries(ContentAssistContext context, IIdeContentProposalAcceptor acceptor) {
        return new Entries(context.getPrefix(), matcher, acceptor);
    }

    @Override
    protected void _createProposals(Assignment assignment, ContentAssistContext context, IIdeContentProposalAcceptor acceptor) {
        Entries entries = entries(context, acceptor);
        String rule = GrammarUtil.containingRule(assignment).getName();
        switch (rule + "." + assignment.getFeature()) {
            case "MachineSetting.profile" -> profiles(entries);
            case "MachineSetting.port" -> words(Vocabulary.SERIAL_PORTS, entries);
            case "MachineSetting.mode" -> words(Vocabulary.HOST_MODES, entries);
            case "EptItem.type" -> words(Vocabulary.MEMORY_TYPES, entries);
            case "EptMap.options", "EptHook.options" -> words(Vocabulary.EPT_OPTIONS, entries);
            case "EptMap.rights", "EptHook.rights", "EptChange.rights" -> words(RIGHTS, entries);
            case "PageMap.rights" -> words(PAGE_RIGHTS, entries);
            case "EptItem.levels" -> words(WALKS, entries);
            case "PageTables.mode" -> words(Vocabulary.PAGING_MODES, entries);
            case "PageMap.options" -> words(Vocabulary.PAGE_OPTIONS, entries);
            case "GuestCode.bits" -> words(BITS, entries);
            case "DataRow.kind" -> words(Vocabulary.DATA_KINDS, entries);
            case "Inject.kind" -> words(Vocabulary.EVENTS, entries);
            case "Place.space" -> words(Vocabulary.PLACES, entries);
            case "Expectation.width" -> words(Vocabulary.WIDTHS, entries);
            case "Import.importURI" -> FileProposals.add(context, entries, true);
            case "GuestFile.path", "GuestElf.path" -> FileProposals.add(context, entries, false);
            case "GuestState.preset" -> words(Vocabulary.PRESETS, entries);
            case "TextValue.format" -> words(Vocabulary.FORMATS, entries);
            case "Controls.group" -> groups(entries);
            case "ControlSetting.control" -> controls(context, entries);
            case "Statement.control" -> changes(context, entries);
            case "FieldSetting.field" -> fields(context, entries);
            case "AccessedField.field" -> accessed(facts(context), entries);
            case "ExitHandler.reason", "ExitStep.reason", "Expectation.reason" -> exits(rule, entries, facts(context));
            case "ExceptionSet.vectors", "Inject.vector" -> exceptions(entries);
            case "AsmInstruction.text" -> AssemblyProposals.add(context, matcher, acceptor, (place, inCode) -> names(place,
                    HvPackage.Literals.REFERENCE__TARGET, facts(context), inCode));
            default -> {
                if (assignment.getTerminal() instanceof CrossReference) {
                    super._createProposals(assignment, context, acceptor); // a new name is the author's
                }
            }
        }
    }

    private static VmxFacts facts(ContentAssistContext context) {
        return new VmxFacts(SetupCpu.of(context.getRootModel()));
    }

    private static void words(List<String> words, Entries entries) {
        words.forEach(word -> entries.add(word, ContentAssistEntry.KIND_VALUE, Entries.FITTING, Vocabulary.of(word)));
    }

    private static void profiles(Entries entries) {
        for (String name : CpuProfiles.names()) {
            CpuProfile profile = CpuProfiles.named(name);
            entries.add('"' + name + '"', ContentAssistEntry.KIND_VALUE, Entries.FITTING, new Facts(profile.title(), profile.sources()));
        }
    }

    private static void groups(Entries entries) {
        for (ControlField field : ControlField.values()) {
            entries.add(field.hvName(), ContentAssistEntry.KIND_KEYWORD, Entries.KEYWORD, Vocabulary.of(field.hvName()));
        }
    }

    private static void controls(ContentAssistContext context, Entries entries) {
        Controls block = enclosing(context, Controls.class);
        ControlField field = block == null || block.getGroup() == null ? null : ControlField.find(block.getGroup());
        Optional<CpuProfile> cpu = SetupCpu.of(context.getRootModel());
        if (field != null) {
            VmxFacts facts = new VmxFacts(cpu);
            Set<String> listed = block.getControls().stream().map(ControlSetting::getControl).collect(Collectors.toSet());
            field.bits().stream().filter(bit -> isAllowed(cpu, bit) && !listed.contains(bit.hvName()))
                    .forEach(bit -> entries.add(bit.hvName(), ContentAssistEntry.KIND_PROPERTY, Entries.FITTING, facts.control(bit)));
        }
    }

    private static boolean isAllowed(Optional<CpuProfile> cpu, ControlBit bit) {
        return cpu.isEmpty() || !cpu.get().capabilities().known(bit.field()) || cpu.get().capabilities().allows(bit);
    }

    /** Controls that a handler can switch on and off: by their name, behind that of their field where it alone does not say which. */
    private static void changes(ContentAssistContext context, Entries entries) {
        Optional<CpuProfile> cpu = SetupCpu.of(context.getRootModel());
        VmxFacts facts = new VmxFacts(cpu);
        for (ControlBit bit : ControlBit.values()) {
            if (isAllowed(cpu, bit)) {
                String name = StatementChecks.findControl(bit.hvName()) == bit ? bit.hvName() : bit.field().hvName() + '.' + bit.hvName();
                entries.add(name, ContentAssistEntry.KIND_PROPERTY, Entries.FITTING, facts.control(bit));
            }
        }
    }

    private static void accessed(VmxFacts facts, Entries entries) {
        entries.add("all", ContentAssistEntry.KIND_KEYWORD, Entries.FITTING, Vocabulary.of("all"));
        for (VmcsField field : VmcsField.values()) {
            entries.add(field.qualifiedName(), ContentAssistEntry.KIND_FIELD, Entries.FITTING, facts.field(field));
        }
    }

    /** The block around the cursor; behind a comma the model ends before it, so what is written last is asked too. */
    private static <T extends EObject> T enclosing(ContentAssistContext context, Class<T> type) {
        T around = EcoreUtil2.getContainerOfType(context.getCurrentModel(), type);
        return around != null ? around
                : EcoreUtil2.getContainerOfType(NodeModelUtils.findActualSemanticObjectFor(context.getLastCompleteNode()), type);
    }

    private static void fields(ContentAssistContext context, Entries entries) {
        FieldArea area = area(context.getCurrentModel());
        Optional<CpuProfile> cpu = SetupCpu.of(context.getRootModel());
        VmxFacts facts = new VmxFacts(cpu);
        for (VmcsField field : VmcsField.values()) {
            if (field.area() == area && (cpu.isEmpty() || field.existsOn(cpu.get().capabilities()))) {
                entries.add(field.hvName(), ContentAssistEntry.KIND_FIELD, Entries.FITTING, facts.field(field));
            }
        }
    }

    /** The area whose fields can be set here without naming it. */
    public static FieldArea area(EObject place) {
        if (EcoreUtil2.getContainerOfType(place, GuestState.class) != null) {
            return FieldArea.GUEST;
        }
        return EcoreUtil2.getContainerOfType(place, HostState.class) != null ? FieldArea.HOST : FieldArea.CONTROL;
    }

    private static void exits(String rule, Entries entries, VmxFacts facts) {
        for (ExitReason reason : ExitReason.values()) {
            entries.add(reason.hvName(), ContentAssistEntry.KIND_ENUM, Entries.FITTING, facts.exit(reason));
        }
        String general = rule.equals("ExitHandler") ? HandlerChecks.OTHER : rule.equals("ExitStep") ? ExpectationChecks.ANY : null;
        if (general != null) {
            entries.add(general, ContentAssistEntry.KIND_ENUM, Entries.FITTING, Vocabulary.of(general));
        }
    }

    private static void exceptions(Entries entries) {
        for (int vector = 0; vector < VECTORS; vector++) {
            if (Vector.name(vector).startsWith("#")) {
                entries.add(Vector.name(vector), ContentAssistEntry.KIND_ENUM, Entries.FITTING, Facts.of(Vector.name(vector),
                        "Exception vector " + vector + (Vector.hasErrorCode(vector) ? ", with an error code" : "")));
            }
        }
    }

    @Override
    protected void _createProposals(CrossReference reference, ContentAssistContext context, IIdeContentProposalAcceptor acceptor) {
        if (GrammarUtil.getReference(reference) == null || context.getCurrentModel() == null) {
            return;
        }
        names(context.getCurrentModel(), GrammarUtil.getReference(reference), facts(context), entries(context, acceptor));
    }

    /** What can be named at a place; where the number of an MSR is wanted, their names come first. */
    private void names(EObject place, EReference reference, VmxFacts facts, Entries entries) {
        boolean msrs = place instanceof MsrBitmap || place instanceof MsrAccess || place instanceof MsrList || place instanceof MsrEntry
                || place instanceof Place numbered && "msr".equals(numbered.getSpace());
        for (IEObjectDescription candidate : getScopeProvider().getScope(place, reference).getAllElements()) {
            String name = getQualifiedNameConverter().toString(candidate.getName());
            EObject target = candidate.getEObjectOrProxy();
            if (target instanceof Builtin) {
                boolean fits = msrs && Msr.byName(name) >= 0;
                entries.add(name, Registers.isRegister(name) ? ContentAssistEntry.KIND_VARIABLE : ContentAssistEntry.KIND_FIELD,
                        fits ? Entries.FITTING : Entries.BUILTIN, BuiltinFacts.of(name, facts));
            } else {
                entries.add(name, ContentAssistEntry.KIND_REFERENCE, Entries.SYMBOL, target.eIsProxy() ? null : SourceFacts.of(target));
            }
        }
    }
}
