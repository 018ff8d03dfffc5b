// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import com.google.inject.Binder;
import com.google.inject.name.Names;
import dev.vmcsmith.lang.naming.HvNames;
import dev.vmcsmith.lang.parser.HvLexer;
import dev.vmcsmith.lang.parser.HvValueConverters;
import dev.vmcsmith.lang.parser.RecoveringParser;
import dev.vmcsmith.lang.parser.WholeFileParsing;
import dev.vmcsmith.lang.validation.HvLinkingMessages;
import dev.vmcsmith.lang.validation.HvSyntaxMessages;
import org.eclipse.xtext.conversion.IValueConverterService;
import org.eclipse.xtext.linking.ILinkingDiagnosticMessageProvider;
import org.eclipse.xtext.naming.IQualifiedNameProvider;
import org.eclipse.xtext.parser.IParser;
import org.eclipse.xtext.parser.antlr.IPartialParsingHelper;
import org.eclipse.xtext.parser.antlr.ISyntaxErrorMessageProvider;
import org.eclipse.xtext.parser.antlr.Lexer;
import org.eclipse.xtext.parser.antlr.LexerBindings;

/** The services of the language that differ from Xtext's own. */
public class HvRuntimeModule extends AbstractHvRuntimeModule {
    @Override
    public Class<? extends Lexer> bindLexer() {
        return HvLexer.class;
    }

    @Override
    public void configureRuntimeLexer(Binder binder) {
        binder.bind(Lexer.class).annotatedWith(Names.named(LexerBindings.RUNTIME)).to(HvLexer.class);
    }

    @Override
    public Class<? extends IParser> bindIParser() {
        return RecoveringParser.class;
    }

    public Class<? extends IPartialParsingHelper> bindIPartialParserHelper() {
        return WholeFileParsing.class;
    }

    @Override
    public Class<? extends IValueConverterService> bindIValueConverterService() {
        return HvValueConverters.class;
    }

    @Override
    public Class<? extends IQualifiedNameProvider> bindIQualifiedNameProvider() {
        return HvNames.class;
    }

    public Class<? extends ILinkingDiagnosticMessageProvider> bindILinkingDiagnosticMessageProvider() {
        return HvLinkingMessages.class;
    }

    public Class<? extends ISyntaxErrorMessageProvider> bindISyntaxErrorMessageProvider() {
        return HvSyntaxMessages.class;
    }
}
