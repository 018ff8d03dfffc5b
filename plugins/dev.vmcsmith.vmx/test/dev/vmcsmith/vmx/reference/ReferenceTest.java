// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.vmx.reference.Topic.Kind;
import dev.vmcsmith.vmx.reference.Topic.Line;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.vmx.rules.InstructionRules;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topics: there is one for everything, and it is found by every name. */
class ReferenceTest {

    @Test
    void everyRuleHasATopicAndNoTopicIsLeftOver() {
        Set<String> expected = new TreeSet<>();
        EntryRules.all().forEach(rule -> expected.add(rule.id()));
        InstructionRules.all().forEach(rule -> expected.add(rule.id()));
        Set<String> topics = Reference.all().stream().filter(topic -> topic.kind() == Kind.RULE || topic.kind() == Kind.PRECONDITION)
                .map(Topic::name).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, topics);
    }

    @Test
    void everyPathIsUniqueAndEveryLinkLeadsSomewhere() {
        Set<String> paths = Reference.all().stream().map(Topic::path).collect(Collectors.toSet());
        assertEquals(Reference.all().size(), paths.size());
        for (Topic topic : Reference.all()) {
            assertFalse(topic.summary().isBlank(), topic.path());
            topic.sections().stream().flatMap(section -> section.lines().stream()).map(Line::link).forEach(link -> assertTrue(link == null
                    || paths.contains(link), () -> topic.path() + " leads to " + link));
        }
    }

    @ParameterizedTest
    @CsvSource({"GUEST_CS_AR_TYPE, rules/GUEST_CS_AR_TYPE", "guest_cs_ar_type, rules/GUEST_CS_AR_TYPE",
        "GUEST_CS_AR_BYTES, fields/guest.cs.access-rights", "VMX_VMCS32_GUEST_CS_ACCESS_RIGHTS, fields/guest.cs.access-rights",
        "guest.cs.access-rights, fields/guest.cs.access-rights", "0x4816, fields/guest.cs.access-rights", "681Eh, fields/guest.rip",
        "0x2401, fields/exit.guest-physical-address", "use-msr-bitmaps, controls/primary.use-msr-bitmaps",
        "Use MSR bitmaps, controls/primary.use-msr-bitmaps", "exit 48, exits/ept-violation", "0x80000021, exits/entry-failure-guest-state",
        "EPT violation, exits/ept-violation", "error 7, errors/7", "IA32_VMX_BASIC, msrs/IA32_VMX_BASIC", "0x48B, msrs/IA32_VMX_PROCBASED_CTLS2",
        "480h, msrs/IA32_VMX_BASIC"})
    void oneTopicIsFound(String query, String path) {
        assertEquals(List.of(path), Reference.find(query).stream().map(Topic::path).toList());
    }

    @Test
    void aBareNumberMayBeAnExitReasonOrAnError() {
        assertEquals(List.of("errors/7", "exits/interrupt-window"), Reference.find("7").stream().map(Topic::path).sorted().toList());
    }

    @Test
    void nonsenseFindsNothingAndAPartFindsAll() {
        assertEquals(List.of(), Reference.find("no such thing"));
        assertEquals(List.of(), Reference.find(""));
        assertTrue(Reference.containing("CS_AR").size() > 5);
        assertEquals(List.of(), Reference.containing(""));
    }

    @Test
    void aRulesTopicSaysWhenItAppliesAndWhatHappens() {
        String page = HelpPages.page(Reference.find("CTL_VPID_ZERO").getFirst());
        assertTrue(page.contains("The &quot;enable VPID&quot; VM-execution control is 1."), page);
        assertTrue(page.contains("VMfailValid 7"), page);
        assertTrue(page.contains("<a href=\"../fields/control.vpid.html\">control.vpid</a>"), page);
    }
}
