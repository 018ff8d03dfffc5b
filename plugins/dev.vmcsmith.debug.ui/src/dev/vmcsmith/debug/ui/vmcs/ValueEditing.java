// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import java.util.function.BiConsumer;
import org.eclipse.jface.viewers.CellEditor;
import org.eclipse.jface.viewers.ColumnViewerEditor;
import org.eclipse.jface.viewers.ColumnViewerEditorActivationEvent;
import org.eclipse.jface.viewers.ColumnViewerEditorActivationStrategy;
import org.eclipse.jface.viewers.EditingSupport;
import org.eclipse.jface.viewers.FocusCellOwnerDrawHighlighter;
import org.eclipse.jface.viewers.TextCellEditor;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.jface.viewers.TreeViewerEditor;
import org.eclipse.jface.viewers.TreeViewerFocusCellManager;
import org.eclipse.swt.SWT;

/** Edits values in place: by a double click, Enter or F2. */
final class ValueEditing extends EditingSupport {

    private final TreeViewer viewer;
    private final BiConsumer<VmcsFieldValue, String> changed;

    /** @param changed called with the text that the user has typed for a field */
    ValueEditing(TreeViewer viewer, BiConsumer<VmcsFieldValue, String> changed) {
        super(viewer);
        this.viewer = viewer;
        this.changed = changed;
    }

    /** Sets how editing starts. */
    static void activate(TreeViewer viewer) {
        ColumnViewerEditorActivationStrategy strategy = new ColumnViewerEditorActivationStrategy(viewer) {
            @Override
            protected boolean isEditorActivationEvent(ColumnViewerEditorActivationEvent event) {
                return event.eventType == ColumnViewerEditorActivationEvent.MOUSE_DOUBLE_CLICK_SELECTION
                        || event.eventType == ColumnViewerEditorActivationEvent.PROGRAMMATIC
                        || event.eventType == ColumnViewerEditorActivationEvent.KEY_PRESSED
                                && (event.keyCode == SWT.F2 || event.keyCode == SWT.CR);
            }
        };
        TreeViewerEditor.create(viewer, new TreeViewerFocusCellManager(viewer, new FocusCellOwnerDrawHighlighter(viewer)), strategy,
                ColumnViewerEditor.TABBING_VERTICAL | ColumnViewerEditor.KEYBOARD_ACTIVATION);
    }

    @Override
    protected CellEditor getCellEditor(Object element) {
        return new TextCellEditor(viewer.getTree());
    }

    @Override
    protected boolean canEdit(Object element) {
        if (!(element instanceof VmcsFieldValue field) || !(viewer.getInput() instanceof VmcsSnapshot snapshot)) {
            return false;
        }
        VmcsArea area = snapshot.areaOf(field);
        return area != null && !area.id().equals("exit");
    }

    @Override
    protected Object getValue(Object element) {
        return ((VmcsFieldValue) element).hex();
    }

    @Override
    protected void setValue(Object element, Object value) {
        VmcsFieldValue field = (VmcsFieldValue) element;
        String text = value.toString().strip();
        if (!text.isEmpty() && !text.equals(field.hex())) {
            changed.accept(field, text);
        }
    }
}
