// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import dev.vmcsmith.lang.ui.LangUi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.IWorkspace;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.xtext.validation.Issue;

/** Makes the markers of a file those of a check. A marker that is still right stays, so views and selections do not jump. */
final class ProblemMarkers {
    private ProblemMarkers() {
    }

    /** Two checks of a file never do this at the same time: the file is the scheduling rule. */
    static void set(IFile file, List<Issue> issues) throws CoreException {
        file.getWorkspace().run(monitor -> {
            if (file.exists()) {
                update(file, issues);
            }
        }, file, IWorkspace.AVOID_UPDATE, null);
    }

    private static void update(IFile file, List<Issue> issues) throws CoreException {
        List<Map<String, Object>> wanted = new ArrayList<>(issues.stream().map(ProblemMarkers::attributes).distinct().toList());
        for (IMarker marker : file.findMarkers(LangUi.PROBLEM, true, IResource.DEPTH_ZERO)) {
            if (!wanted.remove(marker.getAttributes())) {
                marker.delete();
            }
        }
        for (Map<String, Object> attributes : wanted) {
            file.createMarker(LangUi.PROBLEM, attributes);
        }
    }

    private static Map<String, Object> attributes(Issue issue) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put(IMarker.SEVERITY, switch (issue.getSeverity()) {
            case ERROR -> IMarker.SEVERITY_ERROR;
            case WARNING -> IMarker.SEVERITY_WARNING;
            default -> IMarker.SEVERITY_INFO;
        });
        attributes.put(IMarker.MESSAGE, ProblemText.of(issue));
        attributes.put(LangUi.RULE_ID, String.valueOf(issue.getCode()));
        int line = issue.getLineNumber() == null ? 1 : issue.getLineNumber();
        attributes.put(IMarker.LINE_NUMBER, line);
        attributes.put(IMarker.LOCATION, "line " + line);
        if (issue.getOffset() != null && issue.getLength() != null) {
            attributes.put(IMarker.CHAR_START, issue.getOffset());
            attributes.put(IMarker.CHAR_END, issue.getOffset() + issue.getLength());
        }
        return attributes;
    }
}
