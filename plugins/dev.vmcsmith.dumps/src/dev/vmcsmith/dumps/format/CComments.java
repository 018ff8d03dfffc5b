// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.text.Line;
import java.util.ArrayList;
import java.util.List;

/** Takes comments and the contents of strings out of C. */
final class CComments {
    private CComments() {
    }

    /** The lines, one for one. */
    static List<String> without(List<Line> lines) {
        List<String> result = new ArrayList<>(lines.size());
        boolean comment = false;
        for (Line line : lines) {
            String text = line.text();
            StringBuilder code = new StringBuilder(text.length());
            boolean string = false;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                char next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
                if (comment) {
                    comment = c != '*' || next != '/';
                    i += comment ? 0 : 1;
                } else if (string) {
                    i += c == '\\' ? 1 : 0;
                    string = c != '"';
                } else if (c == '/' && next == '/') {
                    break;
                } else if (c == '/' && next == '*') {
                    comment = true;
                    i++;
                } else {
                    string = c == '"';
                    code.append(c);
                }
            }
            result.add(code.toString());
        }
        return result;
    }
}
