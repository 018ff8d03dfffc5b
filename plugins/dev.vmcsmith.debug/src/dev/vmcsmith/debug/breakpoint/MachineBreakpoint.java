// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import java.util.Objects;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.model.IBreakpoint;

/** What all breakpoints of a machine have in common. Everything is kept in the marker, so that it survives, and is exported. */
public interface MachineBreakpoint extends IBreakpoint {

    /** Marker attribute: an expression that must not be 0. */
    String CONDITION = "dev.vmcsmith.debug.condition";

    /** Marker attribute: {@code N}, {@code == N}, {@code > N}, {@code >= N} or {@code % N}, compared with the number of hits. */
    String HIT_CONDITION = "dev.vmcsmith.debug.hitCondition";

    /** Marker attribute: text to print instead of suspending, with expressions in braces, such as {@code {rax}} or {@code {rax:x}}. */
    String LOG_MESSAGE = "dev.vmcsmith.debug.logMessage";

    /** What the breakpoint stops at, in words, such as {@code VM exit CPUID}. */
    String place();

    /** Whether a hit can print a text instead of suspending. */
    default boolean canLog() {
        return false;
    }

    /** Whether hits are counted. */
    default boolean canCount() {
        return true;
    }

    /** The condition; empty for none. */
    default String condition() {
        return text(CONDITION);
    }

    /** The condition on the number of hits; empty for none. */
    default String hitCondition() {
        return text(HIT_CONDITION);
    }

    /** The text to print; empty for a breakpoint that suspends. */
    default String logMessage() {
        return text(LOG_MESSAGE);
    }

    /** Changes what a breakpoint does when it is reached; empty texts remove. */
    default void setAction(String condition, String hitCondition, String logMessage) throws CoreException {
        set(CONDITION, condition);
        set(HIT_CONDITION, hitCondition);
        set(LOG_MESSAGE, logMessage);
    }

    /** The value of a text attribute; empty when it is not set. The platform's import makes numbers of texts that look like some. */
    default String text(String attribute) {
        IMarker marker = getMarker();
        try {
            Object value = marker == null || !marker.exists() ? null : marker.getAttribute(attribute);
            return value == null ? "" : value.toString();
        } catch (CoreException e) {
            return "";
        }
    }

    private void set(String attribute, String value) throws CoreException {
        IMarker marker = getMarker();
        if (marker != null && !Objects.equals(text(attribute), value.strip())) {
            marker.setAttribute(attribute, value.isBlank() ? null : value.strip());
        }
    }

    /** All that a machine has to be told of again when it changes. */
    default String told() {
        IMarker marker = getMarker();
        return marker == null ? "" : String.join("\t", marker.getResource().getFullPath().toString(), Long.toString(marker.getId()),
                Integer.toString(marker.getAttribute(IMarker.LINE_NUMBER, 0)), condition(), hitCondition(), logMessage());
    }

    /**
     * Takes over what the machine says about the breakpoint.
     *
     * @param line where it really is; 0 keeps the line
     * @param note why it cannot be hit; null when it can
     */
    default void placed(int line, String note) throws CoreException {
        IMarker marker = getMarker();
        if (marker == null || !marker.exists()) {
            return;
        }
        if (line > 0 && line != marker.getAttribute(IMarker.LINE_NUMBER, 0) && this instanceof SetupLineBreakpoint) {
            marker.setAttribute(IMarker.LINE_NUMBER, line);
        }
        String message = place() + (note == null ? "" : ": " + note);
        if (!message.equals(marker.getAttribute(IMarker.MESSAGE, ""))) {
            marker.setAttribute(IMarker.MESSAGE, message);
        }
    }

    /** Why the machine cannot hit the breakpoint; empty when it can, or when no machine has been asked. */
    default String note() {
        String message = text(IMarker.MESSAGE);
        return message.startsWith(place() + ": ") ? message.substring(place().length() + 2) : "";
    }
}
