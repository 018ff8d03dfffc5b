// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.preferences;

import dev.vmcsmith.lang.ide.EditorServices;
import dev.vmcsmith.lang.ide.checks.Level;
import dev.vmcsmith.lang.ide.checks.SetupCheckList;
import dev.vmcsmith.lang.ui.LangUi;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.preferences.DefaultScope;
import org.eclipse.core.runtime.preferences.IEclipsePreferences;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.viewers.ArrayContentProvider;
import org.eclipse.jface.viewers.CellEditor;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.jface.viewers.ComboBoxCellEditor;
import org.eclipse.jface.viewers.EditingSupport;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.jface.viewers.TableViewerColumn;
import org.eclipse.jface.viewers.Viewer;
import org.eclipse.jface.viewers.ViewerFilter;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.osgi.service.prefs.BackingStoreException;

/** The CPU profile and a table with the level of each check, over one node of preferences. */
final class CheckBlock {
    private static final String[] WORDS = Arrays.stream(Level.values()).map(level -> title(level.word())).toArray(String[]::new);

    private final IEclipsePreferences node;
    private final Composite area;
    private final Combo cpu;
    private final Text filter;
    private final TableViewer table;
    private final Map<String, Level> levels = new HashMap<>();

    CheckBlock(Composite parent, IEclipsePreferences node) {
        this.node = node;
        area = new Composite(parent, SWT.NONE);
        GridLayoutFactory.fillDefaults().numColumns(2).applyTo(area);
        new Label(area, SWT.NONE).setText("&CPU profile of new setups, and of those that name none:");
        cpu = new Combo(area, SWT.READ_ONLY);
        EditorServices.cpus().forEach(cpu::add);
        cpu.setText(node.get(SetupPreferences.CPU, usualCpu()));
        Label label = new Label(area, SWT.NONE);
        label.setText("""
                &Problems and their levels. Click a level, or press F2 in its row, to change it.
                An error keeps a setup from being run, whatever its level here.""");
        GridDataFactory.fillDefaults().span(2, 1).applyTo(label);
        filter = new Text(area, SWT.BORDER | SWT.SEARCH | SWT.ICON_CANCEL);
        filter.setMessage("type filter text");
        GridDataFactory.fillDefaults().span(2, 1).grab(true, false).applyTo(filter);
        table = new TableViewer(area, SWT.BORDER | SWT.FULL_SELECTION | SWT.V_SCROLL | SWT.H_SCROLL);
        GridDataFactory.fillDefaults().span(2, 1).grab(true, true).hint(560, 260).applyTo(table.getTable());
        fill();
    }

    private static String title(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private static String usualCpu() {
        return DefaultScope.INSTANCE.getNode(LangUi.BUNDLE).get(SetupPreferences.CPU, EditorServices.defaultCpu());
    }

    private void fill() {
        List<SetupCheckList.Item> items = SetupCheckList.all();
        items.forEach(item -> levels.put(item.id(), Level.of(node.get(SetupPreferences.LEVEL + item.id(), null)).orElse(item.usual())));
        table.getTable().setHeaderVisible(true);
        table.getTable().setLinesVisible(true);
        table.setContentProvider(ArrayContentProvider.getInstance());
        column("Level", 90).setEditingSupport(new LevelEditing());
        column("Id", 240);
        column("Meaning", 520);
        table.addFilter(new ViewerFilter() {
            @Override
            public boolean select(Viewer viewer, Object parent, Object element) {
                SetupCheckList.Item item = (SetupCheckList.Item) element;
                return (item.id() + ' ' + item.text() + ' ' + item.group()).toLowerCase(Locale.ROOT)
                        .contains(filter.getText().strip().toLowerCase(Locale.ROOT));
            }
        });
        filter.addListener(SWT.Modify, event -> table.refresh());
        table.setInput(items);
        table.getTable().addListener(SWT.KeyDown, event -> {
            if (event.keyCode == SWT.F2 && event.stateMask == 0 && !table.getSelection().isEmpty()) {
                table.editElement(table.getStructuredSelection().getFirstElement(), 0);
            }
        });
    }

    private TableViewerColumn column(String title, int width) {
        TableViewerColumn column = new TableViewerColumn(table, SWT.NONE);
        column.getColumn().setText(title);
        column.getColumn().setWidth(width);
        int index = table.getTable().getColumnCount() - 1;
        column.setLabelProvider(new ColumnLabelProvider() {
            @Override
            public String getText(Object element) {
                SetupCheckList.Item item = (SetupCheckList.Item) element;
                return index == 0 ? title(levels.get(item.id()).word()) : index == 1 ? item.id() : item.text();
            }

            @Override
            public String getToolTipText(Object element) {
                return ((SetupCheckList.Item) element).group();
            }
        });
        return column;
    }

    Composite control() {
        return area;
    }

    void setEnabled(boolean enabled) {
        cpu.setEnabled(enabled);
        filter.setEnabled(enabled);
        table.getTable().setEnabled(enabled);
    }

    void defaults() {
        cpu.setText(usualCpu());
        SetupCheckList.all().forEach(item -> levels.put(item.id(), item.usual()));
        table.refresh();
    }

    /** True when something changed. */
    boolean store() {
        boolean changed = put(SetupPreferences.CPU, cpu.getText().equals(usualCpu()) ? null : cpu.getText());
        for (SetupCheckList.Item item : SetupCheckList.all()) {
            Level level = levels.get(item.id());
            changed |= put(SetupPreferences.LEVEL + item.id(), level == item.usual() ? null : level.word());
        }
        try {
            node.flush();
        } catch (BackingStoreException e) {
            ILog.get().error("The preferences could not be saved", e);
        }
        return changed;
    }

    private boolean put(String key, String value) {
        boolean changed = !Objects.equals(node.get(key, null), value);
        if (value == null) {
            node.remove(key);
        } else {
            node.put(key, value);
        }
        return changed;
    }

    /** Chooses a level in its cell. */
    private final class LevelEditing extends EditingSupport {
        private final ComboBoxCellEditor editor = new ComboBoxCellEditor(table.getTable(), WORDS, SWT.READ_ONLY);

        LevelEditing() {
            super(table);
            editor.setActivationStyle(ComboBoxCellEditor.DROP_DOWN_ON_MOUSE_ACTIVATION);
        }

        @Override
        protected CellEditor getCellEditor(Object element) {
            return editor;
        }

        @Override
        protected boolean canEdit(Object element) {
            return true;
        }

        @Override
        protected Object getValue(Object element) {
            return levels.get(((SetupCheckList.Item) element).id()).ordinal();
        }

        @Override
        protected void setValue(Object element, Object value) {
            if (value instanceof Integer index && index >= 0) {
                levels.put(((SetupCheckList.Item) element).id(), Level.values()[index]);
                table.update(element, null);
            }
        }
    }
}
