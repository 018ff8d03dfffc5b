// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.imports;

import dev.vmcsmith.dumps.Dump;
import dev.vmcsmith.lang.ui.LangUi;
import java.util.List;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.resources.IContainer;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.runtime.Adapters;
import org.eclipse.core.runtime.IPath;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.NullProgressMonitor;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.dialogs.ErrorDialog;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.jface.window.Window;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.IEditorInput;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.dialogs.ElementListSelectionDialog;
import org.eclipse.ui.handlers.HandlerUtil;
import org.eclipse.jface.viewers.LabelProvider;

/** Makes a setup of the VMCS dump on the clipboard, beside what is selected or edited, and opens it. */
public class PasteDumpHandler extends AbstractHandler {
    private static final String TITLE = "Paste VMCS Dump as Setup";

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        IWorkbenchWindow window = HandlerUtil.getActiveWorkbenchWindowChecked(event);
        IContainer folder = folder(event);
        String text = clipboard(window);
        if (folder == null || text == null || text.isBlank()) {
            MessageDialog.openInformation(window.getShell(), TITLE, folder == null
                    ? "Select the folder for the setup first, for example in the Project Explorer."
                    : "There is no text on the clipboard. Copy the log, the mail or the C source first.");
            return null;
        }
        Job job = Job.create("Reading the clipboard", monitor -> {
            DumpChoice choice = DumpChoice.of("the clipboard", text);
            window.getShell().getDisplay().asyncExec(() -> finish(window, folder, choice));
            return Status.OK_STATUS;
        });
        job.setUser(true);
        job.schedule();
        return null;
    }

    private static String clipboard(IWorkbenchWindow window) {
        Clipboard clipboard = new Clipboard(window.getShell().getDisplay());
        try {
            return (String) clipboard.getContents(TextTransfer.getInstance());
        } finally {
            clipboard.dispose();
        }
    }

    private static IContainer folder(ExecutionEvent event) {
        Object element = HandlerUtil.getCurrentSelection(event) instanceof IStructuredSelection selection ? selection.getFirstElement() : null;
        IResource resource = Adapters.adapt(element, IResource.class);
        if (resource == null) {
            IEditorInput input = HandlerUtil.getActiveEditorInput(event);
            resource = Adapters.adapt(input, IResource.class);
        }
        return resource instanceof IContainer container ? container : resource == null ? null : resource.getParent();
    }

    private static void finish(IWorkbenchWindow window, IContainer folder, DumpChoice choice) {
        Shell shell = window.getShell();
        if (shell == null || shell.isDisposed()) {
            return;
        }
        if (choice.dumps().isEmpty()) {
            MessageDialog.openInformation(shell, TITLE,
                    "No VMCS dump and no C source that writes a VMCS is recognised on the clipboard.");
            return;
        }
        Dump dump = choice.dumps().size() == 1 ? choice.dumps().getFirst() : choose(shell, choice.dumps());
        if (dump == null) {
            return;
        }
        IFile file = folder.getFile(IPath.fromOSString(SetupFiles.freeName(folder)));
        try {
            SetupFiles.create(file, SetupFiles.text(dump, choice.source(), null), SetupFiles.ui(shell), new NullProgressMonitor());
            SetupFiles.open(file, window.getActivePage());
        } catch (ExecutionException | PartInitException e) {
            IStatus status = new Status(IStatus.ERROR, LangUi.BUNDLE, e.getMessage(), e.getCause());
            ErrorDialog.openError(shell, TITLE, "The setup could not be written.", status);
        }
    }

    private static Dump choose(Shell shell, List<Dump> dumps) {
        ElementListSelectionDialog dialog = new ElementListSelectionDialog(shell, new LabelProvider() {
            @Override
            public String getText(Object element) {
                return DumpChoice.title((Dump) element);
            }
        });
        dialog.setTitle(TITLE);
        dialog.setMessage("The clipboard has several dumps. Make a setup of:");
        dialog.setElements(dumps.toArray());
        return dialog.open() == Window.OK ? (Dump) dialog.getFirstResult() : null;
    }
}
