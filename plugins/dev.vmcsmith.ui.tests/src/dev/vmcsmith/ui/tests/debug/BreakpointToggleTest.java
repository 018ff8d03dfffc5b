// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.debug.HypervisorDebug;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import org.eclipse.core.resources.IMarker;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.IBreakpointManager;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.actions.IToggleBreakpointsTarget;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.jface.text.TextSelection;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.texteditor.ITextEditor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BreakpointToggleTest {

    private final IBreakpointManager breakpoints = DebugPlugin.getDefault().getBreakpointManager();
    private WalkthroughProject walkthrough;
    private ITextEditor editor;

    @BeforeEach
    void openEditor() throws Exception {
        walkthrough = new WalkthroughProject();
        editor = (ITextEditor) IDE.openEditor(Workbench.page(), walkthrough.file());
    }

    @AfterEach
    void deleteProject() throws Exception {
        walkthrough.delete();
    }

    @Test
    void togglingALineTwiceSetsAndRemovesItsBreakpoint() throws Exception {
        int line = walkthrough.lineOf("on Guest exit vmcall");
        IDocument document = editor.getDocumentProvider().getDocument(editor.getEditorInput());
        ITextSelection selection = new TextSelection(document, document.getLineOffset(line - 1), 0);
        IToggleBreakpointsTarget target = DebugUITools.getToggleBreakpointsTargetManager().getToggleBreakpointsTarget(editor, selection);
        assertTrue(target.canToggleLineBreakpoints(editor, selection));
        target.toggleLineBreakpoints(editor, selection);
        IBreakpoint[] set = breakpoints.getBreakpoints(HypervisorDebug.MODEL);
        assertEquals(1, set.length);
        assertEquals(line, assertInstanceOf(SetupLineBreakpoint.class, set[0]).getLineNumber());
        assertEquals(walkthrough.file(), set[0].getMarker().getResource());
        assertEquals("walkthrough.hv [line: " + line + "]", set[0].getMarker().getAttribute(IMarker.MESSAGE, ""));
        target.toggleLineBreakpoints(editor, selection);
        assertEquals(0, breakpoints.getBreakpoints(HypervisorDebug.MODEL).length);
    }
}
