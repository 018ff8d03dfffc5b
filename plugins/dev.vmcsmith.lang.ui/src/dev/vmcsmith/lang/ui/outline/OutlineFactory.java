// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.outline;

import dev.vmcsmith.lang.ui.LangUi;
import org.eclipse.core.runtime.IAdapterFactory;
import org.eclipse.ui.texteditor.ITextEditor;
import org.eclipse.ui.views.contentoutline.IContentOutlinePage;

/** Gives editors of setups their outline. */
public class OutlineFactory implements IAdapterFactory {
    @Override
    public <T> T getAdapter(Object adaptable, Class<T> type) {
        boolean setup = type == IContentOutlinePage.class && adaptable instanceof ITextEditor editor && editor.getEditorInput() != null
                && LangUi.isSetup(editor.getEditorInput().getName());
        return setup ? type.cast(new OutlinePage((ITextEditor) adaptable)) : null;
    }

    @Override
    public Class<?>[] getAdapterList() {
        return new Class<?>[] {IContentOutlinePage.class};
    }
}
