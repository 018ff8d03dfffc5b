// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dumps.diagnosis.Diagnosis;
import dev.vmcsmith.dumps.diagnosis.Processor;
import dev.vmcsmith.dumps.diagnosis.Report;
import dev.vmcsmith.vmx.CpuProfiles;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a diagnosis says, in words and for programs. */
class ReportTest {
    private static final String WRONG = Samples.text("linux").replace("RFLAGS=0x00000202", "RFLAGS=0x00000200");

    private static String report(String text, Report.Format format, Processor... processors) {
        return Report.of("a.log", Dumps.read(text), List.of(processors)).write(format);
    }

    @Test
    void aViolationShowsItsRuleAndTheLinesOfItsValues() {
        String text = report(WRONG, Report.Format.TEXT);
        assertTrue(text.contains("    GUEST_RFLAGS_FIXED\n"), text);
        assertTrue(text.contains("      a.log:6: guest.rflags = 0x00000200\n"), text);
    }

    @Test
    void aRuleThatAskedForACapabilityNamesTheMsr() {
        String text = report(WRONG, Report.Format.TEXT);
        assertTrue(text.contains("without IA32_VMX_CR0_FIXED0: GUEST_CR0_FIXED0\n"), text);
    }

    @Test
    void aProfileDecidesWhatTheTextDoesNot() {
        Diagnosis diagnosis = Diagnosis.of(Dumps.read(WRONG).dumps().getFirst(), List.of(Processor.of(CpuProfiles.named("skylake"))));
        assertTrue(diagnosis.undecided().stream().noneMatch(rule -> rule.rule().id().equals("GUEST_CR0_FIXED0")));
        assertEquals("GUEST_RFLAGS_FIXED", DumpCasesTest.violated(diagnosis));
    }

    @Test
    void ofSeveralProfilesThoseAreNamedThatRefuseTheValues() {
        String text = Samples.text("linux").replace("CR4: actual=0x00000000000026a0", "CR4: actual=0x00000000001026a0");
        Diagnosis diagnosis = Diagnosis.of(Dumps.read(text).dumps().getFirst(), List.of(Processor.of(CpuProfiles.named("penryn")),
                Processor.of(CpuProfiles.named("skylake"))));
        assertEquals(List.of("penryn"), diagnosis.findings().getFirst().processors());
    }

    @Test
    void aTextWithoutAFailureSaysSo() {
        String text = report(Samples.text("linux").replace("reason=80000021", "reason=0000000c"), Report.Format.TEXT);
        assertTrue(text.contains("No VM-entry failure is recorded: the last VM exit has reason 12 (HLT)."), text);
        assertTrue(text.contains("No rule is violated."), text);
    }

    @Test
    void anOrdinaryVmExitIsDescribed() {
        String text = report(Samples.text("linux").replace("reason=80000021 qualification=0000000000000000",
                "reason=00000030 qualification=0000000000000184"), Report.Format.TEXT);
        assertTrue(text.contains("That VM exit: EPT violation: instruction fetch, page not present, linear address valid."), text);
    }

    @Test
    void aFailureWithoutAVisibleCauseSaysSo() {
        assertTrue(report(Samples.text("linux"), Report.Format.TEXT).contains("among the rules that it does not decide"));
        assertTrue(report("KVM: entry failed, hardware error 0x80000029\n", Report.Format.TEXT).contains("No check of a VMCS field"));
        assertTrue(report("KVM: entry failed, hardware error 0x5\n", Report.Format.TEXT).contains("No field of the VMCS is to blame"));
    }

    @Test
    void reportsForProgramsHaveTheRuleAndTheLine() {
        assertTrue(report(WRONG, Report.Format.JSON).contains("\"rule\": \"GUEST_RFLAGS_FIXED\""));
        String sarif = report(WRONG, Report.Format.SARIF);
        assertTrue(sarif.contains("\"ruleId\": \"GUEST_RFLAGS_FIXED\""), sarif);
        assertTrue(sarif.contains("\"startLine\": 6"), sarif);
    }
}
