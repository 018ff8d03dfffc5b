// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.reference;

import dev.vmcsmith.vmx.reference.Topic.Kind;
import dev.vmcsmith.vmx.reference.Topic.Line;
import dev.vmcsmith.vmx.reference.Topic.Section;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the topics as help pages: {@code KIND/NAME.html}, a list {@code KIND/index.html} for each kind, and the table of
 * contents {@code toc.xml} for the help system. The build runs {@link #main} for the help bundle.
 */
public final class HelpPages {
    private final Path folder;
    private final String prefix;

    /**
     * @param folder takes the pages
     * @param prefix path of the folder within its bundle, for the table of contents
     */
    public HelpPages(Path folder, String prefix) {
        this.folder = folder;
        this.prefix = prefix;
    }

    /** Writes all pages into the folder that the first argument names; the second is its path within the bundle. */
    public static void main(String[] arguments) throws IOException {
        new HelpPages(Path.of(arguments[0]), arguments[1]).write();
    }

    /** Writes every page, and leaves those alone that are as they should be. */
    public void write() throws IOException {
        for (Topic topic : Reference.all()) {
            file(topic.path() + ".html", page(topic));
        }
        for (Kind kind : Kind.values()) {
            file(kind.folder() + "/index.html", list(kind));
        }
        file("toc.xml", contents());
    }

    private void file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        if (!Files.exists(file) || !Files.readString(file, StandardCharsets.UTF_8).equals(text)) {
            Files.writeString(file, text, StandardCharsets.UTF_8);
        }
    }

    /** The page of a topic. */
    static String page(Topic topic) {
        StringBuilder body = new StringBuilder();
        body.append("<p>").append(escape(topic.summary())).append("</p>\n");
        for (Section section : topic.sections()) {
            body.append("<h2>").append(escape(section.heading())).append("</h2>\n");
            boolean table = section.lines().stream().anyMatch(line -> !line.term().isEmpty());
            body.append(table ? "<table>\n" : "");
            for (Line line : section.lines()) {
                body.append(table ? row(line) : "<p>" + escape(line.text()) + "</p>\n");
            }
            body.append(table ? "</table>\n" : "");
        }
        body.append("<p><a href=\"index.html\">").append(topic.kind().title()).append("</a></p>\n");
        return html(topic.title(), body.toString());
    }

    private static String row(Line line) {
        String term = escape(line.term());
        String cell = line.link() == null ? term : "<a href=\"../" + escape(line.link()) + ".html\">" + term + "</a>";
        return "<tr><td>" + cell + "</td><td>" + escape(line.text()) + "</td></tr>\n";
    }

    private static String list(Kind kind) {
        StringBuilder body = new StringBuilder("<table>\n");
        for (Topic topic : of(kind)) {
            body.append("<tr><td><a href=\"").append(escape(topic.name())).append(".html\">").append(escape(topic.name()))
                    .append("</a></td><td>").append(escape(topic.summary())).append("</td></tr>\n");
        }
        return html(kind.title(), body.append("</table>\n").toString());
    }

    private static List<Topic> of(Kind kind) {
        return Reference.all().stream().filter(topic -> topic.kind() == kind).toList();
    }

    private static String html(String title, String body) {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"UTF-8\">\n<title>" + escape(title)
                + "</title>\n<link rel=\"stylesheet\" href=\"../../html/book.css\">\n</head>\n<body>\n<h1>" + escape(title) + "</h1>\n" + body
                + "</body>\n</html>\n";
    }

    private String contents() {
        List<String> lines = new ArrayList<>();
        lines.add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        lines.add("<toc label=\"Reference\" link_to=\"toc.xml#reference\">");
        for (Kind kind : Kind.values()) {
            lines.add("  <topic label=\"" + kind.title() + "\" href=\"" + prefix + kind.folder() + "/index.html\">");
            for (Topic topic : of(kind)) {
                lines.add("    <topic label=\"" + escape(kind == Kind.FIELD ? topic.name() : topic.title()) + "\" href=\"" + prefix
                        + topic.path() + ".html\"/>");
            }
            lines.add("  </topic>");
        }
        lines.add("</toc>");
        return String.join("\n", lines) + "\n";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
