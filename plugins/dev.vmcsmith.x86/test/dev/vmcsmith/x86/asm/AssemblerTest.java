// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssemblerTest {
    private final Assembler assembler = new Assembler();

    private Assembly assemble(int bits, String... lines) {
        Assembly assembly = assembler.assemble(AssemblySource.of(String.join("\n", lines), bits));
        assertEquals(List.of(), assembly.problems());
        return assembly;
    }

    private static String hex(Assembly assembly) {
        return HexFormat.ofDelimiter(" ").formatHex(assembly.bytes());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "32 | mov eax, 1                       | b8 01 00 00 00",
        "32 | mov eax, [ebx+ecx*4+8]           | 8b 44 8b 08",
        "32 | mov eax, [ecx*4+ebx+8]           | 8b 44 8b 08",
        "32 | mov eax, dword ptr fs:[0x30]     | 64 a1 30 00 00 00",
        "32 | mov [ebp], al                    | 88 45 00",
        "32 | mov byte [esp], 5                | c6 04 24 05",
        "32 | add eax, -1                      | 83 c0 ff",
        "32 | add eax, 0xFFFFFFFF              | 83 c0 ff",
        "32 | add ax, 0x1234                   | 66 05 34 12",
        "32 | push 5                           | 6a 05",
        "32 | push word 5                      | 66 6a 05",
        "32 | jmp 0x08:0x1234                  | ea 34 12 00 00 08 00",
        "16 | jmp 0x08:0x1234                  | ea 34 12 08 00",
        "16 | jmp dword 0x08:0x123456          | 66 ea 56 34 12 00 08 00",
        "16 | mov ax, [bx+si]                  | 8b 00",
        "16 | mov eax, [ebx]                   | 67 66 8b 03",
        "16 | o32 lgdt [0x7c00]                | 66 0f 01 16 00 7c",
        "64 | mov rax, -1                      | 48 c7 c0 ff ff ff ff",
        "64 | mov rax, 0x1122334455667788      | 48 b8 88 77 66 55 44 33 22 11",
        "64 | mov r8b, spl                     | 41 88 e0",
        "64 | lea rax, [rel $]                 | 48 8d 05 f9 ff ff ff",
        "64 | lea rax, [rip+4]                 | 48 8d 05 04 00 00 00",
        "64 | mov rax, [abs 0x1000]            | 48 8b 04 25 00 10 00 00",
        "64 | vmwrite rdx, rax                 | 0f 79 d0",
        "64 | vmptrld [rsp]                    | 0f c7 34 24",
        "64 | iretq                            | 48 cf",
        "64 | jmp far dword [rax]              | ff 28",
        "64 | o64 retf                         | 48 cb",
        "32 | rep stosd                        | f3 ab",
        "32 | lock xchg [ebx], eax             | f0 87 03",
        "32 | xchg eax, [ebx]                  | 87 03",
        "64 | xchg eax, eax                    | 87 c0",
        "32 | test [ebx], ecx                  | 85 0b",
        "32 | test ecx, [ebx]                  | 85 0b",
        "32 | shl eax, 1                       | d1 e0",
        "32 | imul eax, ebx, 10                | 6b c3 0a",
        "32 | aam                              | d4 0a",
        "32 | mov ds, ax                       | 8e d8",
        "32 | mov ds, eax                      | 8e d8",
        "32 | mov cr0, eax                     | 0f 22 c0",
        "32 | out 0xF4, al                     | e6 f4",
        "32 | fs lodsb                         | 64 ac",
        "32 | mov eax, 'SVT'                   | b8 54 56 53 00",
        "32 | mov eax, 4 KiB                   | b8 00 10 00 00",
        "32 | mov eax, 0FFh + 0b1_0 * (2 << 3) | b8 1f 01 00 00",
        "32 | faddp                            | de c1",
        "32 | fadd st(0), st(2)                | d8 c2",
        "32 | movsd xmm1, [eax]                | f2 0f 10 08",
        "32 | movsd                            | a5",
        "64 | andn rax, rbx, [rcx]             | c4 e2 e0 f2 01",
    })
    void anInstructionHasItsShortestEncoding(int bits, String text, String expected) {
        assertEquals(expected, hex(assemble(bits, text)));
    }

    @Test
    void operatorsBindAsInNasm() {
        assertEquals("b8 fc 00 00 00", hex(assemble(32, "mov eax, ~0 & 0xF0 | 0x0F ^ 3")));
        assertEquals("b8 0f 00 00 00", hex(assemble(32, "mov eax, 1 + 2 << 1 | 1 + 2 * -(-4)")));
    }

    @Test
    void jumpsAreShortWhenTheyReachAndNearWhenTheyDoNot() {
        assertEquals("eb 00 90", hex(assemble(32, "jmp next", "next: nop")));
        assertEquals("0f 84 80 00 00 00", hex(assemble(32, "je far_away", "times 128 nop", "far_away:")).substring(0, 17));
        assertEquals("74 7f", hex(assemble(32, "je near_by", "times 127 nop", "near_by:")).substring(0, 5));
        assertEquals("e9 01 00 00 00 90", hex(assemble(32, "jmp near next", "nop", "next:")));
    }

    @Test
    void aJumpThatGrowsMakesOthersGrow() {
        Assembly assembly = assemble(32, "a: jmp c", "b: jmp a", "times 121 nop", "jmp b", "c: nop");
        assertEquals(assembly.labels().get("c"), assembly.bytes().length - 1L);
        assertEquals("eb", hex(assembly).substring(0, 2));
        Assembly longer = assemble(32, "a: jmp c", "b: jmp a", "times 124 nop", "jmp b", "c: nop");
        assertEquals("e9", hex(longer).substring(0, 2));
    }

    @Test
    void localLabelsBelongToTheLabelBefore() {
        Assembly assembly = assemble(32, "one: .loop: dec ecx", "jnz .loop", "two: .loop: jmp .loop", "jmp one.loop");
        assertEquals(Map.of("one", 0L, "one.loop", 0L, "two", 3L, "two.loop", 3L), assembly.labels());
        assertEquals("49 75 fd eb fe eb f9", hex(assembly));
    }

    @Test
    void dataDirectivesTakeNumbersTextsAndLabels() {
        assertEquals("01 61 62 63 00 34 12 78 56 34 12 ef 00 00 00 00 00 00 00",
            hex(assemble(32, "db 1, 'abc', 0", "dw 0x1234", "dd 0x12345678", "dq 0xEF")));
        assertEquals("68 69 00 00", hex(assemble(32, "dd \"hi\"")));
        assertEquals("04 00 00 00 aa", hex(assemble(32, "pointer dd target", "target db 0xAA")));
        assertEquals("00 00 00 00 05 05 05", hex(assemble(32, "resw 2", "times 3 db 5")));
        assertEquals("c3 90 90 90 c3", hex(assemble(32, "ret", "align 4", "ret")));
        assertEquals("c3 00 00 00 c3", hex(assemble(32, "ret", "align 4, db 0", "ret")));
    }

    @Test
    void timesFillsUpToAnAddress() {
        Assembly assembly = assemble(16, "org 0x7C00", "start: jmp start", "times 510-($-$$) db 0", "dw 0xAA55");
        assertEquals(512, assembly.bytes().length);
        assertEquals(0x7C00, assembly.origin());
        assertEquals(0x7C00L, assembly.labels().get("start"));
        assertEquals((byte) 0xAA, assembly.bytes()[511]);
    }

    @Test
    void constantsMayBeDefinedLaterAndUseLabels() {
        Assembly assembly = assemble(32, "mov ecx, SIZE", "add eax, SMALL", "first: dd 1, 2", "SIZE equ $ - first", "SMALL equ 4");
        assertEquals("b9 08 00 00 00 83 c0 04 01 00 00 00 02 00 00 00", hex(assembly));
        assertEquals(Map.of("SIZE", 8L, "SMALL", 4L), assembly.constants());
    }

    @Test
    void externalSymbolsComeFromTheCaller() {
        Assembly line = assembler.assembleLine("call Main", 0x100000, 32, SymbolLookup.of(Map.of("Main", 0x100010L)));
        assertTrue(line.ok());
        assertEquals("e8 0b 00 00 00", hex(line));
        assertFalse(assembler.assembleLine("call Mian", 0, 32, SymbolLookup.NONE).ok());
    }

    @Test
    void waitingX87InstructionsAreTwo() {
        assertEquals("9b db e3 9b df e0", hex(assemble(32, "finit", "fstsw ax")));
        assertFalse(assembler.assembleLine("times 2 finit", 0, 32, SymbolLookup.NONE).ok());
    }

    @Test
    void severalSourcesUseEachOthersNames() {
        List<Assembly> both = assembler.assemble(List.of(
            AssemblySource.of("first: jmp second\nmov ecx, SIZE\nSIZE equ $-$$", 32).at(0x1000),
            AssemblySource.of("second: jmp first", 32).at(0x1040), AssemblySource.of("first: nop", 32)));
        assertEquals(List.of(), both.get(0).problems());
        assertEquals("eb 3e b9 07 00 00 00", hex(both.get(0)));
        assertEquals("eb be", hex(both.get(1)));
        assertEquals(Map.of("second", 0x1040L), both.get(1).labels());
        assertEquals(Map.of("SIZE", 7L), both.get(0).constants());
        assertTrue(both.get(2).problems().get(0).message().contains("defined twice"));
    }

    @Test
    void codeSizeCanChangeInTheText() {
        assertEquals("66 b8 01 00 00 00 b8 01 00 00 00 48 c7 c0 01 00 00 00",
            hex(assemble(16, "mov eax, 1", "bits 32", "mov eax, 1", "[bits 64]", "mov rax, 1")));
    }

    @Test
    void theLineMapNamesTheLinesOfTheSource() {
        String text = "nop\n%line 12 \"a.hv\"\ncpuid\nnop\n%line off\nnop\n%line 20\nhlt";
        Assembly assembly = assembler.assemble(AssemblySource.of(text, 32).at(0x1000));
        assertEquals(List.of(new LineEntry(0x1000, 1, 1, null, true), new LineEntry(0x1001, 2, 12, "a.hv", true),
            new LineEntry(0x1003, 1, 12, "a.hv", true), new LineEntry(0x1005, 1, 20, null, true)), assembly.lines());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', value = {
        "32 | foo eax             | 1 | There is no instruction or directive 'foo'",
        "32 | mvo eax, 1          | 1 | did you mean 'mov'",
        "32 | mov eax, bl         | 10 | The size of this operand does not go with 'mov'",
        "32 | mov [eax], 5        | 5 | The size of this operand is not clear; write byte, word, dword",
        "32 | inc [eax]           | 5 | not clear",
        "32 | movzx eax, [ebx]    | 12 | not clear",
        "32 | mov al, 300         | 9 | The value 0x12C does not fit in 8 bits",
        "64 | add rax, 0x80000000 | 10 | load it with mov into a 64-bit register first",
        "32 | jmp nowhere         | 5 | Nothing is called 'nowhere'",
        "32 | mov rax, 1          | 5 | write bits 64 before",
        "64 | pusha               | 1 | 'pusha' does not exist in 64-bit code",
        "64 | push eax            | 6 | use a 64-bit operand",
        "32 | mov eax, [eax*3]    | 10 | multiplied by 1, 2, 4 or 8 only, not by 3",
        "32 | mov eax, [bl]       | 11 | 'bl' cannot address memory",
        "32 | mov eax, [1-ebx]    | 13 | cannot be subtracted",
        "32 | mov eax, [eax+ebx+ecx] | 19 | at most two registers",
        "64 | mov r8b, ah         | 1 | AH, BH, CH and DH cannot be used together with R8-R15",
        "32 | lock mov [eax], ebx | 6 | leave lock out",
        "32 | rep add eax, 1      | 5 | rep goes with string instructions only",
        "32 | mov eax,            | 9 | A value is missing here",
        "32 | mov eax, (1+2       | 14 | A closing ) is missing",
        "32 | mov eax, 12x        | 10 | '12x' is not a number",
        "32 | mov eax, 1 2        | 12 | '2' is not expected here",
        "32 | db 'abc             | 4 | has no closing '",
        "32 | db 256              | 4 | does not fit in 8 bits",
        "32 | cpuid 1             | 1 | 'cpuid' does not take one operand; it takes no operands",
        "32 | loop $+200          | 6 | this instruction reaches 128 bytes back and 127 ahead",
        "32 | jmp short $+200     | 5 | leave out 'short'",
        "32 | eax: nop            | 1 | 'eax' is a register",
        "32 | bits 48             | 6 | bits 16, bits 32 or bits 64",
        "32 | a64 lodsb           | 5 | 'lodsb' has no form of this size in 32-bit code",
        "64 | mov al, [word 16]   | 9 | does not fit",
        "32 | section .text       | 1 | is not needed",
        "32 | align 3             | 1 | power of two",
        "32 | times -1 nop        | 1 | cannot be negative",
        "32 | mov eax, 1/0        | 10 | Division by zero",
        "32 | x equ x + 1         | 7 | is defined by itself",
        "32 | resb 0x7FFFFFFFFFFF | 1 | larger than 64 MiB",
    })
    void aProblemHasAPlaceAndSaysWhatToDo(int bits, String text, int column, String message) {
        Assembly assembly = assembler.assembleLine(text, 0, bits, SymbolLookup.NONE);
        assertEquals(1, assembly.problems().size(), () -> assembly.problems().toString());
        AssemblyProblem problem = assembly.problems().get(0);
        assertTrue(problem.message().contains(message), problem::message);
        assertEquals(column, problem.column(), problem::message);
        assertTrue(problem.length() > 0 && problem.column() - 1 + problem.length() <= text.length() + 1, problem::toString);
    }

    @Test
    void allProblemsAreReportedInOneRun() {
        String text = "nop\nfoo\nmov eax, nowhere\n\nadd al, ebx\nx: nop\nx: nop\nmov [ebx], 1";
        Assembly assembly = assembler.assemble(AssemblySource.of(text, 32).in("guest.asm"));
        assertEquals(List.of(2, 3, 5, 7, 8), assembly.problems().stream().map(AssemblyProblem::line).toList());
        assertTrue(assembly.problems().stream().allMatch(problem -> problem.file().equals("guest.asm")));
    }

    @Test
    void aConstantWithoutValueIsReportedWhereItIsUsedToo() {
        List<AssemblyProblem> problems = assembler.assemble(AssemblySource.of("SIZE equ nowhere\nmov eax, SIZE", 32)).problems();
        assertEquals(List.of("1:10: Nothing is called 'nowhere'; define it as a label (nowhere:) or with equ, or correct the spelling.",
            "2:10: 'SIZE' has no value; correct its definition."), problems.stream().map(AssemblyProblem::toString).toList());
    }

    @Test
    void aNameThatNothingDefinesIsToldFromOtherProblems() {
        String text = "SIZE equ nowhere\nmov eax, SIZE\nmov eax, 1 + missing\nmov eax, 1 / 0\nmov eax, missing / 0\nmvo eax, 1\ndb 300";
        assertEquals(List.of(true, false, true, false, true, false, false), assembler.assemble(AssemblySource.of(text, 32)).problems()
                .stream().map(AssemblyProblem::undefined).toList());
    }

    @Test
    void problemsNameTheLineThatADirectiveGave() {
        String text = "%line 40 \"walkthrough.hv\"\nnop\nmov eax, nowhere";
        AssemblyProblem problem = assembler.assemble(AssemblySource.of(text, 32)).problems().get(0);
        assertEquals(3, problem.line());
        assertEquals(40, problem.fileLine());
        assertEquals("walkthrough.hv", problem.file());
    }

    @Test
    void excessIsAProblemAndNotACrash() {
        StringBuilder chain = new StringBuilder();
        StringBuilder doubled = new StringBuilder();
        for (int i = 1; i < 1000; i++) {
            chain.append("c").append(i - 1).append(" equ c").append(i).append("+1\n");
            doubled.append("d").append(i - 1).append(" equ d").append(i).append(" + d").append(i).append('\n');
        }
        for (String text : new String[] {"mov eax, " + "(".repeat(100_000), "mov eax, " + "-".repeat(100_000) + "1",
            "dd 1" + "+1".repeat(100_000), "times 1 ".repeat(50_000) + "nop", chain + "c999 equ 1", "[".repeat(100_000),
            "x ".repeat(100_000), doubled.toString()}) {
            assertFalse(assembler.assembleLine(text, 0, 32, SymbolLookup.NONE).ok(), () -> text.substring(0, 40));
        }
        String fifty = doubled.substring(0, doubled.indexOf("\nd50 ") + 1) + "d50 equ 1\n";
        assertEquals("00 00 00 00 00 00 04 00", hex(assemble(32, fifty + "dq d0")));
    }

    @Test
    void badTextNeverThrows() {
        Random random = new Random(5);
        String[] words = {"mov", "eax", "[", "]", ",", "+", "*", "4", "label:", "label", ":", "dword", "jmp", "db", "times", "'x'", "\"",
            "equ", "$", "(", ")", "%line", "ptr", "st", "rip", "0x", "align", "org", "resb", "-", "lock", "rep", "far", "short", "rel",
            "cr0", "xmm1", ".", "/"};
        for (int i = 0; i < 30_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(12); j >= 0; j--) {
                text.append(words[random.nextInt(words.length)]).append(random.nextInt(8) == 0 ? "\n" : " ");
            }
            assembler.assemble(AssemblySource.of(text.toString(), 16 << i % 3));
        }
    }
}
