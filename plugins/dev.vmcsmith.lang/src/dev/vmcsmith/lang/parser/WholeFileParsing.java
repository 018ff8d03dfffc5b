// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.parser;

import org.eclipse.xtext.parser.IParseResult;
import org.eclipse.xtext.parser.IParser;
import org.eclipse.xtext.parser.impl.PartialParsingHelper;
import org.eclipse.xtext.util.ReplaceRegion;

/**
 * Parses the whole file after each change. What a token is depends on the text before it (assembly, interpolated text), so the tokens of
 * a part cannot be found alone; the parser is fast enough for files of many thousand lines.
 */
public class WholeFileParsing extends PartialParsingHelper {
    @Override
    public IParseResult reparse(IParser parser, IParseResult previous, ReplaceRegion change) {
        return fullyReparse(parser, previous, change);
    }
}
