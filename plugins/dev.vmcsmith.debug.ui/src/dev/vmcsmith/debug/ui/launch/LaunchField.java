// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.launch;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.LaunchAttributes;
import java.util.List;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;

/** One attribute of a launch configuration and the control that edits it. An empty text removes the attribute. */
abstract sealed class LaunchField {

    final String attribute;

    LaunchField(String attribute) {
        this.attribute = attribute;
    }

    /** Shows the attribute. */
    abstract void load(ILaunchConfiguration configuration);

    /** Stores what is shown. */
    abstract void store(ILaunchConfigurationWorkingCopy configuration);

    final String read(ILaunchConfiguration configuration, String otherwise) {
        try {
            return configuration.getAttribute(attribute, otherwise);
        } catch (CoreException e) {
            return otherwise;
        }
    }

    final void write(ILaunchConfigurationWorkingCopy configuration, String text) {
        configuration.setAttribute(attribute, text.isBlank() ? null : text.strip());
    }

    private static void label(Composite parent, String label) {
        if (label != null) {
            new Label(parent, SWT.NONE).setText(label);
        }
    }

    /** A text. */
    static final class TextField extends LaunchField {

        private final Text text;

        TextField(Composite parent, String label, String attribute, String hint, Runnable changed) {
            super(attribute);
            label(parent, label);
            text = new Text(parent, SWT.BORDER);
            text.setMessage(hint);
            GridDataFactory.fillDefaults().grab(true, false).applyTo(text);
            text.addModifyListener(event -> changed.run());
        }

        void set(String value) {
            text.setText(value);
        }

        @Override
        void load(ILaunchConfiguration configuration) {
            text.setText(read(configuration, ""));
        }

        @Override
        void store(ILaunchConfigurationWorkingCopy configuration) {
            write(configuration, text.getText());
        }
    }

    /** Options on one or several lines, kept as they are typed. */
    static final class OptionsField extends LaunchField {

        private final Text text;

        OptionsField(Composite parent, String label, String attribute, String hint, int lines, Runnable changed) {
            super(attribute);
            label(parent, label);
            text = new Text(parent, SWT.BORDER | SWT.MULTI | SWT.WRAP | SWT.V_SCROLL);
            text.setToolTipText(hint);
            text.addListener(SWT.Traverse, event -> event.doit |= event.detail == SWT.TRAVERSE_TAB_NEXT
                    || event.detail == SWT.TRAVERSE_TAB_PREVIOUS);
            GridDataFactory.fillDefaults().grab(true, false).hint(SWT.DEFAULT, lines * text.getLineHeight()).applyTo(text);
            text.addModifyListener(event -> changed.run());
        }

        @Override
        void load(ILaunchConfiguration configuration) {
            text.setText(read(configuration, ""));
        }

        @Override
        void store(ILaunchConfigurationWorkingCopy configuration) {
            write(configuration, text.getText());
        }
    }

    /** A text with proposals. */
    static final class ChoiceField extends LaunchField {

        private final Combo combo;

        ChoiceField(Composite parent, String label, String attribute, List<String> choices, Runnable changed) {
            super(attribute);
            label(parent, label);
            combo = new Combo(parent, SWT.DROP_DOWN);
            combo.setItems(choices.toArray(String[]::new));
            combo.setToolTipText("The name of a profile, or the path of a profile file; empty for the one that the setup names");
            GridDataFactory.fillDefaults().grab(true, false).applyTo(combo);
            combo.addModifyListener(event -> changed.run());
        }

        @Override
        void load(ILaunchConfiguration configuration) {
            combo.setText(read(configuration, ""));
        }

        @Override
        void store(ILaunchConfigurationWorkingCopy configuration) {
            write(configuration, combo.getText());
        }
    }

    /** Where a debugged machine suspends. */
    static final class StopAtField extends LaunchField {

        private final Combo combo;

        StopAtField(Composite parent, String label, Runnable changed) {
            super(LaunchAttributes.STOP_AT);
            label(parent, label);
            combo = new Combo(parent, SWT.DROP_DOWN | SWT.READ_ONLY);
            for (StopAt value : StopAt.values()) {
                combo.add(switch (value) {
                    case EVERY_EXIT -> "every VM exit";
                    case FIRST_EXIT -> "the first VM exit";
                    case VMLAUNCH -> "every VMLAUNCH, before the first instruction of the guest";
                    case ENTRY -> "the entry of the image, before its first instruction";
                    case BREAKPOINTS -> "breakpoints only";
                });
            }
            GridDataFactory.fillDefaults().grab(true, false).applyTo(combo);
            combo.addListener(SWT.Selection, event -> changed.run());
        }

        @Override
        void load(ILaunchConfiguration configuration) {
            try {
                combo.select(StopAt.of(read(configuration, StopAt.EVERY_EXIT.id())).ordinal());
            } catch (IllegalArgumentException e) {
                combo.deselectAll();
            }
        }

        @Override
        void store(ILaunchConfigurationWorkingCopy configuration) {
            if (combo.getSelectionIndex() >= 0) {
                write(configuration, StopAt.values()[combo.getSelectionIndex()].id());
            }
        }
    }

    /** Lines of text, kept as a list. */
    static final class LinesField extends LaunchField {

        private final Text text;

        LinesField(Composite parent, String label, String attribute, String hint, int lines, Runnable changed) {
            super(attribute);
            label(parent, label);
            text = new Text(parent, SWT.BORDER | SWT.MULTI | SWT.V_SCROLL | SWT.H_SCROLL);
            text.setToolTipText(hint);
            GridDataFactory.fillDefaults().grab(true, true).hint(SWT.DEFAULT, lines * text.getLineHeight()).applyTo(text);
            text.addModifyListener(event -> changed.run());
        }

        void append(String line) {
            text.append((text.getText().isEmpty() || text.getText().endsWith(text.getLineDelimiter()) ? "" : text.getLineDelimiter())
                    + line);
        }

        @Override
        void load(ILaunchConfiguration configuration) {
            try {
                text.setText(String.join(text.getLineDelimiter(), configuration.getAttribute(attribute, List.of())));
            } catch (CoreException e) {
                text.setText("");
            }
        }

        @Override
        void store(ILaunchConfigurationWorkingCopy configuration) {
            List<String> lines = text.getText().lines().filter(line -> !line.isBlank()).toList();
            configuration.setAttribute(attribute, lines.isEmpty() ? null : lines);
        }
    }

    /** Yes or no. */
    static final class CheckField extends LaunchField {

        private final boolean negated;
        private final Button button;

        /** @param negated whether the button is checked when the attribute is not set */
        CheckField(Composite parent, String label, String attribute, boolean negated, Runnable changed) {
            super(attribute);
            this.negated = negated;
            button = new Button(parent, SWT.CHECK);
            button.setText(label);
            GridDataFactory.fillDefaults().span(2, 1).applyTo(button);
            button.addListener(SWT.Selection, event -> changed.run());
        }

        @Override
        void load(ILaunchConfiguration configuration) {
            try {
                button.setSelection(negated != configuration.getAttribute(attribute, false));
            } catch (CoreException e) {
                button.setSelection(negated);
            }
        }

        @Override
        void store(ILaunchConfigurationWorkingCopy configuration) {
            if (negated != button.getSelection()) {
                configuration.setAttribute(attribute, true);
            } else {
                configuration.removeAttribute(attribute);
            }
        }
    }
}
