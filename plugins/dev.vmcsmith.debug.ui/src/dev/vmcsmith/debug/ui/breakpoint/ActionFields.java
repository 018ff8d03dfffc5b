// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import java.util.regex.Pattern;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;

/** Fields for what a breakpoint does when it is reached: condition, hits, log message. The parent has a layout of two columns. */
final class ActionFields {

    private static final Pattern HITS = Pattern.compile("\\s*(==|>=|>|%)?\\s*(0[xX][0-9a-fA-F]+|\\d+)\\s*");

    private final Text condition;
    private final Text hits;
    private final Text log;

    ActionFields(Composite parent, Runnable changed) {
        condition = field(parent, "&Condition:", "suspend only when this is not 0, for example rax == 1", changed);
        hits = field(parent, "&Hit count:", "5, == 5, > 5, >= 5 or % 5 (every fifth)", changed);
        log = field(parent, "&Log message:", "print this instead of suspending; {expressions} are replaced", changed);
    }

    private static Text field(Composite parent, String label, String hint, Runnable changed) {
        new Label(parent, SWT.NONE).setText(label);
        Text text = new Text(parent, SWT.BORDER);
        text.setMessage(hint);
        text.setToolTipText(hint);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(text);
        text.addModifyListener(event -> changed.run());
        return text;
    }

    /** Enables the fields that a kind of breakpoint has. */
    void allow(boolean count, boolean logging) {
        hits.setEnabled(count);
        log.setEnabled(logging);
    }

    void load(MachineBreakpoint breakpoint) {
        allow(breakpoint.canCount(), breakpoint.canLog());
        condition.setText(breakpoint.condition());
        hits.setText(breakpoint.hitCondition());
        log.setText(breakpoint.logMessage());
    }

    void clear() {
        condition.setText("");
        hits.setText("");
        log.setText("");
    }

    void store(MachineBreakpoint breakpoint) throws CoreException {
        breakpoint.setAction(condition.getText(), hits.isEnabled() ? hits.getText() : "", log.isEnabled() ? log.getText() : "");
    }

    /** What is wrong with the fields, for the user; null when nothing is. */
    String problem() {
        return !hits.isEnabled() || hits.getText().isBlank() || HITS.matcher(hits.getText()).matches() ? null
                : "The hit count is not understood: write 5, == 5, > 5, >= 5 or % 5.";
    }
}
