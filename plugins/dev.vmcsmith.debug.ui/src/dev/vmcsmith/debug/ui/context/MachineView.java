// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.context;

import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.model.Stop;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StackLayout;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;

/**
 * A view that shows the state of the selected machine at its current stop. It fetches with futures and shows the answer in the UI thread
 * unless the context has moved on; when there is nothing to show, one sentence says why.
 */
public abstract class MachineView extends ViewPart {

    /** How long the last stop stays visible while the machine runs: a step shall not flicker. */
    private static final int RUNNING_DELAY_MILLIS = 250;

    private Composite pages;
    private StackLayout stack;
    private Composite explanationPage;
    private Label explanation;
    private Control body;
    private ContextFollower follower;
    private String lastMessage;
    private Stop shownStop;

    @Override
    public final void createPartControl(Composite parent) {
        pages = new Composite(parent, SWT.NONE);
        stack = new StackLayout();
        pages.setLayout(stack);
        explanationPage = new Composite(pages, SWT.NONE);
        explanationPage.setLayout(new GridLayout());
        explanation = new Label(explanationPage, SWT.WRAP);
        explanation.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        body = createBody(pages);
        explain(noMachine());
        follower = new ContextFollower(getSite().getWorkbenchWindow(), this::contextChanged, this::exitsOccurred);
    }

    /** Creates what the view shows when a machine is suspended. */
    protected abstract Control createBody(Composite parent);

    /** Fetches for a suspended machine; called in the UI thread. */
    protected abstract void refresh(MachineContext context);

    /** Forgets what was shown; called in the UI thread. */
    protected abstract void clear();

    /** What the view shows, as the end of the sentence <em>suspend it to see …</em>. */
    protected abstract String subject();

    /** The log of VM exits has grown; called in the UI thread, also while the machine runs. */
    protected void exitsOccurred() {
        // only some views show the log
    }

    /** Whether the view has something to show while the machine runs. */
    protected boolean showsRunningMachine() {
        return false;
    }

    private String noMachine() {
        return "No machine is being debugged. Choose Debug As \u203a Hypervisor Setup on a setup (.hv) or an ELF image to see "
                + subject() + ".";
    }

    private void contextChanged(MachineContext context) {
        switch (context.phase()) {
            case NONE -> empty(noMachine());
            case STARTING -> empty("The machine is starting.");
            case RUNNING -> {
                if (showsRunningMachine()) {
                    refresh(context);
                } else {
                    emptyLater(context);
                }
            }
            case SUSPENDED -> refresh(context);
            case ENDED -> empty("The machine has ended. Debug the setup again to see " + subject() + ".");
        }
    }

    private void emptyLater(MachineContext context) {
        pages.getDisplay().timerExec(RUNNING_DELAY_MILLIS, () -> {
            if (isCurrent(context)) {
                empty("The machine is running. Suspend it, or wait for the next stop, to see " + subject() + ".");
            }
        });
    }

    private void empty(String sentence) {
        clear();
        explain(sentence);
    }

    /** The context that is shown. */
    protected final MachineContext context() {
        return follower == null ? MachineContext.NONE : follower.current();
    }

    private boolean isCurrent(MachineContext context) {
        return !pages.isDisposed() && follower != null && follower.current().equals(context);
    }

    /** Shows an answer in the UI thread when it arrives, unless the context has moved on; a failure is explained instead. */
    protected final <T> void whenAnswered(MachineContext context, CompletableFuture<T> answer, Consumer<T> show) {
        Display display = pages.getDisplay();
        answer.whenComplete((value, failure) -> {
            if (display.isDisposed()) {
                return;
            }
            display.asyncExec(() -> {
                if (isCurrent(context)) {
                    if (failure == null) {
                        show.accept(value);
                        shownStop = context.stop();
                    } else {
                        empty(MachineElement.messageOf(failure));
                    }
                }
            });
        });
    }

    /** Does something in the UI thread when a change is made, unless the context has moved on; a failure goes to the status line. */
    protected final <T> void whenDone(MachineContext context, CompletableFuture<T> answer, Consumer<T> done) {
        whenAnswered(context, answer.handle(Outcome<T>::new), outcome -> {
            if (outcome.failure == null) {
                done.accept(outcome.value);
            } else {
                tell(MachineElement.messageOf(outcome.failure));
            }
        });
    }

    private record Outcome<T>(T value, Throwable failure) {
    }

    /** Whether what is shown is the state at a stop, by its number. */
    public final boolean shows(int stop) {
        return shownStop != null && shownStop.number() == stop;
    }

    /** Shows an error in the status line; null removes it. */
    protected final void tell(String message) {
        lastMessage = message;
        getViewSite().getActionBars().getStatusLineManager().setErrorMessage(message);
    }

    /** The error in the status line; null for none. */
    public final String message() {
        return lastMessage;
    }

    /** Shows one sentence instead of the body. */
    protected final void explain(String sentence) {
        explanation.setText(sentence);
        show(explanationPage);
        explanationPage.layout();
    }

    /** Shows the body. */
    protected final void showBody() {
        show(body);
    }

    private void show(Control page) {
        if (stack.topControl != page) {
            stack.topControl = page;
            pages.layout();
        }
    }

    /** The sentence that is shown instead of the body; null when the body is shown. */
    public final String explanation() {
        return stack.topControl == explanationPage ? explanation.getText() : null;
    }

    @Override
    public void setFocus() {
        stack.topControl.setFocus();
    }

    @Override
    public void dispose() {
        if (follower != null) {
            follower.dispose();
        }
        super.dispose();
    }
}
