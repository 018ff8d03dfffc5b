// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.x86.Msr;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VmxCapabilitiesTest {
    static Stream<String> profiles() {
        return CpuProfiles.names().stream();
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void anAdjustedValueSatisfiesBothAllowedSettingsAndStaysWhenAdjustedAgain(String name) {
        VmxCapabilities capabilities = CpuProfiles.named(name).capabilities();
        Random random = new Random(1);
        for (ControlField field : ControlField.values()) {
            for (int i = 0; i < 200; i++) {
                long value = field.field().truncate(random.nextLong());
                long adjusted = capabilities.adjust(field, value);
                assertEquals(0, capabilities.allowed0(field) & ~adjusted);
                assertEquals(0, adjusted & ~capabilities.allowed1(field));
                assertEquals(adjusted, capabilities.adjust(field, adjusted));
                long free = capabilities.allowed1(field) & ~capabilities.allowed0(field);
                assertEquals(value & free, adjusted & free, "bits that are free keep their value");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void aFixedBitIsAlsoAllowed(String name) {
        VmxCapabilities capabilities = CpuProfiles.named(name).capabilities();
        for (ControlField field : ControlField.values()) {
            assertEquals(0, capabilities.allowed0(field) & ~capabilities.allowed1(field), field.name());
        }
        assertEquals(0, capabilities.cr0Fixed0() & ~capabilities.cr0Fixed1());
        assertEquals(0, capabilities.cr4Fixed0() & ~capabilities.cr4Fixed1());
    }

    @Test
    void theTrueMsrsDecideWhereTheyExist() {
        VmxCapabilities skylake = CpuProfiles.named("skylake").capabilities();
        assertTrue(skylake.hasTrueControls());
        assertEquals(Msr.IA32_VMX_TRUE_PROCBASED_CTLS, skylake.governingMsr(ControlField.PRIMARY));
        assertFalse(skylake.requires(ControlBit.CR3_LOAD_EXITING));
        VmxCapabilities conroe = CpuProfiles.named("conroe").capabilities();
        assertFalse(conroe.hasTrueControls());
        assertTrue(conroe.requires(ControlBit.CR3_LOAD_EXITING));
    }

    @Test
    void aFieldWithoutItsActivatingControlAllowsNothing() {
        VmxCapabilities conroe = CpuProfiles.named("conroe").capabilities();
        assertTrue(conroe.known(ControlField.TERTIARY));
        assertEquals(0, conroe.allowed1(ControlField.TERTIARY));
        assertFalse(conroe.allows(ControlBit.ENABLE_EPT));
    }

    @Test
    void valuesOfSkylakeDecodeAsTheSdmSays() {
        VmxCapabilities skylake = CpuProfiles.named("skylake").capabilities();
        assertEquals(4, skylake.revision());
        assertEquals(1024, skylake.regionSize());
        assertEquals(6, skylake.memoryType());
        assertEquals(7, skylake.preemptionTimerShift());
        assertEquals(4, skylake.cr3Targets());
        assertEquals(512, skylake.maxMsrListEntries());
        assertTrue(skylake.allowsActivityState(3));
        assertFalse(skylake.allowsActivityState(4));
        assertTrue(skylake.allowsZeroLengthInjection());
        assertTrue(skylake.eptVpid(EptVpidCapability.PAGE_1G));
        assertFalse(skylake.eptVpid(EptVpidCapability.PAGE_WALK_5));
        assertEquals(39, skylake.physicalAddressBits());
    }

    @Test
    void nothingIsKnownOfAnUnknownProcessor() {
        for (ControlField field : ControlField.values()) {
            assertFalse(VmxCapabilities.UNKNOWN.known(field));
        }
        assertEquals(-1, VmxCapabilities.UNKNOWN.physicalAddressBits());
    }
}
