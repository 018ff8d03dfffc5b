// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.fixes;

import static dev.vmcsmith.lang.ide.Marked.FILE;
import static dev.vmcsmith.lang.ide.Marked.SETUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ide.EditorServices;
import dev.vmcsmith.lang.ide.Marked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.emf.common.util.URI;
import org.eclipse.xtext.util.CancelIndicator;
import org.eclipse.xtext.validation.Issue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A setup with a mistake, the fix, and the setup after it. */
class QuickFixesTest {
    private static List<QuickFix> fixes(String text, String code) {
        List<QuickFix> found = new ArrayList<>();
        for (Issue issue : Marked.issues(text)) {
            if (issue.getCode().equals(code)) {
                found.addAll(EditorServices.get().fixes(FILE, text, code, issue.getOffset(), issue.getLength()));
            }
        }
        return found;
    }

    private static QuickFix fix(String text, String code, String label) {
        List<QuickFix> fixes = fixes(text, code);
        return fixes.stream().filter(fix -> fix.label().equals(label)).findFirst()
                .orElseThrow(() -> new AssertionError(label + " is not in " + fixes + ", problems " + Marked.issues(text)));
    }

    @Test
    void theSetupWithoutAMistakeHasNoProblem() {
        assertEquals(List.of(), Marked.issues(SETUP));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "= 0xC09B               | = 0xC09A               | GUEST_CS_AR_TYPE    | Set guest.cs.access-rights to 0x0000C09B",
        "{ hlt-exiting }        | { htl-exiting }        | UNKNOWN_NAME        | Change to 'hlt-exiting'",
        "rip = Main             | rip = Mian             | UNKNOWN_NAME        | Change to 'Main'",
        "rsp = STACK            | rspp = STACK           | UNKNOWN_NAME        | Change to 'rsp'",
        "guest protected-32     | guest protected32      | UNKNOWN_NAME        | Change to 'protected-32'",
        "exit cpuid             | exit cpuld             | UNKNOWN_NAME        | Change to 'cpuid'",
        "ept Identity\\n        | ept Identiti\\n        | UNKNOWN_NAME        | Change to 'Identity'",
        "\"skylake\"            | \"skylaek\"            | UNKNOWN_NAME        | Change to \"skylake\"",
        "jmp   again            | jmp   agian            | ASSEMBLY            | Change to 'again'",
        "again:\\n        cpuid | again:\\n        cpuuid | ASSEMBLY            | Change to 'cpuid'",
        "vmcs Guest             | vmsc Guest             | SYNTAX              | Change to 'vmcs'",
        "{ hlt-exiting }        | { hlt-exiting, hlt-exiting } | DUPLICATE     | Remove the second 'hlt-exiting'",
    })
    void aFixGivesBackWhatWasMeant(String right, String wrong, String code, String label) {
        String before = right.replace("\\n", "\n");
        String text = Marked.with(before, wrong.replace("\\n", "\n"));
        assertEquals(SETUP, fix(text, code, label).apply(text));
    }

    @Test
    void aControlInTheWrongListIsMoved() {
        String text = Marked.with("{ hlt-exiting }", "{ hlt-exiting, enable-vpid }");
        assertEquals(Marked.with("{ unrestricted-guest }", "{ unrestricted-guest, enable-vpid }"),
                fix(text, "UNKNOWN_NAME", "Move to secondary").apply(text));
    }

    @Test
    void aFieldThatIsMissingIsAddedToItsArea() {
        String text = Marked.with("{ unrestricted-guest }", "{ enable-ept }");
        String fixed = fix(text, "GUEST_CR0_FIXED0", "Set guest.cr0 to 0x80000031").apply(text);
        assertTrue(fixed.contains("cs.access-rights = 0xC09B\n        cr0 = 0x80000031\n    }"), fixed);
    }

    @Test
    void aControlThatARuleDemandsIsAddedOrTheOneThatDemandsItRemoved() {
        String text = Marked.with("{ hlt-exiting }", "{ hlt-exiting } pin-based { virtual-nmis }");
        assertTrue(fix(text, "CTL_VIRTUAL_NMIS_NEED_NMI_EXITING", "Set \"nmi-exiting\" in pin-based").apply(text)
                .contains("pin-based { virtual-nmis, nmi-exiting }"));
        assertTrue(fix(text, "CTL_VIRTUAL_NMIS_NEED_NMI_EXITING", "Clear \"virtual-nmis\" in pin-based").apply(text)
                .contains("pin-based { }"));
    }

    @Test
    void theFixedBitsOfAValueAreSet() {
        String text = Marked.with("rip = Main", "rip = Main rflags = 0");
        assertTrue(fix(text, "GUEST_RFLAGS_FIXED", "Set guest.rflags to 0x00000002").apply(text).contains("rflags = 0x2"));
        String vpid = Marked.with("ept Identity\n ", "ept Identity vpid 0\n ");
        assertTrue(fix(vpid, "CTL_VPID_ZERO", "Set control.vpid to 0x0001").apply(vpid).contains("vpid 1"));
    }

    @Test
    void aHandlerIsCreatedBeforeThatOfAllOtherExits() {
        String text = Marked.with("on Guest exit other { panic \"not handled: {exit-reason}\" }\n", "")
                .replace("on Guest exit hlt { stop }\n", "");
        String fixed = fix(text, "NO_HANDLER", "Create the handler 'on Guest exit hlt'").apply(text);
        assertTrue(fixed.contains("\non Guest exit hlt {\n    emulate\n}\nrun Guest"), fixed);
        assertEquals(List.of(), Marked.issues(fixed));
    }

    @ParameterizedTest
    @CsvSource({"again:, again: invd, invd, emulate", "{ unrestricted-guest }, { unrestricted-guest } exceptions { #UD }, exception-nmi, panic",
        "{ unrestricted-guest }, { unrestricted-guest } io-bitmap { 0x80 }, io-instruction, emulate", "{ stop }, { inject mtf stop }, monitor-trap-flag, panic",
        "rwx WB, rwx WB hook 0x5000 -> r--, ept-violation, panic"})
    void aHandlerIsCreatedForWhatExitsInTheGuest(String before, String after, String reason, String body) {
        String text = Marked.with("on Guest exit other { panic \"not handled: {exit-reason}\" }\n", "").replace(before, after);
        String fixed = fix(text, "NO_HANDLER", "Create the handler 'on Guest exit " + reason + "'").apply(text);
        assertTrue(fixed.contains("\non Guest exit " + reason + " {\n    " + body), fixed);
        assertEquals(List.of(), Marked.issues(fixed));
    }

    @Test
    void aHandlerThatNeverRunsGetsItsControlOrGoes() {
        String text = Marked.with("primary   { hlt-exiting }", "primary   { }");
        assertEquals(SETUP, fix(text, "HANDLER_NEVER_RUNS", "Add the control hlt-exiting to Guest").apply(text));
        assertFalse(fix(text, "HANDLER_NEVER_RUNS", "Remove the handler").apply(text).contains("exit hlt"));
    }

    @Test
    void aMissingGroupOfControlsIsMade() {
        String text = Marked.with("    primary   { hlt-exiting }\n    secondary { unrestricted-guest }\n", "");
        String fixed = fix(text, "HANDLER_NEVER_RUNS", "Add the control hlt-exiting to Guest").apply(text);
        assertTrue(fixed.contains("vmcs Guest {\n    primary { hlt-exiting }\n    ept"), fixed);
    }

    @Test
    void aPageWithoutMappingIsMapped() {
        String text = Marked.with("map 0 .. 16 MiB", "map 0 .. 0x1_0000");
        String fixed = fix(text, "GUEST_NOT_MAPPED", "Map 0x10000 to 0x10FFF in Identity").apply(text);
        assertTrue(fixed.contains("rwx WB\n    map 0x10000 .. 0x11000 -> identity rwx WB\n}"), fixed);
        assertTrue(Marked.issues(fixed).stream().noneMatch(issue -> issue.getCode().equals("GUEST_NOT_MAPPED")));
    }

    @Test
    void aControlThatTheCpuLacksIsRemovedOrTheCpuChanged() {
        String text = Marked.with("\"skylake\"", "\"penryn\"");
        String removed = fix(text, "CONTROL_NOT_AVAILABLE", "Remove 'unrestricted-guest'").apply(text);
        assertTrue(removed.contains("secondary { }"), removed);
        List<QuickFix> fixes = fixes(text, "CONTROL_NOT_AVAILABLE");
        QuickFix cpu = fixes.stream().filter(fix -> fix.label().startsWith("Use the CPU profile")).findFirst().orElseThrow();
        String changed = cpu.apply(text);
        assertTrue(Marked.issues(changed).stream().noneMatch(issue -> issue.getCode().equals("CONTROL_NOT_AVAILABLE")), changed);
    }

    @Test
    void aValueThatIsTooWideKeepsItsLowBits() {
        String text = Marked.with("= 0xC09B", "= 0x1_0000_C09B");
        assertEquals(SETUP, fix(text, "VALUE_TOO_WIDE", "Keep the 32 bits that the field has: 0xC09B").apply(text));
    }

    @Test
    void aVmcsWithoutEptGetsOne() {
        String text = Marked.with("{ unrestricted-guest }\n    ept Identity\n", "{ enable-ept }\n");
        String fixed = fix(text, "MISSING", "Use the EPT Identity").apply(text);
        assertTrue(Marked.issues(fixed).stream().noneMatch(issue -> issue.getCode().equals("MISSING")), fixed);
    }

    @Test
    void aPreviewShowsTheLinesThatChange() {
        String text = Marked.with("= 0xC09B", "= 0xC09A");
        assertEquals(List.of("-         cs.access-rights = 0xC09A", "+         cs.access-rights = 0xC09B"),
                fix(text, "GUEST_CS_AR_TYPE", "Set guest.cs.access-rights to 0x0000C09B").preview(text));
    }

    @Test
    void noTextMakesAFixFail() {
        String text = Marked.with("= 0xC09B", "= 0x9A").replace("Main", "Mian");
        for (int length = 0; length < text.length(); length += 11) {
            String part = text.substring(0, length);
            for (Issue issue : Marked.issues(part)) {
                EditorServices.get().fixes(FILE, part, issue.getCode(), issue.getOffset(), issue.getLength()).forEach(fix -> fix.apply(part));
            }
        }
    }

    @Test
    void theFileThatDeclaresANameIsImported(@TempDir Path folder) throws IOException {
        Files.createDirectory(folder.resolve("lib"));
        Files.writeString(folder.resolve("lib").resolve("values.hv"), "const STACK = 0x9_0000\n");
        URI file = URI.createFileURI(folder.resolve("main.hv").toString());
        String text = Marked.with("const STACK", "const OTHER");
        Issue issue = EditorServices.get().check(file, text, CancelIndicator.NullImpl).getFirst();
        assertTrue(issue.getMessage().endsWith("add import \"lib/values.hv\""), issue.getMessage());
        QuickFix fix = EditorServices.get().fixes(file, text, issue.getCode(), issue.getOffset(), issue.getLength()).getFirst();
        assertEquals("Import \"lib/values.hv\"", fix.label());
        assertEquals("import \"lib/values.hv\"\n" + text, fix.apply(text));
        assertEquals(List.of(), EditorServices.get().check(file, fix.apply(text), CancelIndicator.NullImpl));
    }
}
