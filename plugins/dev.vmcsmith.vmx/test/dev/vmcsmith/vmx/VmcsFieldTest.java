// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VmcsFieldTest {
    @ParameterizedTest
    @EnumSource(VmcsField.class)
    void widthAndAreaAgreeWithTheEncodingAndTheNames(VmcsField field) {
        int encoding = field.encoding();
        assertEquals(0, encoding & 1, "full access");
        assertEquals(0, encoding & ~0x6FFE, "reserved bits of an encoding");
        assertEquals(encoding >> 13 & 3, switch (field.width()) {
            case W16 -> 0;
            case W64 -> 1;
            case W32 -> 2;
            case WNATURAL -> 3;
        });
        assertEquals(encoding >> 10 & 3, field.area().ordinal());
        if (field.sdmName().startsWith("Host ")) {
            assertSame(FieldArea.HOST, field.area());
        }
        if (field.name().startsWith("GUEST_") && field.area() != FieldArea.EXIT && field != VmcsField.GUEST_DEADLINE_SHADOW) {
            assertSame(FieldArea.GUEST, field.area());
        }
    }

    @ParameterizedTest
    @EnumSource(VmcsField.class)
    void aFieldIsFoundByEveryNameItHas(VmcsField field) {
        assertSame(field, VmcsField.byEncoding(field.encoding()));
        assertSame(field.hasHighHalf() ? field : null, VmcsField.byEncoding(field.encoding() | 1));
        assertEquals(field.hasHighHalf(), VmcsField.high(field.encoding() | 1));
        assertFalse(VmcsField.high(field.encoding()));
        assertSame(field, VmcsField.find(field.area(), field.hvName()));
        assertSame(field, VmcsField.find(field.sdmName()));
        assertSame(field, VmcsField.find(field.qualifiedName()));
        assertSame(field, VmcsField.find(field.name()));
    }

    @ParameterizedTest
    @EnumSource(VmcsField.class)
    void aFieldSaysWhatItDoes(VmcsField field) {
        assertTrue(field.description().length() > 20, field.description());
        assertTrue(field.description().endsWith("."), field.description());
        int next = 0;
        for (BitRange range : field.layout()) {
            assertTrue(range.low() >= next && range.high() >= range.low() && range.high() < field.width().bits(), range.toString());
            next = range.high() + 1;
        }
    }

    @Test
    void namesAndEncodingsAreUnique() {
        Set<Integer> encodings = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (VmcsField field : VmcsField.values()) {
            assertTrue(encodings.add(field.encoding()), field.name());
            assertTrue(names.add(field.qualifiedName()), field.name());
        }
    }

    @ParameterizedTest
    @CsvSource({"guest, rip, 0x681E", "guest, rsp, 0x681C", "guest, cr3, 0x6802", "guest, cs.access-rights, 0x4816",
            "guest, cs.selector, 0x0802",
        "guest, tr.base, 0x6814", "guest, gdtr.limit, 0x4810", "guest, rflags, 0x6820", "guest, ia32-efer, 0x2806", "guest, efer, 0x2806",
        "guest, vmcs-link-pointer, 0x2800", "guest, sysenter-cs, 0x482A", "guest, ia32-sysenter-cs, 0x482A", "host, rip, 0x6C16",
        "host, sysenter-cs, 0x4C00", "control, exception-bitmap, 0x4004", "control, cr0-guest-host-mask, 0x6000",
                "exit, exit-reason, 0x4402",
        "exit, exit-qualification, 0x6400", "exit, guest-physical-address, 0x2400", "exit, guest-linear-address, 0x640A",
        "exit, exit-instruction-length, 0x440C", "control, ept-pointer, 0x201A"})
    void setupFilesNameFieldsThisWay(String area, String name, String encoding) {
        VmcsField field = VmcsField.find(FieldArea.valueOf(area.toUpperCase(java.util.Locale.ROOT)), name);
        assertNotNull(field);
        assertEquals(Integer.decode(encoding), field.encoding());
    }

    @ParameterizedTest
    @CsvSource({"GUEST_CS_AR_BYTES, GUEST_CS_ACCESS_RIGHTS", "VIRTUAL_PROCESSOR_ID, VPID", "CPU_BASED_VM_EXEC_CONTROL, PRIMARY_CONTROLS",
        "GUEST_IA32_DEBUGCTL, GUEST_IA32_DEBUGCTL", "VM_EXIT_REASON, EXIT_REASON", "VMCS_GUEST_RIP, GUEST_RIP",
        "GUEST_PENDING_DBG_EXCEPTIONS, GUEST_PENDING_DEBUG_EXCEPTIONS", "HOST_TR_SELECTOR, HOST_TR_SELECTOR", "EPT_POINTER, EPT_POINTER",
        "VMCS_CTRL_PIN_EXEC, PIN_BASED_CONTROLS", "kGuestCsArBytes, GUEST_CS_ACCESS_RIGHTS",
        "VMX_VMCS64_GUEST_EFER_FULL, GUEST_IA32_EFER", "VMCS_CTRL_TSC_OFFSET, TSC_OFFSET", "VmcsField::kVmEntryControls, ENTRY_CONTROLS",
        "VMX_VMCS64_CTRL_TSC_OFFSET_FULL, TSC_OFFSET", "Guest CS access rights, GUEST_CS_ACCESS_RIGHTS",
                "guest es selector, GUEST_ES_SELECTOR", "GUEST_AR_CS, GUEST_CS_ACCESS_RIGHTS", "CPU_EXEC_CTRL1, SECONDARY_CONTROLS",
        "VMX_GUEST_CS_ATTR, GUEST_CS_ACCESS_RIGHTS", "VMX_GUEST_RIP, GUEST_RIP", "VM_EXIT_INFO_REASON, EXIT_REASON",
        "VMCS_CTRL_PROC_EXEC3, TERTIARY_CONTROLS", "VMCS_EOI_EXIT0, EOI_EXIT_BITMAP_0", "SPEC_CTRL_SHADOW, IA32_SPEC_CTRL_SHADOW"})
    void otherSourcesNameFieldsThisWay(String name, VmcsField field) {
        assertSame(field, VmcsField.find(name));
    }

    @Test
    void anUnknownEncodingOrNameIsNoField() {
        for (int encoding : new int[] {-1, 0x0C, 0x0816, 0x1000, 0x2003 + 0x80, 0x6C1E, 0x8000, 0x4001, Integer.MAX_VALUE}) {
            assertNull(VmcsField.byEncoding(encoding), Integer.toHexString(encoding));
        }
        assertNull(VmcsField.find(FieldArea.GUEST, "no-such-field"));
        assertNull(VmcsField.find("no such field"));
    }

    @Test
    void valuesAreCutAndPrintedInTheFieldsWidth() {
        assertEquals("0x009A", VmcsField.GUEST_CS_SELECTOR.format(0x9A));
        assertEquals("0x0000009A", VmcsField.GUEST_CS_ACCESS_RIGHTS.format(0x9A));
        assertEquals(0xFFFF, VmcsField.GUEST_CS_SELECTOR.truncate(-1));
        assertEquals("0xFFFFFFFFFFFFFFFF", VmcsField.VMCS_LINK_POINTER.format(-1));
    }

    @Test
    void optionalFieldsExistWhereTheirControlIsAllowed() {
        VmxCapabilities conroe = CpuProfiles.named("conroe").capabilities();
        assertFalse(VmcsField.EPT_POINTER.existsOn(conroe));
        assertTrue(VmcsField.EPT_POINTER.existsOn(CpuProfiles.named("skylake").capabilities()));
        assertTrue(VmcsField.EPT_POINTER.existsOn(VmxCapabilities.UNKNOWN));
        assertTrue(VmcsField.GUEST_RIP.existsOn(conroe));
    }
}
