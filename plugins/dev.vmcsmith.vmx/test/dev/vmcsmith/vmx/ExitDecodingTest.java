// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExitDecodingTest {
    @Test
    void everyBasicReasonFrom0To77IsThereExceptTheReservedOnes() {
        Set<Integer> reserved = Set.of(35, 38, 42, 71);
        for (int number = 0; number <= 77; number++) {
            ExitReason reason = ExitReason.of(number);
            assertEquals(reserved.contains(number), reason == null, "reason " + number);
            if (reason != null) {
                assertEquals(number, reason.number());
            }
        }
        assertNull(ExitReason.of(0xFFFF));
    }

    @Test
    void reasonNamesAreUniqueAndFound() {
        Set<String> names = new HashSet<>();
        for (ExitReason reason : ExitReason.values()) {
            assertEquals(true, names.add(reason.hvName()));
            assertSame(reason, ExitReason.find(reason.hvName()));
        }
        assertSame(ExitReason.CR_ACCESS, ExitReason.find("cr-access"));
        assertNull(ExitReason.find("other"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0x80000021 | VM-entry failure due to invalid guest state",
        "0x0000000A | CPUID",
        "0x20000012 | VMCALL, from VMX root operation",
        "0x14000030 | EPT violation, with a pending MTF VM exit, after a bus lock",
        "0x00000023 | unknown reason 35"})
    void theWholeReasonFieldIsSaidInWords(String value, String words) {
        assertEquals(words, ExitReason.describe(Long.decode(value)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "CR_ACCESS | 0x103 | 0 | MOV CR3, RCX",
        "CR_ACCESS | 0x013 | 0 | MOV RAX, CR3",
        "CR_ACCESS | 0x020 | 0 | CLTS",
        "CR_ACCESS | 0x00310030 | 0 | LMSW from a register, source 0x0031",
        "DR_ACCESS | 0x017 | 0 | MOV RAX, DR7",
        "IO_INSTRUCTION | 0x03F80000 | 0 | OUT, 1 byte, port 0x3F8 (DX)",
        "IO_INSTRUCTION | 0x0070004B | 0 | IN, 4 bytes, port 0x70 (immediate)",
        "IO_INSTRUCTION | 0x03F80030 | 0 | REP OUTS, 1 byte, port 0x3F8 (DX)",
        "EPT_VIOLATION | 0x08A | 0 | write, page readable, linear address valid, during the guest's page walk",
        "EPT_VIOLATION | 0x184 | 0 | instruction fetch, page not present, linear address valid",
        "TASK_SWITCH | 0x40000028 | 0 | to TSS selector 0x0028 by IRET",
        "EXCEPTION_NMI | 0x1234 | 0x80000B0E | linear address 0x1234",
        "EXCEPTION_NMI | 0x4001 | 0x80000301 | B0, BS",
        "EXCEPTION_NMI | 0 | 0x80000306 | ''",
        "ENTRY_FAILURE_GUEST_STATE | 4 | 0 | VMCS link pointer",
        "ENTRY_FAILURE_MSR_LOADING | 3 | 0 | entry 3 of the VM-entry MSR-load area",
        "APIC_ACCESS | 0x1080 | 0 | linear write, offset 080H",
        "SIPI | 0x9A | 0 | SIPI vector 9AH, start address 0x9A000",
        "CPUID | 0 | 0 | ''"})
    void qualificationsAreSaidInWords(ExitReason reason, String qualification, String info, String words) {
        assertEquals(words, ExitQualification.describe(reason, Long.decode(qualification), Long.decode(info)));
    }

    @ParameterizedTest
    @EnumSource(ExitReason.class)
    void noQualificationMakesTheDecoderThrow(ExitReason reason) {
        Random random = new Random(reason.number());
        for (int i = 0; i < 200; i++) {
            assertNotNull(ExitQualification.describe(reason, random.nextLong(), random.nextLong()));
        }
    }

    @Test
    void qualificationsThatAreEncodedDecodeToTheSame() {
        long cr = ExitQualification.crAccess(3, 1, 2);
        assertEquals(3, ExitQualification.crNumber(cr));
        assertEquals(1, ExitQualification.crAccessType(cr));
        assertEquals(2, ExitQualification.crRegister(cr));
        long io = ExitQualification.io(4, true, false, false, true, 0xCF8);
        assertEquals(4, ExitQualification.ioSize(io));
        assertEquals(true, ExitQualification.ioIn(io) && ExitQualification.ioImmediate(io));
        assertEquals(0xCF8, ExitQualification.ioPort(io));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0x80000B0E | hardware exception #PF with error code",
        "0x80000202 | NMI",
        "0x800000D1 | external interrupt D1H",
        "0x80000603 | software exception #BP",
        "0x80000501 | privileged software exception #DB",
        "0x80000700 | pending MTF VM exit",
        "0x000004E6 | not valid"})
    void interruptionInformationIsSaidInWords(String info, String words) {
        assertEquals(words, InterruptionInfo.describe(Long.decode(info)));
    }

    @Test
    void interruptionInformationThatIsEncodedDecodesToTheSame() {
        long info = InterruptionInfo.encode(InterruptionInfo.HARDWARE_EXCEPTION, 13, true);
        assertEquals(0x8000_0B0DL, info);
        assertEquals(13, InterruptionInfo.vector(info));
        assertEquals(InterruptionInfo.HARDWARE_EXCEPTION, InterruptionInfo.type(info));
    }

    @Test
    void everyInstructionErrorHasItsSdmText() {
        assertEquals("VM entry with invalid control field(s)", VmInstructionError.of(7).text());
        assertEquals(28, VmInstructionError.INVALID_INVEPT_INVVPID_OPERAND.number());
        for (int number : new int[] {0, 14, 21, 27, 29, -1}) {
            assertNull(VmInstructionError.of(number));
        }
    }

    @Test
    void guestStateIsSaidInWords() {
        assertEquals("wait-for-SIPI", GuestState.activity(3));
        assertEquals("reserved (4)", GuestState.activity(4));
        assertEquals("blocking by MOV SS, blocking by NMI", GuestState.interruptibility(0xA));
        assertEquals("nothing blocked", GuestState.interruptibility(0));
        assertEquals("B1, enabled breakpoint, BS", GuestState.pendingDebug(0x5002));
        assertEquals("reserved bits 0x10", GuestState.pendingDebug(0x10));
    }

    @ParameterizedTest
    @EnumSource(ControlBit.class)
    void aControlIsFoundByItsNameAndCitedAsTheSdmDoes(ControlBit control) {
        assertSame(control, ControlBit.find(control.field(), control.hvName()));
        assertSame(control, ControlBit.at(control.field(), control.bit()));
        assertFalse(ControlBit.find(control.hvName()).isEmpty());
    }

    @Test
    void controlsAreNamedAsSetupFilesWriteThem() {
        assertEquals(0x1000_0000L, ControlBit.find(ControlField.PRIMARY, "use-msr-bitmaps").mask());
        assertEquals(15, ControlBit.find(ControlField.find("primary"), "cr3-load-exiting").bit());
        assertEquals(16, ControlBit.find(ControlField.PRIMARY, "cr3-store-exiting").bit());
        assertEquals(1, ControlBit.find(ControlField.SECONDARY, "enable-ept").bit());
        assertEquals(5, ControlBit.find(ControlField.SECONDARY, "enable-vpid").bit());
        assertEquals(7, ControlBit.find(ControlField.SECONDARY, "unrestricted-guest").bit());
        assertEquals("the \"enable EPT\" VM-execution control".substring(4), ControlBit.ENABLE_EPT.cited());
        assertEquals("\"EPT-violation #VE\" VM-execution control", ControlBit.EPT_VIOLATION_VE.cited());
    }
}
