// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.parser;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The numbers that one generated parser gives to keywords and terminals, read from its {@code .tokens} file. */
public final class TokenTypes {
    private final Map<String, Integer> keywords = new HashMap<>();
    private final Map<String, Integer> rules = new HashMap<>();

    private TokenTypes() {
    }

    /** @param lexer the generated lexer, which has the file {@code InternalHv.tokens} beside it */
    public static TokenTypes of(Class<?> lexer) {
        TokenTypes types = new TokenTypes();
        try (InputStream in = lexer.getResourceAsStream("InternalHv.tokens");
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                types.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the token file of " + lexer.getName() + " cannot be read; build the project again", e);
        }
        return types;
    }

    private void add(String line) {
        int equals = line.lastIndexOf('=');
        String name = line.substring(0, equals);
        int type = Integer.parseInt(line.substring(equals + 1));
        if (name.startsWith("'")) {
            keywords.put(name.substring(1, name.length() - 1), type);
        } else {
            rules.put(name, type);
        }
    }

    /** The number of a keyword or punctuation mark, -1 when the text is none. */
    int keyword(String text) {
        return keywords.getOrDefault(text, -1);
    }

    int rule(String name) {
        return rules.get(name);
    }
}
