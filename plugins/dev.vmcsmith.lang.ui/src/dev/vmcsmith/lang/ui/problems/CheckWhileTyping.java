// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.reconciler.MonoReconciler;
import org.eclipse.jface.text.source.ISourceViewer;

/** Checks the text in an editor shortly after each pause in typing, in a thread of its own. */
public class CheckWhileTyping extends MonoReconciler {
    private static final int PAUSE_MS = 250;

    private final CheckStrategy strategy;

    public CheckWhileTyping() {
        this(new CheckStrategy());
    }

    private CheckWhileTyping(CheckStrategy strategy) {
        super(strategy, false);
        this.strategy = strategy;
        setDelay(PAUSE_MS);
    }

    @Override
    public void install(ITextViewer viewer) {
        if (viewer instanceof ISourceViewer source) {
            strategy.showIn(source);
        }
        super.install(viewer);
    }

    @Override
    public void uninstall() {
        super.uninstall();
        strategy.close();
    }
}
