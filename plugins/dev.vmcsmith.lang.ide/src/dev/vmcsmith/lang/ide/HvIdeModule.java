// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide;

import com.google.inject.Binder;
import com.google.inject.name.Names;
import dev.vmcsmith.lang.ide.contentassist.HvContentAssistLexer;
import dev.vmcsmith.lang.ide.contentassist.HvPrefixMatcher;
import dev.vmcsmith.lang.ide.contentassist.HvProposals;
import org.eclipse.xtext.ide.LexerIdeBindings;
import org.eclipse.xtext.ide.editor.contentassist.IPrefixMatcher;
import org.eclipse.xtext.ide.editor.contentassist.IdeContentProposalProvider;
import org.eclipse.xtext.ide.editor.contentassist.antlr.internal.Lexer;

/** The editor services of the language that differ from Xtext's own. */
public class HvIdeModule extends AbstractHvIdeModule {
    @Override
    public void configureContentAssistLexer(Binder binder) {
        binder.bind(Lexer.class).annotatedWith(Names.named(LexerIdeBindings.CONTENT_ASSIST)).to(HvContentAssistLexer.class);
    }

    @Override
    public Class<? extends IPrefixMatcher> bindIPrefixMatcher() {
        return HvPrefixMatcher.class;
    }

    public Class<? extends IdeContentProposalProvider> bindIdeContentProposalProvider() {
        return HvProposals.class;
    }
}
