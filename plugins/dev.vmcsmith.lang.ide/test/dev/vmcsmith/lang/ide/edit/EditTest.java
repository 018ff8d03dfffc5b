// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.edit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class EditTest {
    @Test
    void editsCountInTheTextBeforeThem() {
        assertEquals("aXYd!", Edit.apply("abcd", List.of(Edit.insert(4, "!"), new Edit(1, 1, "X"), new Edit(2, 1, "Y"))));
    }

    @Test
    void theDifferenceOfTwoTextsIsOneEdit() {
        assertEquals(new Edit(1, 1, "XY"), Edit.between("abc", "aXYc"));
        assertEquals(new Edit(2, 0, "a"), Edit.between("aa", "aaa"));
        assertEquals(new Edit(3, 0, ""), Edit.between("abc", "abc"));
    }

    @Test
    void whiteSpaceIsChangedPieceByPiece() {
        assertEquals(List.of(new Edit(1, 1, ""), new Edit(6, 0, " "), new Edit(9, 0, "\n")), Edit.whiteSpace("a {  b=c}", "a{  b =c}\n"));
        String before = "vmcs  G{\nvpid 1}";
        String after = "vmcs G {\n    vpid 1\n}\n";
        assertEquals(after, Edit.apply(before, Edit.whiteSpace(before, after)));
        assertEquals("other", Edit.apply(before, Edit.whiteSpace(before, "other")));
    }
}
