// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import dev.vmcsmith.lang.ui.LangUi;
import java.io.IOException;
import java.net.URL;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.runtime.Adapters;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.handlers.HandlerUtil;
import org.eclipse.ui.statushandlers.StatusManager;

/** Opens the help page of the rule that a problem is about. */
public class ExplainRuleHandler extends AbstractHandler {

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Object element = HandlerUtil.getCurrentSelection(event) instanceof IStructuredSelection selection ? selection.getFirstElement() : null;
        IMarker marker = Adapters.adapt(element, IMarker.class);
        String rule = marker == null ? null : marker.getAttribute(LangUi.RULE_ID, null);
        Shell shell = HandlerUtil.getActiveShell(event);
        if (!RulePages.exists(rule)) {
            MessageDialog.openInformation(shell, "Explain Rule", "This problem is not about a rule of VM entry.");
            return null;
        }
        Job job = Job.create("Opening the help page of " + rule, (ICoreRunnable) monitor -> {
            try {
                URL page = RulePages.page(rule);
                shell.getDisplay().asyncExec(() -> show(page));
            } catch (IOException e) {
                throw new CoreException(Status.error(e.getMessage(), e));
            }
        });
        job.schedule();
        return null;
    }

    private static void show(URL page) {
        try {
            PlatformUI.getWorkbench().getBrowserSupport().createBrowser(LangUi.BUNDLE + ".help").openURL(page);
        } catch (PartInitException e) {
            StatusManager.getManager().handle(e.getStatus(), StatusManager.SHOW);
        }
    }
}
