// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldMeaningTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GUEST_CS_ACCESS_RIGHTS | 0xC09B | type 11 (code, execute/read accessed), DPL 0, present, 32-bit, 4-KByte granularity",
        "GUEST_CS_ACCESS_RIGHTS | 0x9A | type 10 (code, execute/read), DPL 0, present",
        "GUEST_TR_ACCESS_RIGHTS | 0x8B | type 11 (system, TSS (busy)), DPL 0, present",
        "GUEST_LDTR_ACCESS_RIGHTS | 0x10000 | unusable, type 0 (system, reserved), DPL 0, not present",
        "GUEST_ACTIVITY_STATE | 1 | HLT",
        "ENTRY_INTERRUPTION_INFORMATION | 0x800000D1 | external interrupt D1H",
        "EPT_POINTER | 0x301E | root 0x3000, WB, 4 levels",
        "EXIT_REASON | 0x80000021 | VM-entry failure due to invalid guest state",
        "VM_INSTRUCTION_ERROR | 7 | VM entry with invalid control field(s)",
        "GUEST_CR0 | 0x80000031 | PE, ET, NE, PG",
        "GUEST_RFLAGS | 0x3202 | 1, IF, IOPL 0x3",
        "PRIMARY_CONTROLS | 0x90000000 | Use MSR bitmaps, Activate secondary controls",
        "EXCEPTION_BITMAP | 0x4040 | #UD, #PF",
        "GUEST_RIP | 0x1000 | ''"})
    void valuesAreSaidInWords(VmcsField field, String value, String words) {
        assertEquals(words, FieldMeaning.of(field, Long.decode(value)));
    }

    @Test
    void noValueMakesItThrow() {
        Random random = new Random(3);
        for (VmcsField field : VmcsField.values()) {
            for (int i = 0; i < 50; i++) {
                assertNotNull(FieldMeaning.of(field, field.truncate(random.nextLong())));
            }
        }
    }
}
