// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.validation;

import dev.vmcsmith.lang.parser.HvScanner;
import java.util.Map;
import java.util.Set;
import org.antlr.runtime.MismatchedTokenException;
import org.antlr.runtime.MissingTokenException;
import org.antlr.runtime.RecognitionException;
import org.antlr.runtime.Token;
import org.antlr.runtime.UnwantedTokenException;
import org.eclipse.xtext.RuleCall;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.SyntaxErrorMessage;
import org.eclipse.xtext.parser.antlr.SyntaxErrorMessageProvider;

/** Says what the parser met and what it looked for, in words of the language. */
public class HvSyntaxMessages extends SyntaxErrorMessageProvider {
    /** The id of problems with the form of a setup. */
    public static final String SYNTAX = "SYNTAX";

    private static final Set<String> NAMES = Set.of("Word", "Name", "QualifiedName", "FieldName", "ExitName");
    private static final Map<String,
            String> TERMINALS = Map.of("RULE_ID", "a name", "RULE_NUMBER", "a number", "RULE_STRING", "a text in double quotes",
            "RULE_CHARS", "a character constant", "RULE_EXCEPTION", "an exception such as #UD", "RULE_RIGHTS", "access rights such as rwx",
            "RULE_ASM_TEXT", "an instruction", "RULE_ASM_LABEL", "a label", "EOF", "the end of the file",
            "RULE_TEXT_END", "a } behind the value in the text, and the end of the text,");

    @Override
    public SyntaxErrorMessage getSyntaxErrorMessage(IParserErrorContext context) {
        RecognitionException problem = context.getRecognitionException();
        if (problem == null) {
            return new SyntaxErrorMessage(context.getDefaultMessage(), SYNTAX);
        }
        if (problem.token != null && HvScanner.UNCLOSED_COMMENT.equals(problem.token.getText())) {
            return new SyntaxErrorMessage(HvScanner.misplaced(problem.token.getText()), SYNTAX);
        }
        String found = found(problem.token);
        String message = switch (problem) {
            case UnwantedTokenException unwanted -> found + " does not belong here" + wanted(unwanted, context, "; ", " follows");
            case MissingTokenException missing -> wanted(missing, context, "", " is missing before ") + found;
            case MismatchedTokenException mismatch -> found + " cannot stand here" + wanted(mismatch, context, ": ", " is missing");
            default -> isName(context.getCurrentNode()) ? "a name is missing before " + found : found + " cannot stand here";
        };
        return new SyntaxErrorMessage(message, SYNTAX);
    }

    @Override
    public SyntaxErrorMessage getSyntaxErrorMessage(IValueConverterErrorContext context) {
        SyntaxErrorMessage message = super.getSyntaxErrorMessage(context);
        return new SyntaxErrorMessage(message.getMessage(), SYNTAX);
    }

    private static String wanted(MismatchedTokenException problem, IParserErrorContext context, String before, String after) {
        String[] names = context.getTokenNames();
        if (problem.expecting < 0 || problem.expecting >= names.length) {
            return before + TERMINALS.get("EOF") + after;
        }
        String name = names[problem.expecting];
        return before + TERMINALS.getOrDefault(name, name) + after;
    }

    /** Whether the parser was at a name, which may be one of several words. */
    private static boolean isName(INode node) {
        return node != null && node.getGrammarElement() instanceof RuleCall call && NAMES.contains(call.getRule().getName());
    }

    private static String found(Token token) {
        return token == null || token.getType() == Token.EOF ? "the end of the file" : '\'' + token.getText() + '\'';
    }
}
