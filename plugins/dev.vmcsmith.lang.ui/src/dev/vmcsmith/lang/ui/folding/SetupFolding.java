// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.folding;

import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.reconciler.MonoReconciler;
import org.eclipse.jface.text.source.projection.ProjectionViewer;

/** Makes the blocks and comments of a setup foldable, anew after each pause in typing. */
public class SetupFolding extends MonoReconciler {
    private final FoldingStrategy strategy;

    public SetupFolding() {
        this(new FoldingStrategy());
    }

    private SetupFolding(FoldingStrategy strategy) {
        super(strategy, false);
        this.strategy = strategy;
    }

    @Override
    public void install(ITextViewer viewer) {
        if (viewer instanceof ProjectionViewer projection) {
            strategy.foldIn(projection);
        }
        super.install(viewer);
    }

    @Override
    public void uninstall() {
        super.uninstall();
        strategy.foldIn(null);
    }
}
