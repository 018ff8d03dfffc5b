// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InstructionInformationTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // base RBX (3) in 26:23, no index (bit 22), DS (3) in 17:15, 64-bit address (2) in 9:7
        "VMPTRLD | 0x01C18100 | 0x10 | [DS:RBX+0x10]",
        "VMPTRLD | 0x01C18100 | -8 | [DS:RBX-0x8]",
        "VMPTRLD | 0x01C18100 | 0 | [DS:RBX]",
        // no base (bit 27), index RCX (1) in 21:18 times 4
        "VMCLEAR | 0x08058102 | 0x1000 | [DS:RCX*4+0x1000]",
        "VMXON | 0x08418080 | 0x8000 | [DS:0x8000]",
        "GDTR_IDTR_ACCESS | 0x21C18100 | 0 | LGDT [DS:RBX]",
        "LDTR_TR_ACCESS | 0x30000410 | 0 | LTR RDX",
        "RDRAND | 0x00001018 | 0 | RBX, 64-bit operand",
        "VMREAD | 0x20000408 | 0 | RCX, encoding in RDX",
        "INVEPT | 0x01C18100 | 0 | type in RAX, descriptor [DS:RBX]",
        "IO_INSTRUCTION | 0x00018100 | 0 | 64-bit address, segment DS",
        "CPUID | 0x12345678 | 0 | ''"})
    void theOperandsAreSaidInAssembly(ExitReason reason, String information, String displacement, String words) {
        assertEquals(words, InstructionInformation.describe(reason, Long.decode(information), Long.decode(displacement)));
    }

    @ParameterizedTest
    @EnumSource(ExitReason.class)
    void noValueMakesItThrow(ExitReason reason) {
        Random random = new Random(reason.number());
        for (int i = 0; i < 200; i++) {
            assertNotNull(InstructionInformation.describe(reason, random.nextLong() & 0xFFFF_FFFFL, random.nextLong()));
        }
    }

    @Test
    void everyReasonThatFillsTheFieldInAClassicFormatIsDecoded() {
        for (ExitReason reason : ExitReason.values()) {
            if (reason.hasInstructionInformation() && reason.number() < 72) {
                assertFalse(InstructionInformation.describe(reason, 0, 0).isEmpty(), reason.name());
            }
        }
    }
}
