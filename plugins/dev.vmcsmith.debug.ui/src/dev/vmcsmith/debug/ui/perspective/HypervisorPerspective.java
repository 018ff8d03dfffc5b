// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.perspective;

import dev.vmcsmith.debug.ui.DebugUi;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.ui.IFolderLayout;
import org.eclipse.ui.IPageLayout;
import org.eclipse.ui.IPerspectiveFactory;
import org.eclipse.ui.console.IConsoleConstants;

/** Writing a setup and debugging it side by side: no switch of perspectives between the two. */
public final class HypervisorPerspective implements IPerspectiveFactory {

    @Override
    public void createInitialLayout(IPageLayout layout) {
        IFolderLayout explorer = layout.createFolder("explorer", IPageLayout.LEFT, 0.19f, layout.getEditorArea());
        explorer.addView(IPageLayout.ID_PROJECT_EXPLORER);
        IFolderLayout debug = layout.createFolder("debug", IPageLayout.BOTTOM, 0.38f, "explorer");
        debug.addView(IDebugUIConstants.ID_DEBUG_VIEW);
        IFolderLayout exits = layout.createFolder("exits", IPageLayout.BOTTOM, 0.54f, layout.getEditorArea());
        exits.addView(DebugUi.EXITS_VIEW);
        exits.addView(DebugUi.PAGE_WALK_VIEW);
        exits.addView(DebugUi.EPT_VIEW);
        exits.addPlaceholder(IDebugUIConstants.ID_MEMORY_VIEW);
        IFolderLayout console = layout.createFolder("console", IPageLayout.RIGHT, 0.6f, "exits");
        console.addView(IConsoleConstants.ID_CONSOLE_VIEW);
        console.addView(IPageLayout.ID_PROBLEM_VIEW);
        console.addPlaceholder(IPageLayout.ID_PROGRESS_VIEW);
        IFolderLayout state = layout.createFolder("state", IPageLayout.RIGHT, 0.46f, layout.getEditorArea());
        state.addView(DebugUi.VMCS_VIEW);
        state.addView(IDebugUIConstants.ID_VARIABLE_VIEW);
        state.addView(DebugUi.DISASSEMBLY_VIEW);
        state.addView(IDebugUIConstants.ID_BREAKPOINT_VIEW);
        state.addPlaceholder(IDebugUIConstants.ID_REGISTER_VIEW);
        state.addPlaceholder(IDebugUIConstants.ID_EXPRESSION_VIEW);
        state.addPlaceholder(IPageLayout.ID_OUTLINE);
        addShortcuts(layout);
    }

    private static void addShortcuts(IPageLayout layout) {
        layout.addActionSet(IDebugUIConstants.LAUNCH_ACTION_SET);
        layout.addActionSet(IDebugUIConstants.DEBUG_ACTION_SET);
        layout.addActionSet(IPageLayout.ID_NAVIGATE_ACTION_SET);
        for (String view : new String[] { DebugUi.VMCS_VIEW, DebugUi.EXITS_VIEW, DebugUi.PAGE_WALK_VIEW, DebugUi.EPT_VIEW,
                DebugUi.DISASSEMBLY_VIEW, IDebugUIConstants.ID_MEMORY_VIEW, IDebugUIConstants.ID_DEBUG_VIEW,
                IDebugUIConstants.ID_VARIABLE_VIEW, IDebugUIConstants.ID_BREAKPOINT_VIEW, IDebugUIConstants.ID_REGISTER_VIEW,
                IDebugUIConstants.ID_EXPRESSION_VIEW, IConsoleConstants.ID_CONSOLE_VIEW, IPageLayout.ID_PROJECT_EXPLORER,
                IPageLayout.ID_PROBLEM_VIEW, IPageLayout.ID_OUTLINE }) {
            layout.addShowViewShortcut(view);
        }
        layout.addNewWizardShortcut("dev.vmcsmith.lang.ui.newExample");
        layout.addNewWizardShortcut("org.eclipse.ui.wizards.new.project");
        layout.addNewWizardShortcut("org.eclipse.ui.wizards.new.folder");
        layout.addNewWizardShortcut("org.eclipse.ui.wizards.new.file");
        layout.addPerspectiveShortcut(IDebugUIConstants.ID_DEBUG_PERSPECTIVE);
    }
}
