// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.references;

import static dev.vmcsmith.lang.ide.Marked.FILE;
import static dev.vmcsmith.lang.ide.Marked.SETUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ide.EditorServices;
import dev.vmcsmith.lang.ide.Marked;
import dev.vmcsmith.lang.ide.edit.Edit;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ^} marks the cursor; what is found is shown with the text around it. */
class ReferencesTest {
    private static String shown(List<Occurrence> found) {
        return found.stream().map(place -> {
            int start = SETUP.lastIndexOf('\n', place.offset()) + 1;
            String name = "[" + SETUP.substring(place.offset(), place.end()) + "]" + (place.definition() ? "!" : "");
            return (SETUP.substring(start, place.offset()) + name).strip().replaceAll("\\s+", " ");
        }).collect(Collectors.joining("; "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "const ST^OP       | const [STOP]!; mov eax, [STOP]; on Guest exit vmcall { if eax == [STOP]",
        "mov   eax, STOP^  | const [STOP]!; mov eax, [STOP]; on Guest exit vmcall { if eax == [STOP]",
        "rip = ^Main       | guest code [Main]!; rip = [Main]",
        "jmp   ag^ain      | [again]!; jmp [again]",
        "^again:           | [again]!; jmp [again]",
        "ept Identi^ty {   | ept [Identity]!; ept [Identity]",
        "run Gue^st        | vmcs [Guest]!; on [Guest]; on [Guest]; on [Guest]; on [Guest]; run [Guest]",
    })
    void everyPlaceOfANameIsFound(String marked, String expected) {
        assertEquals(expected, shown(EditorServices.get().occurrences(FILE, SETUP, Marked.cursor(marked))));
    }

    @Test
    void registersFieldsAndKeywordsHaveNoOccurrences() {
        for (String marked : List.of("if ea^x", "cs.acc^ess-rights", "emul^ate", "mo^v   eax", "0x9_^0000")) {
            assertEquals(List.of(), EditorServices.get().occurrences(FILE, SETUP, Marked.cursor(marked)), marked);
        }
    }

    private static Renaming rename(String marked, String name) {
        return EditorServices.get().rename(FILE, SETUP, Marked.cursor(marked), name, List.of());
    }

    @Test
    void renamingChangesEveryPlaceAndNothingElse() {
        Renaming renaming = rename("const ST^OP", "BYE");
        assertEquals(List.of(), renaming.problems());
        assertEquals(SETUP.replace("STOP", "BYE"), Edit.apply(SETUP, renaming.edits().get(FILE)));
        assertEquals(SETUP.replace("again", "more"), Edit.apply(SETUP, rename("jmp   ^again", "more").edits().get(FILE)));
        assertEquals(SETUP.replace("Identity", "all-of-it"), Edit.apply(SETUP, rename("ept Ident^ity {", "all-of-it").edits().get(FILE)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "const ST^OP   | STACK     | is taken",
        "const ST^OP   | Main      | is taken",
        "const ST^OP   | a-b       | a hyphen is a minus",
        "const ST^OP   | 1x        | begins with a letter",
        "const ST^OP   | vmcs      | is a word of the language",
        "const ST^OP   | rax       | is a register",
        "const ST^OP   | mov       | is a register or instruction",
        "const ST^OP   | again     | is taken",
        "^again:       | STOP      | is taken",
        "^again:       | a-b       | A label is",
        "if ea^x       | b         | Only names that a setup defines",
        "const ST^OP   | two words | begins with a letter",
    })
    void aNameThatCannotBeIsRefusedWithTheReason(String marked, String name, String reason) {
        Renaming renaming = rename(marked, name);
        assertTrue(renaming.edits().isEmpty(), name);
        assertTrue(renaming.problems().getFirst().contains(reason), renaming.problems().toString());
    }
}
