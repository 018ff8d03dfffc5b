// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import org.eclipse.jface.text.IDocumentExtension3;
import org.eclipse.jface.text.source.DefaultCharacterPairMatcher;

/** Shows the other half of a pair of brackets. */
public class HvBracketMatcher extends DefaultCharacterPairMatcher {
    public HvBracketMatcher() {
        super("{}()[]".toCharArray(), IDocumentExtension3.DEFAULT_PARTITIONING, true);
    }
}
