// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.hover;

import static dev.vmcsmith.lang.ide.WholeSetup.FILE;
import static dev.vmcsmith.lang.ide.WholeSetup.TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ide.EditorServices;
import dev.vmcsmith.lang.ide.WholeSetup;
import java.util.List;
import java.util.Optional;
import org.eclipse.xtext.diagnostics.Severity;
import org.eclipse.xtext.util.CancelIndicator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HvHoverTest {
    private static String hover(EditorServices services, String text, String marked) {
        String plain = marked.replace("^", "");
        assertTrue(text.contains(plain), plain);
        int offset = text.indexOf(plain) + marked.indexOf('^');
        return services.hover(FILE, text, offset).map(hover -> hover.facts().toString()).orElse("nothing at " + marked);
    }

    private static String hover(String marked) {
        return hover(EditorServices.get(), TEXT, marked);
    }

    @Test
    void theSetupOfTheseTestsHasNoErrors() {
        assertEquals(List.of(), EditorServices.get().check(FILE, TEXT, CancelIndicator.NullImpl).stream().filter(issue -> issue.getSeverity()
                == Severity.ERROR).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "r^ip = Main                ; Guest: 0x00010000, set in line 43 ; Encoding 0x681E, natural width, guest area",
        "r^ip = Main                ; SDM \"Guest Register State\"              ; ",
        "cs.acc^ess-rights = 0xA09B ; Guest: 0x0000A09B (type 11 (code, execute/read accessed), DPL 0, present, 64-bit, 4-KByte granularity), set in line 46 ; 3:0  type = 0xB",
        "rfl^ags = 0x2 | 0x200      ; Guest: 0x00000202, set in line 47 ; 9  IF",
        "cr3 = Pag^ing              ; page tables Paging long                   ; KiB, 0x30000 to",
        "Second extends Gu^est      ; vmcs Guest                                ; EPT Identity",
        "cr4-read-sh^adow = 0x20    ; CR4 read shadow                           ; SDM \"Guest/Host Masks and Read Shadows for CR0 and CR4\"",
        "tsc-of^fset                ; Guest: 0x00000010                 ; SDM \"Time-Stamp Counter Offset and Multiplier\"",
    }, quoteCharacter = '`')
    void aFieldHasItsValueInItsVmcsAndItsSection(String marked, String first, String second) {
        contains(marked, first, second);
    }

    private static void contains(String marked, String first, String second) {
        String text = hover(marked);
        assertTrue(text.contains(first), text);
        assertTrue(second == null || text.contains(second), text);
    }

    /** The same where {@code first} may be {@code nothing}: there is nothing to say then. */
    private static void says(String marked, String first, String second) {
        if (first.equals("nothing")) {
            assertTrue(hover(marked).startsWith("nothing"), hover(marked));
        } else {
            contains(marked, first, second);
        }
    }

    @Test
    void aFieldThatIsNotWrittenHasTheValueOfThePresetOrIsKnownOnlyLater() {
        String text = WholeSetup.with("rflags = 0x2 | 0x200", "rflags = 0x2").replace("when eax == 1", "when dr7 == host.rip && gdtr.base == 0");
        assertTrue(hover(EditorServices.get(), text, "when d^r7").contains("Guest: 0x00000400, from the preset long-64"));
        assertTrue(hover(EditorServices.get(), text, "== ho^st.rip").contains("Guest: what the hypervisor itself has"));
    }

    @Test
    void aVmcsThatExtendsAnotherHasItsOwnValues() {
        assertTrue(hover("guest { r^sp = 0x8_0000").contains("Second: 0x00080000, set in line 53"), hover("guest { r^sp = 0x8_0000"));
        assertTrue(hover("r^sp = STACK").contains("Guest: 0x00090000, set in line 44"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "{ hlt-ex^iting             ; Capability MSR 0x48E IA32_VMX_TRUE_PROCBASED_CTLS of ice-lake: may be 0 or 1 (allowed-0 setting 0, allowed-1 setting 1) ; Guest: 1, asked for in line 28, so that primary is 0x",
        "not cr3-load-ex^iting      ; may be 0 or 1    ; Guest: 0, asked for in line 28, so that primary is 0x",
        "enable-e^pt, unres         ; Capability MSR 0x48B IA32_VMX_PROCBASED_CTLS2 of ice-lake ; SDM \"Processor-Based VM-Execution Controls\"",
        "enable interr^upt-window   ; Interrupt-window exiting ; Guest: 0, so that primary is 0x",
        "prim^ary {                 ; reserved bits    ; bits that may be 1 0x",
        "eptp-swi^tching            ; EPTP switching   ; 0x491",
    }, quoteCharacter = '`')
    void aControlHasItsCapabilityAndItsFinalValue(String marked, String first, String second) {
        contains(marked, first, second);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "0xA0^9B                    ; 0x0000A09B in Guest CS access rights  ; type 11 (code, execute/read accessed)",
        "0x2 | 0x2^00               ; 0x00000202 in Guest RFLAGS    ; 9  IF",
        "1 <^< 4                    ; nothing                               ; ",
        "vpid ^3                    ; 0x0003 in Virtual-processor           ; ",
        "0x1^B }                    ; 27 = 0x1B                             ; MSR IA32_APIC_BASE",
        "0x27^7                     ; MSR IA32_PAT                          ; ",
        "field 0x68^08              ; Guest CS base                         ; Encoding 0x6808",
        "shadow = 0x2^0             ; 0x00000020 in CR4 read shadow ; 5  PAE",
        "rights == 0xA0^9B          ; in Guest CS access rights             ; ",
        "rip == 0x1^_0000           ; in Guest RIP                          ; 65536",
        "dword[0x2_00^00]           ; 131072 = 0x20000                      ; ",
        "memory 6^4 MiB             ; 67108864 = 0x4000000                  ; ",
        "segment 0, 0xFFFF^FFFF     ; 4294967295                            ; ",
    }, quoteCharacter = '`')
    void aNumberIsDecodedInItsField(String marked, String first, String second) {
        says(marked, first, second);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "STACK + 0^x10              ; 16 = 0x10                   ;",
        "rsp = ST^ACK               ; const STACK = 0x9_0000      ; = 0x90000",
        "rax, ST^ACK                ; const STACK = 0x9_0000      ; = 0x90000",
        "jmp   ag^ain               ; again:                      ; at 0x10000",
        "rcx, IA32^_PAT             ; MSR 0x277                   ;",
        "hook Ma^in                 ; guest code Main             ; 0x10000 to",
        "calls = twi^ce(            ; function twice(a)           ; line",
        "return ^a * 2              ; a                           ; line",
        "eptp-list { Id^entity      ; ept Identity                ; 4 levels",
        "switch Sec^ond             ; vmcs Second                 ;",
        "msr[IA32_^EFER]            ; MSR 0xC0000080              ;",
        "ms^r[IA32                  ; model-specific register     ;",
        "guest-virtual.dw^ord[      ; guest-virtual address       ; 32 bits",
        "cpuid *^ 2                 ; nothing                     ;",
        "cpu^id * 2                 ; VM exit 10                  ; emulate performs",
        "count hl^t                 ; VM exit 12                  ; hlt-exiting",
        "log \"leaf {ea^x           ; register                    ;",
        "mov   ra^x                 ; Register                    ;",
        "{ #U^D                     ; vector 6                    ;",
        "seg^ment 0                 ; access rights               ;",
        "ignore-^pat                ; PAT                         ;",
        "glob^al                    ; TLB                         ;",
        "inject inter^rupt(32)      ; external interrupt          ;",
        "exce^ptions {              ; exception bitmap            ; control.exception-bitmap = 0x00004040",
        "msr-bi^tmap {              ; MSR accesses                ; the MSR or a range",
        "vp^id 3                    ; from 1                      ; control.vpid = 0x0003",
    }, quoteCharacter = '`')
    void namesAndWordsAreExplained(String marked, String first, String second) {
        says(marked, first, second);
    }

    @Test
    void aSetupThatNamesNoCpuIsOnTheOneThatItsAuthorChose() {
        String text = TEXT.replace("cpu \"ice-lake\" ", "");
        assertTrue(hover(EditorServices.get(), text, "{ hlt-ex^iting").contains("of " + EditorServices.defaultCpu() + ":"));
        EditorServices chosen = EditorServices.get().withCpu(uri -> Optional.of("conroe"));
        assertTrue(hover(chosen, text, "{ hlt-ex^iting").contains("of conroe:"), hover(chosen, text, "{ hlt-ex^iting"));
        assertTrue(hover(chosen, text, "enable-e^pt, unres").contains("must be 0"), hover(chosen, text, "enable-e^pt, unres"));
        assertTrue(hover(chosen, TEXT, "{ hlt-ex^iting").contains("of ice-lake:"));
    }
}
