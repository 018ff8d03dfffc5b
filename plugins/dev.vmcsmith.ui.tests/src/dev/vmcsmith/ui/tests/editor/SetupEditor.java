// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.examples.Example;
import dev.vmcsmith.lang.ui.examples.ExampleProject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextOperationTarget;
import org.eclipse.jface.text.source.ISourceViewer;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.texteditor.ITextEditor;

/** A project with the walkthrough, open in an editor; closing it deletes the project. Waiting runs the event loop, never just time. */
final class SetupEditor implements AutoCloseable {
    private static final long TIMEOUT_MS = 30_000;

    final IProject project;
    final IFile file;
    final ITextEditor editor;

    private SetupEditor(IFile file) throws CoreException {
        this.file = file;
        project = file.getProject();
        editor = (ITextEditor) IDE.openEditor(page(), file);
    }

    static SetupEditor open(String projectName) throws CoreException {
        IFile[] created = new IFile[1];
        inBackground(monitor -> created[0] = ExampleProject.create(Example.named("walkthrough").orElseThrow(), projectName, monitor));
        return new SetupEditor(created[0]);
    }

    /** Opens a file of its own in such a project. */
    static SetupEditor open(String projectName, String fileName, String text) throws CoreException {
        IFile[] created = new IFile[1];
        inBackground(monitor -> {
            IProject project = ExampleProject.create(Example.named("walkthrough").orElseThrow(), projectName, monitor).getProject();
            created[0] = project.getFile(fileName);
            created[0].create(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), IResource.NONE, monitor);
        });
        return new SetupEditor(created[0]);
    }

    static void inBackground(ICoreRunnable work) {
        Job job = Job.create("test", work);
        job.schedule();
        waitFor("a job in the background", () -> job.getResult() != null);
        assertTrue(job.getResult().isOK(), () -> job.getResult().toString());
    }

    static IWorkbenchPage page() {
        return PlatformUI.getWorkbench().getWorkbenchWindows()[0].getActivePage();
    }

    static void waitFor(String what, BooleanSupplier condition) {
        Display display = Display.getCurrent();
        long deadline = System.currentTimeMillis() + TIMEOUT_MS;
        while (!condition.getAsBoolean()) {
            if (System.currentTimeMillis() > deadline) {
                fail("waited in vain for " + what);
            }
            if (!display.readAndDispatch()) {
                display.timerExec(20, () -> { });
                display.sleep();
            }
        }
    }

    /** All widgets of a type in a shell. */
    static <T extends Control> Stream<T> widgets(Composite in, Class<T> type) {
        Stream<T> below = Arrays.stream(in.getChildren())
                .flatMap(child -> child instanceof Composite composite ? widgets(composite, type) : type.isInstance(child)
                        ? Stream.of(type.cast(child)) : Stream.empty());
        return type.isInstance(in) ? Stream.concat(Stream.of(type.cast(in)), below) : below;
    }

    /** All widgets of a type in windows that are seen. */
    static <T extends Control> Stream<T> visibleWidgets(Class<T> type) {
        return Arrays.stream(Display.getCurrent().getShells()).filter(Shell::isVisible).flatMap(shell -> widgets(shell, type));
    }

    IDocument document() {
        return editor.getDocumentProvider().getDocument(editor.getEditorInput());
    }

    ISourceViewer viewer() {
        return (ISourceViewer) editor.getAdapter(ITextOperationTarget.class);
    }

    StyledText textWidget() {
        return viewer().getTextWidget();
    }

    int offset(String text) {
        int offset = document().get().indexOf(text);
        assertTrue(offset >= 0, text);
        return offset;
    }

    void replace(String text, String replacement) throws BadLocationException {
        document().replace(offset(text), text.length(), replacement);
    }

    void run(int operation) {
        ((ITextOperationTarget) viewer()).doOperation(operation);
    }

    List<IMarker> problems() {
        return problems(file);
    }

    static List<IMarker> problems(IFile of) {
        try {
            return List.of(of.findMarkers(LangUi.PROBLEM, true, IResource.DEPTH_ZERO));
        } catch (CoreException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws CoreException {
        page().closeEditor(editor, false);
        delete(project);
    }

    static void delete(IProject project) {
        inBackground(monitor -> ResourcesPlugin.getWorkspace().run(
                inner -> project.delete(true, true, inner), monitor));
    }
}
