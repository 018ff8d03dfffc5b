// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import static dev.vmcsmith.lang.ide.WholeSetup.FILE;
import static dev.vmcsmith.lang.ide.WholeSetup.TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ide.EditorServices;
import dev.vmcsmith.lang.ide.WholeSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.emf.common.util.URI;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is proposed at {@code ^}, which takes the place of a piece of the setup. */
class HvProposalsTest {
    private static List<ContentAssistEntry> complete(EditorServices services, URI file, String marked) {
        return services.complete(file, marked.replace("^", ""), marked.indexOf('^'));
    }

    private static List<String> names(List<ContentAssistEntry> entries) {
        return entries.stream().map(ContentAssistEntry::getProposal).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "qwords 0                  ; ^                     ; bytes dwords segment tss64 gate zeros align",
        "rwu global pages 4 KiB    ; rwu ^                 ; global no-execute cache-disable pages",
        "identity rwu global       ; identity ^            ; rw rwu",
        "rwx WB ignore-pat         ; rwx WB ^              ; ignore-pat suppress-ve pages",
        "identity rwx WB ignore    ; identity ^ ignore     ; rwx r-x",
        "memory-type WB            ; memory-type ^         ; WB UC",
        "walk 4                    ; walk ^                ; 4 5",
        "hook Main -> 0x8          ; ^ -> 0x8              ; hook map",
        "Paging long at            ; Paging ^ at           ; legacy pse pae long long-5",
        "bits 64                   ; bits ^                ; 16 32 64",
        "{ eptp-switching }        ; { ^ }                 ; eptp-switching",
        "eptp-list { Identity, O   ; eptp-list { Identity, ^ O ; Other",
        "read IA32_EFER            ; read ^                ; IA32_EFER IA32_LSTAR STACK",
        "entry-msr-load { IA32_LS  ; entry-msr-load { ^ IA32_LS ; IA32_EFER IA32_PAT",
        "exit-msr-store { 0x277    ; exit-msr-store { ^ 0x277   ; IA32_PAT",
        "vpid 3                    ; ^ vpid 3              ; vmread-bitmap eoi-bitmap cr3-targets eptp-list io-bitmap tpr-threshold inject secondary-exit",
        "inject interrupt(32)      ; inject ^              ; #UD interrupt nmi mtf",
        "vpid 3                    ; vmread-bitmap { ^ } vpid 3 ; all guest.rip exit.exit-reason",
        "let next = rip + 2        ; ^                     ; let if while inject msr guest-virtual.dword port.word enable disable switch invept twice rip",
        "{ return a * 2 }          ; { return ^ }          ; a twice",
        "enable interrupt-window   ; enable ^ interrupt-window ; interrupt-window-exiting hlt-exiting",
        "msr[IA32_EFER]            ; msr[^]                ; IA32_EFER",
        "dword[next]               ; dword[^]              ; next rip STACK",
        "switch Second             ; switch ^              ; Second Guest",
        "{eax:x}                   ; {^}                   ; eax exit-reason",
        "{eax:x}                   ; {eax:^}               ; x d",
        "exits cpuid * 2           ; exits ^               ; cpuid any",
        "expect count hlt          ; expect count ^        ; hlt cpuid",
        "expect at hlt rip         ; expect at hlt ^       ; rip eax guest-physical-address",
        "memory dword[0x2_0000]    ; memory ^              ; byte dword at",
        "Guest extends             ; Second extends ^      ; Guest",
        "mov   rax, STACK          ; mov rax, ^            ; rbx again Table.flat Main IA32_EFER Paging",
        "var calls                 ; ^ var calls           ; function const page on import",
        "cr3 = Paging              ; cr3 = ^               ; Paging Main STACK CR0.PE",
        "machine { cpu \"ice-lake\" ; machine { ^          ; cpu memory host serial cpus",
    })
    void whatFitsIsProposed(String before, String replacement, String expected) {
        String text = TEXT.contains(before) ? WholeSetup.with(before, replacement) : WholeSetup.with("Second " + before.replace("Guest extends",
                "extends Guest"), replacement + " Guest");
        List<String> offered = names(complete(EditorServices.get(), FILE, text));
        for (String proposal : expected.split(" ")) {
            assertTrue(offered.contains(proposal), proposal + " is not in " + offered);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "on exit hlt { stop }           ; on exit ept-violation { ^ } ; emulate skip return",
        "{ return a * 2 }               ; { ^ }                  ; emulate",
        "on exit hlt { stop }           ; on exit hlt { ^ }      ; return",
        "primary { hlt-exiting, not     ; primary { hlt-exiting, ^ not ; hlt-exiting cr3-load-exiting",
        "rsp = STACK                    ; ^                      ; vpid host.rip exit-reason",
        "exits cpuid * 2                ; exits ^                ; other",
    })
    void whatWouldBeAnErrorIsNot(String before, String replacement, String unexpected) {
        List<String> offered = names(complete(EditorServices.get(), FILE, WholeSetup.with(before, replacement)));
        for (String proposal : unexpected.split(" ")) {
            assertFalse(offered.contains(proposal), proposal + " is in " + offered);
        }
    }

    @Test
    void controlsAndFieldsAreThoseOfTheChosenCpuWhereTheSetupNamesNone() {
        String text = WholeSetup.with("secondary { enable-ept, unrestricted-guest }", "secondary { ^ }").replace("cpu \"ice-lake\" ", "");
        assertTrue(names(complete(EditorServices.get(), FILE, text)).contains("unrestricted-guest"));
        EditorServices old = EditorServices.get().withCpu(uri -> Optional.of("penryn"));
        assertFalse(names(complete(old, FILE, text)).contains("unrestricted-guest"));
        String field = text.replace("^", "").replace("rsp = STACK", "^");
        assertTrue(names(complete(EditorServices.get(), FILE, field)).contains("pdpte0"));
        assertFalse(names(complete(old, FILE, field)).contains("pdpte0"), "exists with EPT only");
    }

    @Test
    void everyProposalButANumberHasItsDocumentation() {
        for (String place : List.of("qwords 0", "vpid 3", "rsp = STACK", "let next = rip + 2", "hook Main", "mov   rcx, IA32_PAT", "expect count hlt",
                "var calls", "{ nmi-exiting }", "read IA32_EFER")) {
            for (ContentAssistEntry entry : complete(EditorServices.get(), FILE, WholeSetup.with(place, "^ " + place))) {
                boolean number = Character.isDigit(entry.getProposal().charAt(0));
                assertTrue(number || entry.getDocumentation() != null && !entry.getDocumentation().isBlank(), place + ": " + entry.getProposal());
            }
        }
    }

    @Test
    void filesBesideTheSetupAreProposedInQuotes(@TempDir Path directory) throws Exception {
        Files.createDirectories(directory.resolve("common"));
        Files.writeString(directory.resolve("common/ports.hv"), "const A = 1");
        Files.writeString(directory.resolve("payload.bin"), "x");
        URI self = URI.createFileURI(directory.resolve("self.hv").toString());
        Files.writeString(directory.resolve("self.hv"), "");
        assertEquals(List.of("\"common/ports.hv\""), names(complete(EditorServices.get(), self, "import ^")));
        assertEquals(List.of("\"payload.bin\""), names(complete(EditorServices.get(), self, "guest file A at 0 from ^")));
    }
}
