// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.dap.protocol.MemoryAccess;
import dev.vmcsmith.dap.protocol.PageWalk.Cell;
import dev.vmcsmith.dap.protocol.PageWalk.Failure;
import dev.vmcsmith.dap.protocol.PageWalk.Step;
import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Box;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Kind;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture;
import dev.vmcsmith.debug.ui.pagewalk.PictureMetrics;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageWalkPictureTest {

    private static final PictureMetrics METRICS = new PictureMetrics(8, 16);

    private static Cell cell(String table, String level, boolean failing) {
        return new Cell(table, level, 1, 0x1008, 0x2007, List.of("read", "write", "execute"), 0x2000, failing, "rwx", "");
    }

    private static PageWalk walk(List<Step> steps, Failure failure) {
        return new PageWalk(0x1000, AddressSpace.GUEST_VIRTUAL, MemoryAccess.READ, "PAE", "CR3 = 0x1000", 2, steps, 0x3000L,
                failure == null ? 0x4000L : null, 4096, "rwx", "WB", failure, new Instant(1, 1));
    }

    private static final Step GUEST_LEVEL = new Step("PDE at guest-physical 0x1000", 0x1000L,
            List.of(cell("ept", "EPT PDE", false), cell("ept", "EPT PTE", false)), cell("guest", "PDE", false));
    private static final Step LAST_LEVEL = new Step("guest-physical 0x3000", 0x3000L,
            List.of(cell("ept", "EPT PDE", false), cell("ept", "EPT PTE", false)), null);

    @Test
    void guestLevelsGoAcrossAndEptLevelsDown() {
        PageWalkPicture picture = PageWalkPicture.of(walk(List.of(GUEST_LEVEL, LAST_LEVEL), null), METRICS);
        assertEquals(Kind.HEADING, picture.at(0, 0).kind());
        assertEquals("EPT PDE [1]", picture.at(0, 1).lines().getFirst());
        assertEquals("EPT PTE [1]", picture.at(1, 2).lines().getFirst());
        assertEquals(Kind.GUEST, picture.at(0, 3).kind());
        assertEquals(Kind.RESULT, picture.at(1, 3).kind());
    }

    @Test
    void aCellShowsAddressValueAndDecodedBits() {
        PageWalkPicture picture = PageWalkPicture.of(walk(List.of(GUEST_LEVEL, LAST_LEVEL), null), METRICS);
        assertEquals(List.of("EPT PDE [1]", "at    0x1008", "value 0x2007", "read, write, execute", "next  0x2000"),
                picture.at(0, 1).lines());
    }

    @Test
    void boxesDoNotOverlapAndLieWithinThePicture() {
        PageWalkPicture picture = PageWalkPicture.of(walk(List.of(GUEST_LEVEL, GUEST_LEVEL, LAST_LEVEL), null), METRICS);
        for (Box box : picture.boxes()) {
            assertTrue(box.bounds().x + box.bounds().width <= picture.size().x);
            assertTrue(box.bounds().y + box.bounds().height <= picture.size().y);
            for (Box other : picture.boxes()) {
                assertFalse(box != other && box.bounds().intersects(other.bounds()), box + " and " + other);
            }
        }
    }

    @Test
    void aFailingCellEndsTheWalkWithItsReasonConsequenceAndRemedy() {
        Step failing = new Step("PDE at guest-physical 0x1000", 0x1000L, List.of(cell("ept", "EPT PDE", true)), null);
        Failure failure = new Failure(0, 0, "not present", "VM exit 48 EPT violation", "set bit 0");
        PageWalkPicture picture = PageWalkPicture.of(walk(List.of(failing), failure), METRICS);
        assertTrue(picture.at(0, 1).failing());
        assertNull(picture.at(0, 2));
        assertEquals(Kind.FAILURE, picture.at(0, 3).kind());
        String words = picture.at(0, 3).text();
        assertTrue(words.contains("not present") && words.contains("EPT violation") && words.contains("set bit 0"), words);
    }

    @Test
    void aWalkWithoutAnyEntryShowsOnlyItsFailure() {
        Failure failure = new Failure(-1, -1, "the address is not canonical", "#GP", null);
        PageWalkPicture picture = PageWalkPicture.of(walk(List.of(), failure), METRICS);
        assertEquals(1, picture.boxes().size());
        assertEquals(0, picture.arrows().size());
    }
}
