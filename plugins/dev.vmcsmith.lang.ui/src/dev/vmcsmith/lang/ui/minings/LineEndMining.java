// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.minings;

import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.codemining.ICodeMiningProvider;
import org.eclipse.jface.text.codemining.LineEndCodeMining;

/** A remark behind a line. */
final class LineEndMining extends LineEndCodeMining {
    LineEndMining(IDocument document, int line, ICodeMiningProvider provider, String text) throws BadLocationException {
        super(document, line, provider);
        setLabel("  " + text);
    }

    @Override
    public boolean isResolved() {
        return true;
    }
}
