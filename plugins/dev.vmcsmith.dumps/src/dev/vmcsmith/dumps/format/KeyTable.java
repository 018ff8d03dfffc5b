// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.text.Tokens;
import dev.vmcsmith.vmx.VmcsField;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a producer prints in front of each value; see {@code sections.keys}. */
final class KeyTable {
    private static final int COLUMNS = 5;

    private final Map<String, List<Key>> byFirstWord = new HashMap<>();

    /**
     * One row.
     *
     * @param unmistakable the key may stand outside its section
     * @param context the context that it needs; empty for none
     * @param words the words and signs before the value
     * @param digits how many digits the producer writes at least
     * @param fields the field; two for a selector and an offset that a colon separates
     */
    record Key(String section, boolean unmistakable, String context, String[] words, int digits, VmcsField[] fields) {

        boolean matches(Tokens tokens, int at) {
            for (int i = 0; i < words.length; i++) {
                if (!tokens.is(at + i, words[i])) {
                    return false;
                }
            }
            return true;
        }

        /** The context that the key sets; null if it sets none. */
        String sets() {
            return words[0].equals("PLE") || words.length > 2 && words[1].equals(":") && fields.length == 1 ? words[0] : null;
        }
    }

    /** Reads a resource of this package. */
    KeyTable(String resource) {
        try (InputStream in = KeyTable.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The bundle lacks its resource " + resource);
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank() && line.charAt(0) != '#')
                    .forEach(this::row);
        } catch (IOException e) {
            throw new IllegalStateException("The bundle's resource " + resource + " cannot be read", e);
        }
        byFirstWord.values().forEach(keys -> keys.sort((a, b) -> b.words.length - a.words.length));
    }

    private void row(String row) {
        String[] columns = row.split("(?<!\\\\)\\|");
        if (columns.length != COLUMNS) {
            throw new IllegalStateException("Not a row of keys: " + row);
        }
        String section = columns[0].strip();
        boolean unmistakable = section.endsWith("*");
        String context = columns[1].strip();
        String[] words = columns[2].strip().replace("\\|", "|").split(" ");
        String[] names = columns[4].strip().split(" ");
        VmcsField[] fields = new VmcsField[names.length];
        for (int i = 0; i < names.length; i++) {
            fields[i] = VmcsField.valueOf(names[i]);
        }
        String plain = unmistakable ? section.substring(0, section.length() - 1) : section;
        byFirstWord.computeIfAbsent(words[0], key -> new ArrayList<>()).add(new Key(plain, unmistakable,
                context.equals("-") ? "" : context, words, Integer.parseInt(columns[3].strip()), fields));
    }

    /**
     * The longest key that stands at a token.
     *
     * @param section the section that the token stands in; null outside of all
     * @param context what the keys before it set
     * @return null if there is none
     */
    Key at(Tokens tokens, int at, String section, String context) {
        for (Key key : byFirstWord.getOrDefault(tokens.text(at), List.of())) {
            boolean here = section == null ? key.unmistakable : key.section.equals(section);
            if (here && (key.context.isEmpty() || key.context.equals(context)) && key.matches(tokens, at)) {
                return key;
            }
        }
        return null;
    }
}
