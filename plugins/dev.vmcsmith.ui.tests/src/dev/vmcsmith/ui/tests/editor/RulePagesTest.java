// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ui.problems.RulePages;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The help page that a problem opens. */
class RulePagesTest {

    @Test
    void aRuleHasAPageThatABrowserCanShow() throws Exception {
        assertTrue(RulePages.exists("GUEST_CS_AR_TYPE"));
        Path page = Path.of(RulePages.page("GUEST_CS_AR_TYPE").toURI());
        assertTrue(Files.readString(page).contains("<h1>GUEST_CS_AR_TYPE</h1>"));
        assertTrue(Files.exists(page.resolveSibling("../../html/book.css").normalize()));
        assertTrue(Files.exists(page.resolveSibling("../fields/guest.cs.access-rights.html").normalize()));
    }

    @Test
    void whatIsNoRuleHasNoPage() {
        assertFalse(RulePages.exists("hv.unknown-name"));
        assertFalse(RulePages.exists("../../html/start"));
        assertFalse(RulePages.exists(null));
    }
}
