// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import dev.vmcsmith.dumps.Dump;
import dev.vmcsmith.dumps.Evidence;
import dev.vmcsmith.dumps.Withheld;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A report for people. */
final class TextReport {
    private static final int MOST_UNKNOWN_LINES = 10;

    private final StringBuilder out = new StringBuilder();
    private final String file;

    private TextReport(String file) {
        this.file = file;
    }

    static String write(Report report) {
        TextReport text = new TextReport(report.file());
        if (report.isEmpty()) {
            text.line(0, report.file() + ": no VMCS dump and no capability MSR is recognised.");
        }
        if (report.paste().processor() != null) {
            text.processor(report.paste().processor());
        }
        int number = 0;
        for (Diagnosis diagnosis : report.diagnoses()) {
            number++;
            text.diagnosis(diagnosis, report.diagnoses().size() == 1 ? "" : "Dump " + number + " of " + report.diagnoses().size() + ": ");
        }
        return text.out.toString();
    }

    private void processor(CpuProfile processor) {
        line(0, file + ": capability MSRs of a processor");
        new TreeMap<>(processor.msrs()).forEach((msr, value) -> line(2, "%s (%XH) = 0x%016X".formatted(Msr.name(msr), msr, value)));
    }

    private void diagnosis(Diagnosis diagnosis, String title) {
        Dump dump = diagnosis.dump();
        line(0, place(dump.firstLine()) + ": " + title + dump.producer().title() + (dump.name().isEmpty() ? "" : ", " + dump.name())
                + "; " + dump.fields().size() + " of " + VmcsField.count() + " VMCS fields are known");
        Evidence shownBy = dump.failure().evidence();
        line(2, dump.failure().text() + (shownBy == null ? "" : " [line " + shownBy.line() + "]"));
        findings(diagnosis);
        diagnosis.remarks().forEach(remark -> line(2, remark));
        undecided(diagnosis.undecided());
        withheld(dump.withheld());
        unknown(dump.unknownLines());
    }

    private void findings(Diagnosis diagnosis) {
        int count = diagnosis.findings().size();
        line(2, count == 0 ? "No rule is violated." : count == 1 ? "1 rule is violated:" : count + " rules are violated:");
        for (Finding finding : diagnosis.findings()) {
            line(4, finding.rule().id() + (finding.processors().isEmpty() ? "" : " on " + String.join(", ", finding.processors())));
            line(6, finding.message());
            for (Finding.Shown shown : finding.shown()) {
                line(6, place(shown.evidence().line()) + ": " + shown.value());
            }
        }
    }

    private void undecided(List<Undecided> undecided) {
        Map<List<String>, List<String>> rulesByNeed = new LinkedHashMap<>();
        for (Undecided rule : undecided) {
            rulesByNeed.computeIfAbsent(rule.needs(), key -> new ArrayList<>()).add(rule.rule().id());
        }
        if (!undecided.isEmpty()) {
            line(2, undecided.size() + (undecided.size() == 1 ? " rule" : " rules") + " cannot be decided from the text:");
        }
        rulesByNeed.forEach((needs, rules) -> line(4, "without " + String.join(", ", needs) + ": " + String.join(" ", rules)));
    }

    private void withheld(List<Withheld> withheld) {
        Map<Withheld.Why, List<String>> fieldsByReason = new EnumMap<>(Withheld.Why.class);
        for (Withheld field : withheld) {
            fieldsByReason.computeIfAbsent(field.why(), key -> new ArrayList<>())
                    .add(field.field().qualifiedName() + " [line " + field.evidence().line() + "]");
        }
        fieldsByReason.forEach((why, fields) -> line(2, "Printed, but " + why.text() + ": " + String.join(", ", fields)));
    }

    private void unknown(List<Evidence> lines) {
        if (lines.isEmpty()) {
            return;
        }
        line(2, lines.size() == 1 ? "1 line is not understood:" : lines.size() + " lines are not understood:");
        lines.stream().limit(MOST_UNKNOWN_LINES).forEach(unknown -> line(4, unknown.line() + ": " + unknown.text()));
        if (lines.size() > MOST_UNKNOWN_LINES) {
            line(4, "and " + (lines.size() - MOST_UNKNOWN_LINES) + " more");
        }
    }

    private String place(int line) {
        return file + ":" + line;
    }

    private void line(int indent, String text) {
        out.append(" ".repeat(indent)).append(text).append('\n');
    }
}
