// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** VM exits in words, with the fields beside the qualification. */
class ExitDescriptionTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "EXIT_REASON=48 EXIT_QUALIFICATION=0x18A GUEST_PHYSICAL_ADDRESS=0x5000"
                + " | EPT violation: write to GPA 0x5000, page readable, linear address valid",
        "EXIT_REASON=48 EXIT_QUALIFICATION=0x18A GUEST_PHYSICAL_ADDRESS=0x5000 GUEST_LINEAR_ADDRESS=0x401000"
                + " | EPT violation: write to GPA 0x5000, page readable, linear address 0x401000",
        "EXIT_REASON=48 EXIT_QUALIFICATION=0x4 | EPT violation: instruction fetch, page not present",
        "EXIT_REASON=49 GUEST_PHYSICAL_ADDRESS=0x5000 | EPT misconfiguration: GPA 0x5000",
        "EXIT_REASON=0 EXIT_INTERRUPTION_INFORMATION=0x80000B0E EXIT_INTERRUPTION_ERROR_CODE=2 EXIT_QUALIFICATION=0x1234"
                + " | Exception or non-maskable interrupt (NMI): hardware exception #PF with error code, error code 0x2, linear address 0x1234",
        "EXIT_REASON=1 EXIT_INTERRUPTION_INFORMATION=0x80000030 | External interrupt: external interrupt 30H",
        "EXIT_REASON=10 EXIT_QUALIFICATION=5 | CPUID",
        "EXIT_REASON=12 IDT_VECTORING_INFORMATION=0x80000B0E"
                + " | HLT; during the delivery of hardware exception #PF with error code",
        "EXIT_REASON=0x80000021 EXIT_QUALIFICATION=4 | VM-entry failure due to invalid guest state: VMCS link pointer",
        "EXIT_QUALIFICATION=4 | ''"})
    void anExitIsDescribedByWhatIsKnown(String fields, String text) {
        VmcsValues exit = new VmcsValues();
        for (String field : fields.strip().split(" ")) {
            String[] sides = field.split("=");
            exit.set(VmcsField.valueOf(sides[0]), Long.decode(sides[1]));
        }
        assertEquals(text, ExitDescription.of(exit));
    }

    @Test
    void everyReasonIsDescribedWhateverTheFields() {
        for (int number = 0; number < 100; number++) {
            VmcsValues exit = VmcsValues.zeroed().set(VmcsField.EXIT_REASON, number);
            ExitReason reason = ExitReason.of(number);
            String name = reason == null ? "unknown reason " + number : reason.sdmName();
            assertTrue(ExitDescription.of(exit).startsWith(name), name);
            for (VmcsField field : VmcsField.values()) {
                exit.set(field, field == VmcsField.EXIT_REASON ? number : -1);
            }
            assertTrue(ExitDescription.of(exit).startsWith(name), name);
        }
    }
}
