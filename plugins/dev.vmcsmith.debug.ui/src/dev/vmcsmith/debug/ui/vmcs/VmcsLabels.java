// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.EntryChecks.BrokenRule;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsContents;
import dev.vmcsmith.dap.protocol.VmcsDifferences.Change;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.debug.ui.context.ChangedStyle;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.jface.resource.JFaceColors;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.graphics.Font;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.widgets.Control;

/** Texts, colours and images of the VMCS view's columns. */
final class VmcsLabels {

    private final Control control;
    private final ChangedStyle changed;
    private VmcsSnapshot shown;

    VmcsLabels(Control control) {
        this.control = control;
        changed = new ChangedStyle(control);
    }

    /** Changes and broken rules are those of this snapshot from now on. */
    void show(VmcsSnapshot snapshot) {
        shown = snapshot;
    }

    /** One line about the whole VMCS. */
    static String heading(VmcsContents contents) {
        return "VMCS at " + HexLong.format(contents.vmcs()) + (contents.launched() ? ", launched" : ", clear") + ", after "
                + contents.instant().exits() + (contents.instant().exits() == 1 ? " VM exit and " : " VM exits and ")
                + contents.instant().instructions() + " instructions";
    }

    static String encodingOf(VmcsFieldValue field) {
        return String.format("0x%04X", field.encoding());
    }

    private String nameOf(VmcsArea area) {
        long count = area.fields().stream().filter(this::isChanged).count();
        return count == 0 ? area.name() : area.name() + " (" + count + " changed)";
    }

    ColumnLabelProvider field() {
        return new Column(VmcsFieldValue::name) {
            @Override
            public String getText(Object element) {
                return element instanceof VmcsArea area ? nameOf(area) : super.getText(element);
            }

            @Override
            public Image getImage(Object element) {
                return element instanceof VmcsArea ? Icons.AREA.image() : brokenRules(element).isEmpty() ? null : Icons.VIOLATION.image();
            }

            @Override
            public String getToolTipText(Object element) {
                return element instanceof VmcsFieldValue field && field.hvName() != null ? field.hvName() + " in a setup" : null;
            }
        };
    }

    ColumnLabelProvider encoding() {
        return new Column(VmcsLabels::encodingOf);
    }

    ColumnLabelProvider value() {
        return new Column(VmcsFieldValue::hex) {
            @Override
            public String getToolTipText(Object element) {
                Change change = element instanceof VmcsFieldValue field && shown != null ? shown.change(field) : null;
                return change == null ? null : "was 0x" + Long.toHexString(change.before())
                        + (change.meaningBefore() == null || change.meaningBefore().isEmpty() ? "" : " (" + change.meaningBefore() + ")");
            }

            @Override
            public Color getBackground(Object element) {
                return isChanged(element) ? changed.background() : null;
            }

            @Override
            public Color getForeground(Object element) {
                return isChanged(element) ? changed.foreground() : null;
            }
        };
    }

    ColumnLabelProvider meaning() {
        return new Column(field -> field.meaning() == null ? "" : field.meaning());
    }

    /** The rules of VM entry that a field breaks. */
    ColumnLabelProvider rules() {
        return new ColumnLabelProvider() {
            @Override
            public String getText(Object element) {
                return brokenRules(element).stream().map(BrokenRule::message).collect(Collectors.joining(" "));
            }

            @Override
            public String getToolTipText(Object element) {
                return brokenRules(element).isEmpty() ? null : brokenRules(element).stream()
                        .map(rule -> rule.ruleId() + ": " + rule.message()).collect(Collectors.joining("\n"));
            }

            @Override
            public Color getForeground(Object element) {
                return JFaceColors.getErrorText(control.getDisplay());
            }
        };
    }

    private List<BrokenRule> brokenRules(Object element) {
        return element instanceof VmcsFieldValue field && shown != null ? shown.broken(field) : List.of();
    }

    private boolean isChanged(Object element) {
        return element instanceof VmcsFieldValue field && (shown == null ? field.changedSinceLastStop() : shown.isChanged(field));
    }

    /** A column that says something about a field, and stresses changed fields. */
    private class Column extends ColumnLabelProvider {

        private final Function<VmcsFieldValue, String> text;

        Column(Function<VmcsFieldValue, String> text) {
            this.text = text;
        }

        @Override
        public String getText(Object element) {
            return element instanceof VmcsFieldValue field ? text.apply(field) : "";
        }

        @Override
        public Font getFont(Object element) {
            return isChanged(element) ? changed.font() : null;
        }
    }
}
