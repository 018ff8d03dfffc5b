// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.checks;

import java.util.Map;
import org.eclipse.xtext.diagnostics.Severity;
import org.eclipse.xtext.validation.Issue;

/**
 * What the author chooses about checking.
 *
 * @param levels by id of the entry rule or check; those that are not here have their own
 */
public record CheckOptions(Map<String, Level> levels) {
    public static final CheckOptions DEFAULT = new CheckOptions(Map.of());

    public CheckOptions {
        levels = Map.copyOf(levels);
    }

    /** Gives an issue its level; false when it is not to be shown. */
    public boolean keep(Issue issue) {
        Level level = issue.getCode() == null ? null : levels.get(issue.getCode());
        if (level != null && issue instanceof Issue.IssueImpl changeable) {
            changeable.setSeverity(level.severity());
        }
        return issue.getSeverity() != Severity.IGNORE;
    }
}
