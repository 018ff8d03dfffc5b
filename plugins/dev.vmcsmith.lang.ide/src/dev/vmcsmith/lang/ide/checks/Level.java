// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.checks;

import java.util.Locale;
import java.util.Optional;
import org.eclipse.xtext.diagnostics.Severity;

/** How a problem is shown. */
public enum Level {
    ERROR(Severity.ERROR), WARNING(Severity.WARNING), INFO(Severity.INFO), IGNORE(Severity.IGNORE);

    private final Severity severity;

    Level(Severity severity) {
        this.severity = severity;
    }

    Severity severity() {
        return severity;
    }

    /** The word for it in preferences and in the configuration of clients. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for a word that is none. */
    public static Optional<Level> of(String word) {
        for (Level level : values()) {
            if (level.word().equals(word)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
