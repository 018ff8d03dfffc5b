// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.preferences;

import dev.vmcsmith.lang.format.FormatOptions;
import dev.vmcsmith.lang.ide.checks.CheckOptions;
import dev.vmcsmith.lang.ide.checks.Level;
import dev.vmcsmith.lang.ide.checks.SetupCheckList;
import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.SetupFiles;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.ProjectScope;
import org.eclipse.core.runtime.preferences.DefaultScope;
import org.eclipse.core.runtime.preferences.IEclipsePreferences;
import org.eclipse.core.runtime.preferences.IScopeContext;
import org.eclipse.core.runtime.preferences.InstanceScope;
import org.eclipse.emf.common.util.URI;
import org.eclipse.jface.preference.IPreferenceStore;
import org.eclipse.ui.preferences.ScopedPreferenceStore;

/** Keys of the preferences, and what they come to. */
public final class SetupPreferences {
    public static final String INDENT = "format.indent";
    public static final String TABS = "format.tabs";
    public static final String ALIGN = "format.align";
    public static final String COMMENT_COLUMN = "format.commentColumn";
    public static final String WIDTH = "format.width";
    /** Name or file of the CPU profile for setups that name none, and of new ones. */
    public static final String CPU = "cpu";
    public static final String MININGS = "minings";
    /** Start of the keys of levels; the id of the check follows. */
    public static final String LEVEL = "level.";
    /** Whether a project has levels and a CPU profile of its own. */
    public static final String PROJECT_SPECIFIC = "projectSpecific";

    private SetupPreferences() {
    }

    /** The store of the workspace. */
    public static IPreferenceStore store() {
        return new ScopedPreferenceStore(InstanceScope.INSTANCE, LangUi.BUNDLE);
    }

    /** Where the choices of a project are kept, or for null those of the workspace. */
    public static IEclipsePreferences node(IProject project) {
        return scope(project).getNode(LangUi.BUNDLE);
    }

    private static IScopeContext scope(IProject project) {
        return project == null ? InstanceScope.INSTANCE : new ProjectScope(project);
    }

    public static FormatOptions format() {
        IPreferenceStore store = store();
        return new FormatOptions(store.getInt(INDENT), store.getBoolean(TABS), store.getBoolean(ALIGN), store.getInt(COMMENT_COLUMN),
                store.getInt(WIDTH));
    }

    public static boolean showsMinings() {
        return store().getBoolean(MININGS);
    }

    /** The CPU profile for new setups. */
    public static String cpu() {
        return store().getString(CPU);
    }

    /** The CPU profile of a file that names none. */
    public static Optional<String> cpu(URI file) {
        IFile found = file.isFile() ? SetupFiles.at(file) : null;
        return Optional.of(nodeThatCounts(found == null ? null : found.getProject()).get(CPU, DefaultScope.INSTANCE.getNode(LangUi.BUNDLE).get(CPU,
                ""))).filter(cpu -> !cpu.isEmpty());
    }

    /** How strictly the setups of a project are checked; null stands for files outside of the workspace. */
    public static CheckOptions checks(IProject project) {
        IEclipsePreferences node = nodeThatCounts(project);
        Map<String, Level> levels = new HashMap<>();
        for (SetupCheckList.Item item : SetupCheckList.all()) {
            Level.of(node.get(LEVEL + item.id(), null)).filter(level -> level != item.usual()).ifPresent(level -> levels.put(item.id(), level));
        }
        return new CheckOptions(levels);
    }

    private static IEclipsePreferences nodeThatCounts(IProject project) {
        boolean own = project != null && project.isAccessible() && node(project).getBoolean(PROJECT_SPECIFIC, false);
        return node(own ? project : null);
    }
}
