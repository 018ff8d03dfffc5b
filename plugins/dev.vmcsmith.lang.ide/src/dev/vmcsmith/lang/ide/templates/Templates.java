// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.templates;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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
