// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.lang.ui.minings.SetupMinings;
import java.util.List;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.NullProgressMonitor;
import org.eclipse.jface.text.ITextOperationTarget;
import org.eclipse.jface.text.codemining.ICodeMining;
import org.eclipse.jface.text.source.ISourceViewer;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.texteditor.ITextEditor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Behind the handlers of a setup the editor shows how often they ran. */
class ExitCountsTest extends WalkthroughSession {

    private ISourceViewer viewer;

    @BeforeEach
    void openTheEditor() throws Exception {
        open(program.file());
    }

    private void open(IFile file) throws Exception {
        ITextEditor editor = (ITextEditor) IDE.openEditor(Workbench.page(), file);
        viewer = (ISourceViewer) editor.getAdapter(ITextOperationTarget.class);
    }

    /** The remarks behind handlers, in the order of the file. */
    private List<String> exits() {
        return new SetupMinings().provideCodeMinings(viewer, new NullProgressMonitor()).join().stream().map(ICodeMining::getLabel)
                .map(String::strip).filter(text -> text.contains("in the last run")).toList();
    }

    @Test
    void aRunWithoutADebuggerIsCounted() throws Exception {
        IFile neverRun = program.project().getFile("counted.hv");
        program.file().copy(neverRun.getFullPath(), true, null);
        open(neverRun);
        assertEquals(List.of(), exits());
        assertEquals(0, SetupRun.exitCode(neverRun));
        Workbench.until("the exits of the run are shown", () -> !exits().isEmpty());
        assertEquals(List.of("1 exit in the last run", "2 exits in the last run", "1 exit in the last run", "no exit in the last run"), exits());
    }

    @Test
    void whileDebuggingTheCountsFollowEachStop() throws Exception {
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        Workbench.until("the first exit is counted", () -> exits().contains("1 exit in the last run"));
        assertTrue(exits().contains("no exit in the last run"), exits().toString());
        session.after(vcpu -> vcpu.resume());
        session.after(vcpu -> vcpu.resume());
        Workbench.until("the third exit is counted", () -> exits().contains("2 exits in the last run"));
    }
}
