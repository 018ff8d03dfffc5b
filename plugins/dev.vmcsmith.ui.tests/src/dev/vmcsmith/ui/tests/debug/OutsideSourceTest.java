// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.HypervisorDebug;
import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import java.nio.file.Path;
import java.util.Iterator;
import org.eclipse.core.runtime.Adapters;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;
import org.eclipse.debug.core.ILaunchManager;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.actions.IRunToLineTarget;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.jface.text.TextSelection;
import org.eclipse.jface.text.source.Annotation;
import org.eclipse.jface.text.source.IAnnotationModel;
import org.eclipse.ui.IEditorPart;
import org.eclipse.ui.ide.FileStoreEditorInput;
import org.eclipse.ui.texteditor.ITextEditor;
import org.eclipse.ui.texteditor.SimpleMarkerAnnotation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hypervisor in C, image and source outside of the workspace: source lookup opens it, and it is debugged like any other. */
class OutsideSourceTest extends CHypervisorSession {

    @TempDir
    Path folder;
    private ILaunchConfiguration configuration;
    private ITextEditor editor;

    @AfterEach
    void deleteConfiguration() throws Exception {
        if (configuration != null) {
            configuration.delete();
        }
    }

    private void launchOutside() throws Exception {
        Path image = program.compileIn(folder);
        program.source().delete(true, null);
        ILaunchConfigurationWorkingCopy copy = program.configuration().getWorkingCopy();
        copy.setAttribute(LaunchAttributes.PROGRAM, image.toString());
        copy.setAttribute(LaunchAttributes.STOP_AT, StopAt.FIRST_EXIT.id());
        configuration = copy.doSave();
        session = DebugSession.launch(configuration, ILaunchManager.DEBUG_MODE);
        session.awaitStop();
        Workbench.until("the source opens in front", () -> Workbench.page().getActiveEditor() != null
                && Workbench.page().getActiveEditor().getEditorInput() instanceof FileStoreEditorInput);
        IEditorPart opened = Workbench.page().getActiveEditor();
        assertInstanceOf(FileStoreEditorInput.class, opened.getEditorInput());
        assertEquals(DebugUi.GENERIC_EDITOR, opened.getSite().getId());
        editor = (ITextEditor) opened;
    }

    private ITextSelection select(String text) throws Exception {
        IDocument document = editor.getDocumentProvider().getDocument(editor.getEditorInput());
        return new TextSelection(document, document.get().indexOf(text), 0);
    }

    private void expectLineOf(String text) throws Exception {
        assertEquals(select(text).getStartLine() + 1, session.top().getLineNumber(), session.top().getName());
    }

    private void toggle(ITextSelection selection) throws Exception {
        var target = DebugUITools.getToggleBreakpointsTargetManager().getToggleBreakpointsTarget(editor, selection);
        assertTrue(target.canToggleLineBreakpoints(editor, selection));
        target.toggleLineBreakpoints(editor, selection);
    }

    @Test
    void breakpointsAreToggledShownInTheRulerAndHit() throws Exception {
        launchOutside();
        ITextSelection line = select("if (call == CALL_LEAVE)");
        toggle(line);
        IBreakpoint[] set = DebugPlugin.getDefault().getBreakpointManager().getBreakpoints(HypervisorDebug.MODEL);
        assertEquals(1, set.length);
        SetupLineBreakpoint breakpoint = assertInstanceOf(SetupLineBreakpoint.class, set[0]);
        assertEquals(folder.resolve("hypervisor.c").toString(), breakpoint.path());
        assertEquals("hypervisor.c [line: " + (line.getStartLine() + 1) + "]", breakpoint.place());
        Workbench.until("the ruler shows it", () -> annotated(breakpoint));
        session.after(VcpuThread::resume);
        expectHit(breakpoint);
        expectLineOf("if (call == CALL_LEAVE)");
        IEditorPart again = Workbench.page().getActiveEditor();
        assertEquals(editor, again, "the same editor shows the stop");
        var input = DebugUITools.newDebugModelPresentation(HypervisorDebug.MODEL).getEditorInput(breakpoint);
        assertEquals(editor.getEditorInput(), input, "Go to File finds the editor");
        Workbench.page().closeEditor(editor, false);
        editor = (ITextEditor) Workbench.page().openEditor(input, DebugUi.GENERIC_EDITOR);
        Workbench.until("the ruler of a new editor shows it too", () -> annotated(breakpoint));
        toggle(select("if (call == CALL_LEAVE)"));
        assertEquals(0, DebugPlugin.getDefault().getBreakpointManager().getBreakpoints(HypervisorDebug.MODEL).length);
        Workbench.until("it has gone from the ruler", () -> !annotated(breakpoint));
    }

    private boolean annotated(SetupLineBreakpoint breakpoint) {
        IAnnotationModel model = editor.getDocumentProvider().getAnnotationModel(editor.getEditorInput());
        for (Iterator<Annotation> all = model.getAnnotationIterator(); all.hasNext();) {
            Annotation annotation = all.next();
            if (annotation instanceof SimpleMarkerAnnotation marked && marked.getType().startsWith("org.eclipse.debug.core")
                    && (breakpoint.getMarker() == null || marked.getMarker().equals(breakpoint.getMarker()))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void theMachineRunsToALine() throws Exception {
        launchOutside();
        IRunToLineTarget runToLine = Adapters.adapt(editor, IRunToLineTarget.class);
        ITextSelection line = select("u32 leaf = guest->eax;");
        assertTrue(runToLine.canRunToLine(editor, line, session.vcpu()));
        runToLine.runToLine(editor, line, session.vcpu());
        session.awaitStop();
        expectLineOf("u32 leaf = guest->eax;");
    }
}
