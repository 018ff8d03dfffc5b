// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;

/** The generated help: a page for every topic, no page beyond, all of them in the table of contents. */
class HelpPagesTest {
    private static final Pattern HREF = Pattern.compile("href=\"([^\"]+\\.html)\"");

    @Test
    void thePagesAreTheTopicsAndAllAreInTheContents(@TempDir Path folder) throws Exception {
        new HelpPages(folder, "reference/").write();
        Set<String> expected = Reference.all().stream().map(topic -> topic.path() + ".html").collect(Collectors.toCollection(TreeSet::new));
        for (Topic.Kind kind : Topic.Kind.values()) {
            expected.add(kind.folder() + "/index.html");
        }
        assertEquals(expected, pages(folder));
        NodeList topics = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(folder.resolve("toc.xml").toFile())
                .getElementsByTagName("topic");
        Set<String> listed = new TreeSet<>();
        for (int i = 0; i < topics.getLength(); i++) {
            listed.add(topics.item(i).getAttributes().getNamedItem("href").getNodeValue().substring("reference/".length()));
        }
        assertEquals(expected, listed);
    }

    @Test
    void everyLinkOfAPageLeadsToAPage(@TempDir Path folder) throws IOException {
        new HelpPages(folder, "reference/").write();
        for (String page : pages(folder)) {
            Matcher links = HREF.matcher(Files.readString(folder.resolve(page)));
            while (links.find()) {
                Path target = folder.resolve(page).getParent().resolve(links.group(1)).normalize();
                assertTrue(Files.exists(target), () -> page + " leads to " + links.group(1));
            }
        }
    }

    private static Set<String> pages(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".html")).map(file -> folder.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
