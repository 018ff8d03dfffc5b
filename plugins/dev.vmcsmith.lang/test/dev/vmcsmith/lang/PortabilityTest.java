// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walkthrough on processors that it was not written for. */
class PortabilityTest {
    @TempDir
    private Path folder;

    @Test
    void aProcessorWithoutTheControlsLacksThemByName() throws IOException {
        Portability result = Setups.portability(Walkthrough.FILE, List.of("conroe", "haswell"));
        assertTrue(result.own().isGood());
        assertEquals("skylake", result.own().cpu().name());
        CpuFit conroe = result.fits().getFirst();
        assertFalse(conroe.isGood());
        assertTrue(conroe.lacking().containsAll(List.of("enable-ept", "enable-vpid", "unrestricted-guest")), conroe.toString());
        CpuFit haswell = result.fits().getLast();
        assertTrue(haswell.isGood(), haswell.toString());
        assertEquals(List.of(), haswell.lacking());
    }

    @Test
    void controlsHaveTheValuesThatTheProcessorGets() throws IOException {
        CpuFit skylake = Setups.portability(Walkthrough.FILE, List.of()).own();
        long primary = ControlBit.CR3_LOAD_EXITING.mask() | ControlBit.CR3_STORE_EXITING.mask() | ControlBit.USE_MSR_BITMAPS.mask()
                | ControlBit.ACTIVATE_SECONDARY_CONTROLS.mask();
        assertEquals("Guest", skylake.vmcs());
        assertEquals(CpuProfiles.named("skylake").capabilities().adjust(ControlField.PRIMARY, primary),
                skylake.controls().get(ControlField.PRIMARY));
        assertEquals(ControlBit.ENABLE_EPT.mask() | ControlBit.ENABLE_VPID.mask() | ControlBit.UNRESTRICTED_GUEST.mask(),
                skylake.controls().get(ControlField.SECONDARY));
    }

    @Test
    void aControlThatMustBeOneCannotBeCleared() throws IOException {
        Path setup = Files.writeString(folder.resolve("s.hv"), Walkthrough.with("{ cr3-load-exiting, cr3-store-exiting, use-msr-bitmaps }",
                "{ not cr3-load-exiting, cr3-store-exiting, use-msr-bitmaps }"));
        CpuFit conroe = Setups.portability(setup, List.of("conroe")).fits().getFirst();
        assertTrue(conroe.lacking().contains("cr3-load-exiting = 0"), conroe.lacking().toString());
    }

    @Test
    void anyProfileFitsAsCheckSays() throws IOException {
        for (CpuFit fit : Setups.portability(Walkthrough.FILE, CpuProfiles.names()).fits()) {
            assertEquals(Setups.check(Walkthrough.FILE, Optional.of(fit.cpu().name())), fit.problems());
        }
    }

    @Test
    void aFileThatCannotBeReadIsAnException() {
        assertThrows(IOException.class, () -> Setups.portability(folder.resolve("missing.hv"), List.of()));
    }
}
