// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import dev.vmcsmith.lang.format.FormatOptions;
import dev.vmcsmith.lang.ui.preferences.SetupPreferences;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.DocumentCommand;
import org.eclipse.jface.text.IAutoEditStrategy;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IRegion;
import org.eclipse.jface.text.TextUtilities;

/** Indents a new line like the one before it, one step deeper behind an opening brace; a closing brace takes the step back. */
public class HvAutoIndent implements IAutoEditStrategy {
    /** One step as the formatter makes it. */
    private static String step() {
        FormatOptions options = SetupPreferences.format();
        return options.tabs() ? "\t" : " ".repeat(options.indent());
    }

    @Override
    public void customizeDocumentCommand(IDocument document, DocumentCommand command) {
        try {
            boolean newLine = command.length == 0 && command.text != null
                    && TextUtilities.equals(document.getLegalLineDelimiters(), command.text) >= 0;
            if (newLine) {
                indentNewLine(document, command);
            } else if ("}".equals(command.text) && command.length == 0) {
                closeBlock(document, command);
            }
        } catch (BadLocationException e) {
            command.doit = true;
        }
    }

    private static void indentNewLine(IDocument document, DocumentCommand command) throws BadLocationException {
        IRegion line = document.getLineInformationOfOffset(command.offset);
        String before = document.get(line.getOffset(), command.offset - line.getOffset());
        String after = document.get(command.offset, line.getOffset() + line.getLength() - command.offset).strip();
        String indent = indent(before);
        boolean opens = withoutComment(before).endsWith("{");
        if (opens && after.equals("}")) {
            String delimiter = command.text;
            command.text = delimiter + indent + step();
            command.caretOffset = command.offset + command.text.length();
            command.shiftsCaret = false;
            command.text += delimiter + indent;
        } else {
            command.text += opens ? indent + step() : indent;
        }
    }

    private static void closeBlock(IDocument document, DocumentCommand command) throws BadLocationException {
        IRegion line = document.getLineInformationOfOffset(command.offset);
        String before = document.get(line.getOffset(), command.offset - line.getOffset());
        if (!before.isEmpty() && before.isBlank()) {
            String outer = before.endsWith("\t") ? before.substring(0, before.length() - 1)
                    : before.substring(0, Math.max(0, before.length() - step().length()));
            command.offset = line.getOffset();
            command.length = before.length();
            command.text = outer + "}";
        }
    }

    private static String indent(String line) {
        return line.substring(0, line.length() - line.stripLeading().length());
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf("//");
        return (comment < 0 ? line : line.substring(0, comment)).stripTrailing();
    }
}
