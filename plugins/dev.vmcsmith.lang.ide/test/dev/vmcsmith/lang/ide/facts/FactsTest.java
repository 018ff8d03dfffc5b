// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ide.HvIdeSetup;
import dev.vmcsmith.lang.services.HvGrammarAccess;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.xtext.Grammar;
import org.eclipse.xtext.GrammarUtil;
import org.junit.jupiter.api.Test;

class FactsTest {
    @Test
    void markupInTextIsShownAsTextAndLongLinesAreBrokenBetweenWords() {
        assertEquals("<b>a &lt; b</b><br>x &amp; y", Facts.of("a < b", "x & y").html());
        String[] lines = Facts.of("t", "word ".repeat(50) + "end").html().split("<br>");
        assertTrue(lines.length > 2 && Arrays.stream(lines).allMatch(line -> line.length() <= 100 && line.endsWith("d") || line.equals("<b>t</b>")));
    }

    @Test
    void thereIsSomethingToSayAboutEveryFieldControlAndExit() {
        VmxFacts facts = new VmxFacts(Optional.of(CpuProfiles.named("skylake")));
        for (VmcsField field : VmcsField.values()) {
            assertTrue(facts.field(field).toString().contains("Encoding 0x"), field.name());
            facts.value(field, -1);
        }
        for (ControlBit control : ControlBit.values()) {
            assertTrue(facts.control(control).toString().contains("MSR 0x"), control.name());
        }
        for (ExitReason reason : ExitReason.values()) {
            assertTrue(facts.exit(reason).toString().contains("VM exit " + reason.number()), reason.name());
        }
    }

    @Test
    void everyMnemonicHasItsForms() {
        for (int bits : new int[] {16, 32, 64}) {
            for (String mnemonic : InstructionFacts.mnemonics(bits)) {
                assertTrue(InstructionFacts.of(mnemonic, bits).isPresent(), mnemonic);
            }
        }
        assertTrue(InstructionFacts.mnemonics(64).contains("vmlaunch"));
    }

    @Test
    void everyWordOfTheLanguageIsExplained() {
        Grammar grammar = new HvIdeSetup().createInjectorAndDoEMFRegistration().getInstance(HvGrammarAccess.class).getGrammar();
        Stream<String> keywords = GrammarUtil.getAllKeywords(grammar).stream().filter(word -> word.length() > 1 && Character.isLetter(word
                .charAt(0)));
        Stream<String> words = Stream.of(Vocabulary.PRESETS, Vocabulary.HOST_MODES, Vocabulary.SERIAL_PORTS, Vocabulary.EPT_OPTIONS,
                Vocabulary.PAGING_MODES, Vocabulary.PAGE_OPTIONS, Vocabulary.DATA_KINDS, Vocabulary.EVENTS, Vocabulary.FORMATS,
                Vocabulary.PLACES, Vocabulary.WIDTHS, List.of("other", "any", "all")).flatMap(List::stream);
        assertEquals(List.of(), Stream.concat(keywords, words).filter(word -> Vocabulary.of(word) == null).toList());
    }

    @Test
    void everyFieldHasItsSectionOfTheManual() {
        for (VmcsField field : VmcsField.values()) {
            assertTrue(new VmxFacts(Optional.empty()).field(field).lines().getLast().matches("SDM \".{8,}\""), field.name());
        }
    }
}
