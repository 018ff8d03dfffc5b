// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ide.hover.Hover;
import dev.vmcsmith.lang.ide.navigation.Definition;
import dev.vmcsmith.lang.ide.outline.OutlineNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.emf.common.util.URI;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;
import org.eclipse.xtext.util.CancelIndicator;
import org.eclipse.xtext.validation.Issue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the services answer for a text; {@code ^} marks the cursor. */
class EditorServicesTest {
    private static final URI FILE = URI.createFileURI("/setups/test.hv");
    private static final String SETUP = """
            machine { cpu "skylake" memory 64 MiB host long-64 }
            const STOP = 'SVT'
            guest code Main at 0x1_0000 bits 32 {
            start:  mov eax, STOP
                    vmcall
            }
            ept Identity { map 0 .. 16 MiB -> identity rwx WB }
            vmcs Guest {
                primary { use-msr-bitmaps }
                ept Identity
                guest protected-32 {
                    rip = Main
                    cs.access-rights = 0xC09B
                }
            }
            on Guest exit cpuid { log "leaf {eax:x}" emulate }
            on Guest exit vmcall { if eax == STOP { stop } else { inject #UD } }
            run Guest { expect exits vmcall }
            """;

    private static String with(String before, String replacement) {
        assertTrue(SETUP.contains(before), before);
        return SETUP.replace(before, replacement);
    }

    private static List<ContentAssistEntry> complete(String marked) {
        int offset = marked.indexOf('^');
        return EditorServices.get().complete(FILE, marked.replace("^", ""), offset);
    }

    private static void offers(String marked, String... proposals) {
        List<String> offered = complete(marked).stream().map(ContentAssistEntry::getProposal).toList();
        for (String proposal : proposals) {
            assertTrue(offered.contains(proposal), proposal + " is not in " + offered);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "rip = Main                 | cs.acc^                     | cs.access-rights",
        "rip = Main                 | ^                           | rip rsp cr3 ia32-efer",
        "cs.access-rights = 0xC09B  | vmcs-l^                     | vmcs-link-pointer",
        "rip = Main                 | rip = M^                    | Main",
        "{ use-msr-bitmaps }        | { use-msr-bitmaps, ^ }      | cr3-load-exiting hlt-exiting",
        "{ use-msr-bitmaps }        | { cr3^ }                    | cr3-load-exiting cr3-store-exiting",
        "{ use-msr-bitmaps }        | { msr^ }                    | use-msr-bitmaps",
        "guest protected-32 {       | ept ^ guest protected-32 {  | Identity",
        "guest protected-32 {       | guest ^ {                   | protected-32 long-64 real-16",
        "exit cpuid {               | exit ^ {                    | cpuid ept-violation other",
        "expect exits vmcall        | expect exits ^              | cpuid vmcall",
        "vmcall                     | ^                           | mov vmcall cpuid",
        "mov eax, STOP              | mov eax, ^                  | ebx STOP Main start",
        "mov eax, STOP              | mo^                         | mov movsx",
        "inject #UD                 | inject ^                    | #UD #GP",
        "inject #UD                 | inject #^                   | #UD #GP",
        "host long-64               | host ^                      | long-64",
        "emulate }                  | ^ }                         | emulate log stop if inject",
        "{ stop }                   | { st^ }                     | stop",
        "eax == STOP                | eax == ^                    | STOP",
        "eax == STOP                | e^ == STOP                  | eax exit-reason",
        "emulate }                  | e^ }                        | emulate eax",
        "run Guest                  | run ^                       | Guest",
        "machine {                  | ^ machine {                 | vmcs guest ept on run const",
        "rwx WB                     | rwx ^                       | WB UC",
    })
    void completionOffersWhatFitsThePlace(String before, String replacement, String expected) {
        offers(with(before, replacement), expected.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/* vm^ */\nconst A = 1\n", "// vm^\n", "vmcs G { // ^\n }", "guest code A at 0 bits 32 {\n nop ; mo^v\n}",
        "on exit hlt { log \"te^xt\" }", "on exit hlt { log \"{rax} te^xt\" }"})
    void completionOffersNothingInCommentsAndTexts(String marked) {
        assertEquals(List.of(), complete(marked));
        assertFalse(complete("/* a */ ^").isEmpty());
    }

    @Test
    void completionOffersTheProfilesInQuotes() {
        offers(with("cpu \"skylake\"", "cpu ^"), "\"skylake\"", "\"haswell\"");
    }

    @Test
    void completionLeavesOutControlsThatTheCpuLacks() {
        String text = with("primary { use-msr-bitmaps }", "secondary { ^ }").replace("skylake", "penryn");
        List<String> offered = complete(text).stream().map(ContentAssistEntry::getProposal).toList();
        assertTrue(offered.contains("virtualize-apic-accesses"), offered.toString());
        assertFalse(offered.contains("enable-ept"), "Penryn has no EPT");
    }

    @Test
    void aProposalCarriesItsDocumentationAndWhatItReplaces() {
        ContentAssistEntry entry = complete(with("rip = Main", "cs.acc^")).stream().filter(e -> e.getProposal().equals("cs.access-rights"))
                .findFirst().orElseThrow();
        assertEquals("cs.acc", entry.getPrefix());
        assertEquals("Guest CS access rights", entry.getDescription());
        assertTrue(entry.getDocumentation().contains("0x4816"), entry.getDocumentation());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "cs.acc^ess-rights   | Guest CS access rights        | 0x4816",
        "use-msr^-bitmaps    | Use MSR bitmaps               | may be 0 or 1",
        "exit cp^uid         | CPUID                         | VM exit 10",
        "= 0xC0^9B           | 0x0000C09B in Guest CS access rights |",
        "#U^D                | #UD                           | vector 6",
        "== ST^OP            | const STOP = 'SVT'            | line 2",
        "vmca^ll             | VMCALL                        | vmcall",
        "mo^v eax            | MOV                           | mov",
        "protected^-32       | protected-32                  | 32-bit protected mode",
        "emul^ate            | emulate                       | RIP",
        "if ea^x             | eax                           | register",
        "{ st^op }           | stop                          | VMXOFF",
        "sky^lake            | Intel                         | ",
    })
    void hoverSaysWhatStandsThere(String marked, String title, String fact) {
        String plain = marked.replace("^", "");
        int offset = SETUP.indexOf(plain) + marked.indexOf('^');
        Optional<Hover> hover = EditorServices.get().hover(FILE, SETUP, offset);
        assertTrue(hover.isPresent(), marked);
        String text = hover.get().facts().toString();
        assertTrue(text.contains(title.replace("''", "'")), text);
        assertTrue(fact == null || text.contains(fact), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "rip = Ma^in       | Main at",
        "eax == ST^OP      | STOP = 'SVT'",
        "mov eax, S^TOP    | STOP = 'SVT'",
        "on Gu^est exit    | Guest {",
    }, quoteCharacter = '`')
    void aNameLeadsToItsDefinition(String marked, String definition) {
        int offset = SETUP.indexOf(marked.replace("^", "")) + marked.indexOf('^');
        Definition found = EditorServices.get().definition(FILE, SETUP, offset).orElseThrow();
        assertEquals(FILE, found.file());
        assertEquals(SETUP.indexOf(definition), found.offset());
    }

    @Test
    void aRegisterAndAFieldHaveNoDefinition() {
        assertTrue(EditorServices.get().definition(FILE, SETUP, SETUP.indexOf("eax == STOP")).isEmpty());
        assertTrue(EditorServices.get().definition(FILE, SETUP, SETUP.indexOf("cs.access")).isEmpty());
    }

    @Test
    void theOutlineHasEveryElement() {
        List<OutlineNode> nodes = EditorServices.get().outline(FILE, SETUP);
        assertEquals(List.of("machine", "STOP = 'SVT'", "Main : 32-bit code", "Identity", "Guest", "on Guest exit cpuid", "on Guest exit vmcall",
                "run Guest"), nodes.stream().map(OutlineNode::label).toList());
        assertEquals(List.of("start"), nodes.get(2).children().stream().map(OutlineNode::label).toList());
        assertEquals(List.of("primary : 1", "ept Identity", "guest : protected-32"), nodes.get(4).children().stream().map(OutlineNode::label)
                .toList());
        OutlineNode vmcs = nodes.get(4);
        assertEquals("Guest", SETUP.substring(vmcs.nameOffset(), vmcs.nameOffset() + vmcs.nameLength()));
    }

    @Test
    void aSyntaxErrorIsFoundAtItsPlace() {
        String text = with("const STOP = 'SVT'", "const STOP 'SVT'");
        Issue issue = EditorServices.get().check(FILE, text, CancelIndicator.NullImpl).stream().filter(Issue::isSyntaxError).findFirst().orElseThrow();
        assertEquals(2, issue.getLineNumber());
    }

    @Test
    void aCancelledCheckAnswersWithNothing() {
        assertEquals(List.of(), EditorServices.get().check(FILE, with("const STOP = 'SVT'", "const STOP 'SVT'"), () -> true));
    }

    @Test
    void callsFromSeveralThreadsAnswerTheSame() throws Exception {
        String wrong = with("= 0xC09B", "= 0x9A");
        List<String> expected = problems(wrong);
        assertTrue(expected.contains("GUEST_CS_AR_TYPE"), expected.toString());
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<List<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                int offset = i * 5;
                answers.add(threads.submit(() -> {
                    EditorServices.get().complete(FILE, SETUP, offset);
                    EditorServices.get().hover(FILE, SETUP, offset);
                    return problems(wrong);
                }));
            }
            for (Future<List<String>> answer : answers) {
                assertEquals(expected, answer.get());
            }
        }
    }

    private static List<String> problems(String text) {
        return EditorServices.get().check(FILE, text, CancelIndicator.NullImpl).stream().map(Issue::getCode).toList();
    }

    @Test
    void noTextMakesAServiceFail() {
        for (int length = 0; length < SETUP.length(); length += 7) {
            String text = SETUP.substring(0, length);
            EditorServices.get().check(FILE, text, CancelIndicator.NullImpl);
            EditorServices.get().complete(FILE, text, length);
            EditorServices.get().hover(FILE, text, Math.max(0, length - 1));
            EditorServices.get().outline(FILE, text);
        }
    }
}
