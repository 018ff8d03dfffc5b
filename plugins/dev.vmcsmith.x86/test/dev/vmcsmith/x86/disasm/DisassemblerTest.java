// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.disasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisassemblerTest {
    private final Decoder decoder = new Decoder();
    private final Instruction insn = new Instruction();

    private String text(Disassembler disassembler, int bits, String hex, long address) {
        byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
        return disassembler.disassemble(decoder, code, 0, code.length, bits, address, insn);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "32 | 8b 44 8b 08          | mov eax, dword [ebx+ecx*4+8]",
        "32 | 64 a1 30 00 00 00    | mov eax, dword [fs:0x30]",
        "32 | f3 a5                | rep movsd",
        "32 | f2 ae                | repne scasb",
        "32 | 75 fe                | jne 0x1000",
        "64 | 48 8b 05 10 00 00 00 | mov rax, qword [rel 0x1017]",
        "64 | 0f 79 d0             | vmwrite rdx, rax",
        "16 | 66 0f 01 16 00 7c    | o32 lgdt [0x7c00]",
        "16 | 66 ea 56 34 12 00 08 00 | jmp dword 8:0x123456",
        "32 | 66 6a ff             | push word 0xffff",
        "32 | f0 0f c7 08          | lock cmpxchg8b qword [eax]",
        "64 | 8e d8                | mov ds, ax",
        "32 | dd d9                | fstp st1",
        "32 | 0f ff c1             | ud0 eax, ecx",
        "32 | 67 e2 fe             | a16 loop 0x1001",
        "32 | ff ff                | db 0xff",
    })
    void textIsWhatTheAssemblerReads(int bits, String hex, String expected) {
        assertEquals(expected, text(new Disassembler(), bits, hex, 0x1000));
    }

    @Test
    void addressesGetTheNamesOfSymbols() {
        Disassembler disassembler = new Disassembler(address -> address == 0x1100 ? "Main" : null);
        assertEquals("call Main", text(disassembler, 32, "e8 fb 00 00 00", 0x1000));
        assertEquals("mov eax, dword [Main]", text(disassembler, 32, "a1 00 11 00 00", 0x1000));
        assertEquals("lea rax, [rel Main]", text(disassembler, 64, "48 8d 05 f9 00 00 00", 0x1000));
        assertEquals("call 0x1006", text(disassembler, 32, "e8 01 00 00 00", 0x1000));
    }
}
