// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The help bundle as it is built: every page is in the contents, and every entry of the contents is a page. */
class HelpTest {

    @Test
    void thePagesOfTheBundleAreThoseOfItsContents() throws Exception {
        try (JarFile jar = new JarFile(bundle().toFile())) {
            Set<String> listed = new TreeSet<>(hrefs(jar, "toc.xml"));
            listed.addAll(hrefs(jar, "reference/toc.xml"));
            Set<String> pages = jar.stream().map(entry -> entry.getName()).filter(name -> name.endsWith(".html"))
                .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(pages, listed);
            assertTrue(pages.stream().filter(page -> page.startsWith("reference/rules/")).count() > 300);
            assertTrue(pages.contains("reference/rules/GUEST_CS_AR_TYPE.html"));
        }
    }

    private static Path bundle() throws Exception {
        try (Stream<Path> files = Files.list(Checkout.ROOT.resolve("plugins/dev.vmcsmith.doc/target"))) {
            return files.filter(file -> file.getFileName().toString().matches("dev\\.vmcsmith\\.doc-.*\\.jar")).findFirst().orElseThrow();
        }
    }

    private static Set<String> hrefs(JarFile jar, String contents) throws Exception {
        try (InputStream in = jar.getInputStream(jar.getEntry(contents))) {
            NodeList topics = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in).getElementsByTagName("topic");
            Set<String> hrefs = new TreeSet<>();
            for (int i = 0; i < topics.getLength(); i++) {
                hrefs.add(((Element) topics.item(i)).getAttribute("href"));
            }
            return hrefs;
        }
    }
}
