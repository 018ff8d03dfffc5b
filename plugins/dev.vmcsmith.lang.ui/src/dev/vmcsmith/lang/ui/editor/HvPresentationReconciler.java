// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import org.eclipse.jface.resource.ColorRegistry;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.presentation.PresentationReconciler;
import org.eclipse.jface.util.IPropertyChangeListener;
import org.eclipse.ui.PlatformUI;

/** Colours the text of a setup while it changes, and again when the colours themselves change, as with the dark theme. */
public class HvPresentationReconciler extends PresentationReconciler {
    private final ColorRegistry colours = PlatformUI.getWorkbench().getThemeManager().getCurrentTheme().getColorRegistry();
    private final IPropertyChangeListener recolour = event -> {
        if (event.getProperty().startsWith(TextColouring.COLOUR)) {
            recolour();
        }
    };
    private ITextViewer viewer;

    public HvPresentationReconciler() {
        TextColouring colouring = new TextColouring(colours);
        setDamager(colouring, IDocument.DEFAULT_CONTENT_TYPE);
        setRepairer(colouring, IDocument.DEFAULT_CONTENT_TYPE);
    }

    @Override
    public void install(ITextViewer textViewer) {
        super.install(textViewer);
        viewer = textViewer;
        colours.addListener(recolour);
    }

    @Override
    public void uninstall() {
        colours.removeListener(recolour);
        viewer = null;
        super.uninstall();
    }

    private void recolour() {
        if (viewer != null && viewer.getTextWidget() != null && !viewer.getTextWidget().isDisposed()) {
            viewer.invalidateTextPresentation();
        }
    }
}
