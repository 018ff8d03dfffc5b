// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConstantsTest {
    @Test
    void everyMsrConstantHasItsName() throws IllegalAccessException {
        Set<String> names = new HashSet<>(Msr.names());
        for (Field field : Msr.class.getFields()) {
            assertTrue(names.remove(field.getName()), field.getName());
            assertEquals(field.getInt(null) & 0xFFFF_FFFFL, Msr.byName(field.getName()));
            assertEquals(field.getName(), Msr.name(field.getInt(null)));
        }
        assertTrue(names.isEmpty(), names::toString);
        assertNull(Msr.name(0x12345));
        assertEquals(-1, Msr.byName("IA32_NOTHING"));
        assertEquals(0xC000_0080L, Msr.byName("ia32_efer"));
    }

    @Test
    void theVmxCapabilityMsrsAreComplete() {
        for (int number = 0x480; number <= 0x493; number++) {
            assertTrue(Msr.name(number).startsWith("IA32_VMX_"), Integer.toHexString(number));
        }
        assertEquals("IA32_FEATURE_CONTROL", Msr.name(0x3A));
    }

    @Test
    void aFlatCodeDescriptorIsEncodedAsTheManualShowsIt() {
        long flat = Descriptor.encode(0, 0xFFFF_FFFFL, 0xC09B);
        assertEquals(0x00CF_9B00_0000_FFFFL, flat);
        assertEquals(0xFFFF_FFFFL, Descriptor.limit(flat));
        assertEquals(0xC09B, Descriptor.accessRights(flat));
        assertEquals(0xB, Descriptor.type(flat));
        assertEquals(0, Descriptor.dpl(flat));
    }

    @Test
    void descriptorsKeepBaseLimitAndRights() {
        long descriptor = Descriptor.encode(0x1234_5678L, 0x0006_7890L, 0x40F2);
        assertEquals(0x1234_5678L, Descriptor.base(descriptor));
        assertEquals(0x6_7890, Descriptor.rawLimit(descriptor));
        assertEquals(0x40F2, Descriptor.accessRights(descriptor));
        assertEquals(3, Descriptor.dpl(descriptor));
        assertEquals(Descriptor.base(0xFF00_0000_0000_0000L), 0xFF00_0000L);
    }

    @Test
    void gatesKeepSelectorOffsetAndType() {
        long gate = Descriptor.encodeGate(0x10, 0x8765_4321L, Descriptor.INTERRUPT_GATE, 3, 2);
        assertEquals(0x10, Descriptor.gateSelector(gate));
        assertEquals(0x8765_4321L, Descriptor.gateOffset(gate));
        assertEquals(Descriptor.INTERRUPT_GATE, Descriptor.type(gate));
        assertEquals(3, Descriptor.dpl(gate));
        assertEquals(0x8765_EE02_0010_4321L, gate);
    }

    @Test
    void registersHaveTheirNamesInEveryWidth() {
        assertEquals("ah", Gpr.name(Gpr.AH, 8));
        assertEquals("spl", Gpr.name(Gpr.RSP, 8));
        assertEquals("r8d", Gpr.name(Gpr.R8, 32));
        assertEquals("rdi", Gpr.name(Gpr.RDI, 64));
        assertEquals("gs", Seg.name(Seg.GS));
    }

    @Test
    void exceptionsHaveNamesAndErrorCodes() {
        assertEquals("#GP", Vector.name(Vector.GP));
        assertEquals(Vector.PF, Vector.byName("#PF"));
        assertEquals(Vector.UD, Vector.byName("ud"));
        assertEquals(Vector.NMI, Vector.byName("NMI"));
        assertEquals(-1, Vector.byName("#XX"));
        assertTrue(Vector.hasErrorCode(Vector.DF) && !Vector.hasErrorCode(Vector.UD));
    }
}
