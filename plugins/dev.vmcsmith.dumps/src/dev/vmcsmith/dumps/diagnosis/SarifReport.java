// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import static dev.vmcsmith.dumps.diagnosis.JsonReport.one;
import static dev.vmcsmith.dumps.diagnosis.JsonReport.ordered;

import dev.vmcsmith.dumps.Evidence;
import dev.vmcsmith.vmx.rules.EntryRule;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A report in the Static Analysis Results Interchange Format, version 2.1.0: one result for each violated rule of each dump. */
final class SarifReport {
    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    private SarifReport() {
    }

    static String write(Report report) {
        Set<EntryRule> rules = new LinkedHashSet<>();
        List<Object> results = new ArrayList<>();
        for (Diagnosis diagnosis : report.diagnoses()) {
            for (Finding finding : diagnosis.findings()) {
                rules.add(finding.rule());
                results.add(result(report.file(), diagnosis, finding));
            }
        }
        Map<String, Object> driver = ordered("name", "VMCSmith", "rules", rules.stream().map(rule -> ordered("id", rule.id(),
                "shortDescription", text(rule.message()), "help", text("SDM volume 3, \"" + rule.sdm() + "\""))).toList());
        return Json.write(ordered("$schema", SCHEMA, "version", "2.1.0", "runs",
                one(ordered("tool", ordered("driver", driver), "results", results))));
    }

    private static Map<String, Object> result(String file, Diagnosis diagnosis, Finding finding) {
        int line = finding.shown().isEmpty() ? diagnosis.dump().firstLine() : finding.shown().getFirst().evidence().line();
        List<Object> related = new ArrayList<>();
        for (Finding.Shown shown : finding.shown()) {
            Map<String, Object> location = location(file, shown.evidence().line());
            location.put("message", text(shown.value()));
            related.add(location);
        }
        Evidence failure = diagnosis.dump().failure().evidence();
        if (failure != null) {
            Map<String, Object> location = location(file, failure.line());
            location.put("message", text(diagnosis.dump().failure().text()));
            related.add(location);
        }
        return ordered("ruleId", finding.rule().id(), "level", "error", "message", text(finding.message()), "locations",
                one(location(file, line)), "relatedLocations", related);
    }

    private static Map<String, Object> location(String file, int line) {
        return ordered("physicalLocation", ordered("artifactLocation", ordered("uri", uri(file)), "region", ordered("startLine", line)));
    }

    /** The file's name with what may not stand in a URI escaped. */
    private static String uri(String file) {
        try {
            return new URI(null, null, file.replace('\\', '/'), null).toASCIIString();
        } catch (URISyntaxException e) {
            return "text";
        }
    }

    private static Map<String, Object> text(String text) {
        return ordered("text", text);
    }
}
