// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.templates;

import dev.vmcsmith.lang.parser.HvLexer;
import dev.vmcsmith.lang.parser.HvScanner;
import dev.vmcsmith.lang.parser.antlr.internal.InternalHvLexer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.Token;

/** The templates of {@code templates.txt}. */
public final class Templates {
    private static final List<Template> ALL = read();

    private Templates() {
    }

    /** Templates for places in a setup. */
    public static List<Template> elements() {
        return ALL.stream().filter(template -> !template.setup()).toList();
    }

    /** Whole setups; the place {@code cpu} stands for the name of a CPU profile. */
    public static List<Template> setups() {
        return ALL.stream().filter(Template::setup).toList();
    }

    /**
     * Where a template for an element would begin that is asked for at an offset: at the word before it, when that word stands alone on its
     * line outside of every block.
     *
     * @return empty where no element can begin
     */
    public static OptionalInt start(String text, int offset) {
        int start = offset;
        while (start > 0 && isWord(text.charAt(start - 1))) {
            start--;
        }
        int line = text.lastIndexOf('\n', start - 1) + 1;
        return text.substring(line, start).isBlank() && isOutside(text, start) ? OptionalInt.of(start) : OptionalInt.empty();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '-';
    }

    private static boolean isOutside(String text, int offset) {
        HvLexer lexer = new HvLexer();
        lexer.setCharStream(new ANTLRStringStream(text.substring(0, offset)));
        int depth = 0;
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            depth += switch (token.getText()) {
                case HvScanner.UNCLOSED_COMMENT, "{" -> 1;
                case "}" -> -1;
                default -> 0;
            };
            if (token.getType() == InternalHvLexer.RULE_ML_COMMENT && !token.getText().endsWith("*/")) {
                return false;
            }
        }
        return depth <= 0;
    }

    /** Each template begins with a line {@code [name] description} or, for a whole setup, {@code [[name]] description}. */
    private static List<Template> read() {
        List<Template> templates = new ArrayList<>();
        for (String part : resource().split("(?m)^(?=\\[)")) {
            int end = part.indexOf('\n');
            String header = end < 0 ? "" : part.substring(0, end);
            if (header.startsWith("[")) {
                boolean setup = header.startsWith("[[");
                int close = header.indexOf(']');
                templates.add(new Template(header.substring(setup ? 2 : 1, close), header.substring(header.lastIndexOf(']') + 1).strip(),
                        part.substring(end + 1).stripTrailing() + (setup ? "\n" : ""), setup));
            }
        }
        return templates;
    }

    private static String resource() {
        try (InputStream in = Templates.class.getResourceAsStream("templates.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("templates.txt cannot be read; install VMCSmith again", e);
        }
    }
}
