// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import dev.vmcsmith.dumps.Dump;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.FieldValue;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.vmx.ExitDescription;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.rules.Area;
import dev.vmcsmith.vmx.rules.EntryContext;
import dev.vmcsmith.vmx.rules.EntryEnvironment;
import dev.vmcsmith.vmx.rules.EntryRule;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.vmx.rules.Verdict;
import dev.vmcsmith.vmx.rules.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with a dump, as far as its text shows it.
 *
 * @param findings the violated rules that the outcome allows, in the SDM's order
 * @param undecided the rules that the outcome allows and the text does not decide
 * @param remarks sentences on what the findings mean
 */
public record Diagnosis(Dump dump, List<Processor> processors, List<Finding> findings, List<Undecided> undecided, List<String> remarks) {
    public Diagnosis {
        processors = List.copyOf(processors);
        findings = List.copyOf(findings);
        undecided = List.copyOf(undecided);
        remarks = List.copyOf(remarks);
    }

    /**
     * Holds a dump against the rules of VM entry.
     *
     * @param processors what it may have run on; empty when that is not known
     */
    public static Diagnosis of(Dump dump, List<Processor> processors) {
        Map<EntryRule, Finding> findings = new LinkedHashMap<>();
        Map<EntryRule, Undecided> undecided = new LinkedHashMap<>();
        List<Processor> all = processors.isEmpty() ? List.of(Processor.UNKNOWN) : processors;
        for (Processor processor : all) {
            check(dump, processor, findings, undecided);
        }
        findings.keySet().forEach(undecided::remove);
        List<Finding> found = new ArrayList<>();
        for (EntryRule rule : EntryRules.all()) {
            Finding finding = findings.get(rule);
            if (finding != null) {
                found.add(finding.processors().size() == all.size() ? new Finding(rule, finding.message(), finding.shown(), finding.fixes(),
                        List.of()) : finding);
            }
        }
        found.addAll(MsrLoadRules.check(dump, all.getFirst().capabilities()).stream()
                .filter(finding -> Suspects.allows(dump.failure(), Area.MSR_LOADING)).toList());
        return new Diagnosis(dump, processors, found, List.copyOf(undecided.values()), remarks(dump, found));
    }

    private static void check(Dump dump, Processor processor, Map<EntryRule, Finding> findings, Map<EntryRule, Undecided> undecided) {
        EntryContext context = new EntryContext(dump, processor.capabilities(), GuestMemory.UNKNOWN, EntryEnvironment.UNKNOWN);
        Needs needs = new Needs(dump, processor.capabilities());
        for (EntryRule rule : EntryRules.all()) {
            if (!Suspects.allows(dump.failure(), rule.area())) {
                continue;
            }
            Verdict verdict = rule.verdict(context);
            if (verdict == Verdict.UNKNOWN) {
                undecided.computeIfAbsent(rule, key -> new Undecided(key, needs.of(key)));
            } else if (verdict == Verdict.VIOLATED) {
                Violation violation = rule.violation(context);
                if (Suspects.qualifies(dump.failure(), violation.outcome().qualification())) {
                    findings.merge(rule, new Finding(rule, violation.message(), shown(dump, rule, violation.message()), violation.fixes(),
                            List.of(processor.name())), Diagnosis::merged);
                }
            }
        }
    }

    private static Finding merged(Finding one, Finding other) {
        List<String> names = new ArrayList<>(one.processors());
        names.addAll(other.processors());
        return new Finding(one.rule(), one.message(), one.shown(), one.fixes(), names);
    }

    /** The values that the rule read; those that its message names come first. */
    private static List<Finding.Shown> shown(Dump dump, EntryRule rule, String message) {
        List<Finding.Shown> named = new ArrayList<>();
        List<Finding.Shown> others = new ArrayList<>();
        for (VmcsField field : VmcsField.values()) {
            FieldValue value = rule.reads().contains(field) ? dump.field(field) : null;
            if (value != null) {
                Finding.Shown shown = new Finding.Shown(field.qualifiedName() + " = " + field.format(value.value()), value.evidence());
                (message.contains(field.qualifiedName() + ' ') ? named : others).add(shown);
            }
        }
        named.addAll(others);
        return named;
    }

    private static List<String> remarks(Dump dump, List<Finding> findings) {
        List<String> remarks = new ArrayList<>();
        Failure failure = dump.failure();
        if (failure.isEntryFailure() && !Suspects.any(failure)) {
            remarks.add(Suspects.otherCause(failure));
        } else if (findings.isEmpty() && MsrLoadRules.refused(dump) != null) {
            remarks.add(MsrLoadRules.refused(dump));
        } else if (failure.isEntryFailure() && findings.isEmpty()) {
            remarks.add("Every rule that the text decides holds, so what the processor objected to is among the rules that it does not "
                    + "decide.");
        } else if (failure.kind() == Failure.Kind.VM_EXIT && !findings.isEmpty()) {
            remarks.add("The violated rules are no cause of a failure that the text shows; a VM entry with these values would fail.");
        }
        String exit = failure.kind() == Failure.Kind.VM_EXIT ? ExitDescription.of(dump) : "";
        if (exit.contains(": ")) {
            remarks.add("That VM exit: " + exit + ".");
        }
        if (failure.kind() == Failure.Kind.VM_EXIT && dump.producer() == Producer.LINUX_KVM) {
            remarks.add("Linux KVM also prints this after a VM-instruction error, which it does not show; the exit reason is then left "
                    + "over. "
                    + "QEMU says so with \"hardware error\" and a small number.");
        }
        long error = dump.value(VmcsField.VM_INSTRUCTION_ERROR);
        if (failure.kind() == Failure.Kind.NOT_SHOWN && error != 0) {
            remarks.add("The VM-instruction error field is " + error + ", which only counts if the last VMX instruction failed.");
        }
        if (failure.kind() == Failure.Kind.NOT_SHOWN && !findings.isEmpty()) {
            remarks.add("A VM entry with these values fails.");
        }
        return remarks;
    }
}
