// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import dev.vmcsmith.dumps.Paste;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be said about one text.
 *
 * @param file the text's name for people
 */
public record Report(String file, Paste paste, List<Diagnosis> diagnoses) {
    public Report {
        diagnoses = List.copyOf(diagnoses);
    }

    /** How a report is written. */
    public enum Format { TEXT, JSON, SARIF }

    /**
     * Diagnoses every dump of a text.
     *
     * @param processors what the dumps may have run on; if empty, the processor that the text itself describes
     */
    public static Report of(String file, Paste paste, List<Processor> processors) {
        List<Processor> all = new ArrayList<>(processors);
        if (all.isEmpty() && paste.processor() != null) {
            all.add(new Processor("the text's own", paste.processor().capabilities()));
        }
        return new Report(file, paste, paste.dumps().stream().map(dump -> Diagnosis.of(dump, all)).toList());
    }

    /** Whether a rule is violated. */
    public boolean hasFindings() {
        return diagnoses.stream().anyMatch(diagnosis -> !diagnosis.findings().isEmpty());
    }

    /** Whether the text has nothing that can be diagnosed. */
    public boolean isEmpty() {
        return diagnoses.isEmpty() && paste.processor() == null;
    }

    /** The whole report. */
    public String write(Format format) {
        return switch (format) {
            case TEXT -> TextReport.write(this);
            case JSON -> JsonReport.write(this);
            case SARIF -> SarifReport.write(this);
        };
    }
}
