// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import java.nio.file.Path;
import java.util.Arrays;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.resource.Resource;
import org.eclipse.xtext.nodemodel.ICompositeNode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/** The text of a setup's file by lines, which count from 1. */
public final class SourceText {
    private final String text;
    private final int[] starts;

    private SourceText(String text) {
        this.text = text;
        int[] found = new int[16];
        int count = 1;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            if (count == found.length) {
                found = Arrays.copyOf(found, count * 2);
            }
            found[count++] = at + 1;
        }
        starts = Arrays.copyOf(found, count);
    }

    /** The text that an object was read from. */
    public static SourceText of(EObject object) {
        ICompositeNode node = NodeModelUtils.getNode(object);
        return new SourceText(node == null ? "" : node.getRootNode().getText());
    }

    /** The line on which an object begins, 0 for one that was not read from text. */
    public static int line(EObject object) {
        ICompositeNode node = NodeModelUtils.findActualNodeFor(object);
        return node == null ? 0 : node.getStartLine();
    }

    /** The file that an object was read from as an absolute path; null for one that is in no file. */
    public static String file(EObject object) {
        Resource resource = object.eResource();
        return resource == null || resource.getURI() == null || !resource.getURI().isFile() ? null
                : Path.of(resource.getURI().toFileString()).toAbsolutePath().normalize().toString();
    }

    public int offset(int line) {
        return starts[Math.clamp(line, 1, starts.length) - 1];
    }

    public int line(int offset) {
        int at = Arrays.binarySearch(starts, offset);
        return at >= 0 ? at + 1 : -at - 1;
    }

    public int column(int offset) {
        return offset - offset(line(offset)) + 1;
    }

    public int length() {
        return text.length();
    }
}
