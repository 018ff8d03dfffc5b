// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import dev.vmcsmith.dumps.Dump;
import dev.vmcsmith.dumps.Evidence;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.x86.Msr;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A report for programs. Values of fields and MSRs are strings in hexadecimal, because JSON's numbers do not hold 64 bits. */
final class JsonReport {
    private JsonReport() {
    }

    static String write(Report report) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("file", report.file());
        if (report.paste().processor() != null) {
            Map<String, Object> msrs = new LinkedHashMap<>();
            new TreeMap<>(report.paste().processor().msrs()).forEach((msr, value) -> msrs.put(Msr.name(msr), "0x%016X".formatted(value)));
            root.put("capabilities", msrs);
        }
        root.put("dumps", report.diagnoses().stream().map(JsonReport::diagnosis).toList());
        return Json.write(root);
    }

    private static Map<String, Object> diagnosis(Diagnosis diagnosis) {
        Dump dump = diagnosis.dump();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("producer", dump.producer().title());
        map.put("name", dump.name());
        map.put("line", dump.firstLine());
        map.put("failure", failure(dump.failure()));
        map.put("violations", diagnosis.findings().stream().map(JsonReport::finding).toList());
        map.put("remarks", diagnosis.remarks());
        map.put("undecided", diagnosis.undecided().stream().map(rule -> ordered("rule", rule.rule().id(), "needs", rule.needs())).toList());
        map.put("fields", dump.fields().stream().map(field -> ordered("field", field.field().qualifiedName(), "value",
                field.field().format(field.value()), "line", field.evidence().line())).toList());
        map.put("withheld", dump.withheld().stream().map(field -> ordered("field", field.field().qualifiedName(), "value",
                field.field().format(field.value()), "line", field.evidence().line(), "why", field.why().text())).toList());
        map.put("unknownLines", dump.unknownLines().stream().map(JsonReport::place).toList());
        return map;
    }

    private static Map<String, Object> failure(Failure failure) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", failure.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        map.put("text", failure.text());
        if (failure.kind() != Failure.Kind.NOT_SHOWN) {
            map.put("number", failure.number());
        }
        failure.qualification().ifPresent(value -> map.put("qualification", "0x%X".formatted(value)));
        if (failure.evidence() != null) {
            map.put("line", failure.evidence().line());
        }
        return map;
    }

    private static Map<String, Object> finding(Finding finding) {
        return ordered("rule", finding.rule().id(), "sdm", finding.rule().sdm(), "message", finding.message(), "processors",
                finding.processors(), "values", finding.shown().stream().map(shown -> ordered("value", shown.value(), "line",
                        shown.evidence().line(), "text", shown.evidence().text())).toList(),
                "fixes", finding.fixes().stream().map(fix -> ordered("field", fix.field().qualifiedName(), "value",
                        fix.field().format(fix.value()), "label", fix.label())).toList());
    }

    private static Map<String, Object> place(Evidence evidence) {
        return ordered("line", evidence.line(), "text", evidence.text());
    }

    /** A map of keys and values in this order. */
    static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /** A list of one element. */
    static List<Object> one(Object element) {
        return List.of(element);
    }
}
