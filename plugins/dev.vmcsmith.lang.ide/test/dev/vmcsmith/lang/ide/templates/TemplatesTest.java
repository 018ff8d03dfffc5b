// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.templates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.format.FormatOptions;
import dev.vmcsmith.lang.ide.EditorServices;
import dev.vmcsmith.lang.ide.Marked;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TemplatesTest {
    static List<Template> setups() {
        return Templates.setups();
    }

    @ParameterizedTest
    @MethodSource("setups")
    void aNewSetupHasNoProblemAndIsFormatted(Template setup) {
        String text = setup.text().replace("${title}", "new.hv").replace("${cpu}", EditorServices.defaultCpu());
        assertEquals(List.of(), Marked.issues(text));
        assertEquals(text, EditorServices.get().format(Marked.FILE, text, FormatOptions.DEFAULT).orElseThrow());
    }

    @Test
    void theTemplatesTogetherMakeASetup() {
        List<String> wanted = List.of("machine", "guest", "data", "tables", "ept", "vmcs", "handler", "other-handler", "run");
        String text = Templates.elements().stream().filter(template -> wanted.contains(template.name())).map(Template::plain)
                .collect(Collectors.joining("\n"));
        assertTrue(Marked.issues(text).stream().noneMatch(issue -> issue.isSyntaxError() || issue.getCode().equals("UNKNOWN_NAME")),
                Marked.issues(text).toString());
        assertFalse(text.contains("${"), text);
    }

    @Test
    void aSnippetNumbersItsPlacesAndEscapesBraces() {
        Template template = new Template("x", "", "on ${Guest} exit ${cpuid} { log \"{rip:x}\" ${Guest}${cursor} }", false);
        assertEquals("on ${1:Guest} exit ${2:cpuid} { log \"{rip:x\\}\" ${1:Guest}$0 \\}", template.snippet());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', ignoreLeadingAndTrailingWhitespace = false, value = {
        "^|0",
        "const A = 1\\n^|12",
        "const A = 1\\n  vmc^|14",
        "const A = 1 vmc^|-1",
        "ept E {\\n^|-1",
        "ept E {\\n}\\nvmc^|10",
        "guest code A at 0 bits 32 {\\n  mov eax, 1 ; }\\n^|-1",
        "/* vmcs\\n^|-1",
        "// {\\nvm^|5",
    })
    void aTemplateBeginsAloneOnItsLineOutsideOfBlocks(String marked, int start) {
        String text = marked.replace("\\n", "\n");
        assertEquals(start, Templates.start(text.replace("^", ""), text.indexOf('^')).orElse(-1));
    }
}
