// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.lang.plan.SourceText;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.resource.Resource;

/** Assembly text being written: instructions tagged with the line of the setup that they come from, and a pool of texts. */
final class AsmText {
    private final StringBuilder code = new StringBuilder();
    private final StringBuilder data = new StringBuilder();
    private final Resource setup;
    private final String file;
    private int names;

    /** @param file name of the setup's file in the line table; that of other files is their path */
    AsmText(Resource setup, String file) {
        this.setup = setup;
        this.file = file;
    }

    /** What follows comes from this object's line. */
    AsmText from(EObject origin) {
        code.append("%line ").append(SourceText.line(origin)).append(" \"").append(file(origin)).append("\"\n");
        return this;
    }

    /** The name of an object's file in the line table. */
    String file(EObject origin) {
        String path = origin.eResource() == setup ? null : SourceText.file(origin);
        return path == null ? file : path;
    }

    /** What follows comes from no line. */
    AsmText fromNowhere() {
        code.append("%line off\n");
        return this;
    }

    AsmText op(String instruction) {
        code.append("        ").append(instruction).append('\n');
        return this;
    }

    AsmText label(String name) {
        code.append(name).append(":\n");
        return this;
    }

    /** A name for a label that nothing else has. */
    String newName(String kind) {
        return kind + '_' + names++;
    }

    /** The label of a text that ends with 0. */
    String text(String text) {
        String name = newName("string");
        data.append(name).append(": db ");
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            data.append(b & 0xFF).append(", ");
        }
        data.append("0\n");
        return name;
    }

    AsmText data(String line) {
        data.append(line).append('\n');
        return this;
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value).toUpperCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "bits 64\n" + code + "%line off\nalign 8\n" + data;
    }
}
