// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A guest whose instructions exit and are emulated ends with the registers, fields and memory that it has when nothing exits. */
class EmulatedAsNativeTest {
    private static final List<String> FIELDS = List.of("guest.rsp", "rflags", "gdtr.base", "gdtr.limit", "idtr.base", "idtr.limit",
            "guest.ldtr.selector", "guest.ldtr.base", "guest.ldtr.limit", "guest.ldtr.access-rights", "guest.tr.selector", "guest.tr.base",
            "guest.tr.limit", "guest.tr.access-rights", "guest.dr7", "guest.sysenter-cs", "guest.sysenter-esp", "guest.cs.access-rights");
    private static final List<String> EMULATED = List.of("cpuid", "hlt", "invd", "invlpg", "rdtsc", "cr-access", "dr-access", "io-instruction",
            "rdmsr", "wrmsr", "mwait", "monitor", "pause", "rdtscp", "wbinvd", "xsetbv", "gdtr-idtr-access", "ldtr-tr-access");
    private static final String EXITING = """
            primary {
                    CR8 mov-dr-exiting, cr3-load-exiting, cr3-store-exiting, unconditional-io-exiting, rdtsc-exiting, invlpg-exiting,
                    pause-exiting, hlt-exiting, monitor-exiting, mwait-exiting
                }
                secondary { descriptor-table-exiting, wbinvd-exiting }
                cr0-guest-host-mask = 0xFFFF_FFFF cr0-read-shadow = VISIBLE0
                cr4-guest-host-mask = 0xFFFF_FFFF cr4-read-shadow = VISIBLE4""";
    /** Where the code writes: 24 doublewords from here are compared. */
    private static final int MEMORY = 0x8000;

    private static String setup(String host, int bits, String code, boolean exits) {
        boolean wide = bits == 64;
        String registers = Stream.concat(Stream.of("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp"), wide ? IntStream.range(8, 16)
                .mapToObj(i -> "r" + i) : Stream.empty()).map(name -> name + "={" + name + ":x}").collect(Collectors.joining(" "));
        String fields = FIELDS.stream().map(name -> "{" + name + ":x}").collect(Collectors.joining(" "));
        String memory = IntStream.range(0, 24).mapToObj(i -> "{guest-physical.dword[0x%X]:x}".formatted(MEMORY + 4 * i))
                .collect(Collectors.joining(" "));
        String cr8 = host.equals("long-64") ? "cr8-load-exiting, cr8-store-exiting, " : "";
        String controls = exits ? EXITING.replace("CR8", host.equals("long-64") ? "cr8-load-exiting, cr8-store-exiting," : "")
                .replace("VISIBLE0", wide ? "0x8000_0031" : bits == 32 ? "0x31" : "0x30").replace("VISIBLE4", wide ? "0x2020" : "0x2000")
                : "msr-bitmap { }";
        return """
                machine { memory 64 MiB host HOST cpu "max" }
                guest code Main at 0x7C00 bits BITS {
                CODE
                    vmcall
                }
                guest data Gdt at 0x5_0000 {
                    qwords 0
                    segment 0, 0xFFFF_FFFF, FLAT
                    segment 0, 0xFFFF_FFFF, 0xC093
                    TSS 0x6000, 0x67, 0x89
                    LDT 0x7000, 0x1F, 0x82
                }
                guest data Pointers at 0x5_1000 { words 0x4F dwords 0x5_0000, 0 words 0  words 0x7FF dwords 0x5_2000, 0 }
                page tables Paging long at 0x10_0000 { map 0 .. 16 MiB -> identity rw }
                ept All { map 0 .. 16 MiB -> identity rwx WB }
                vmcs Guest {
                    secondary { unrestricted-guest, enable-rdtscp }
                    CONTROLS
                    ept All
                    guest PRESET {
                        rip = Main rsp = 0x7000 gdtr.base = Gdt gdtr.limit = 0x4F idtr.base = 0x5_2000 idtr.limit = 0x3FF CR3
                    }
                }
                on exit vmcall { log "REGISTERS" log "FIELDS" log "MEMORY" stop }
                HANDLERS
                on exit other { panic "{exit-reason}" }
                run Guest { }
                """.replace("HOST", host).replace("BITS", Integer.toString(bits)).replace("CODE", code).replace("CONTROLS", controls)
                .replace("FLAT", wide ? "0xA09B" : "0xC09B").replace("TSS", wide ? "tss64" : "tss").replace("LDT", wide ? "tss64" : "segment")
                .replace("PRESET", wide ? "long-64" : bits == 32 ? "protected-32" : "real-16").replace("CR3", wide ? "cr3 = Paging" : "")
                .replace("REGISTERS", registers).replace("FIELDS", fields).replace("MEMORY", memory).replace("HANDLERS", EMULATED.stream()
                        .map(reason -> "on exit " + reason + " { emulate }").collect(Collectors.joining("\n")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "16 | sgdt [0x8000]; sidt [0x8008]; smsw ax",
        "16 | lidt [cs:table]; sidt [0x8000]; jmp over; table: dw 0x123; dd 0xAB345678; over:",
        "16 | o32 lgdt [cs:table]; sgdt [0x8000]; jmp over; table: dw 0x4F; dd 0xFF050000; over:",
        "16 | mov bp, 0x7ff0; mov word [bp+16], 0x1234; mov dx, 0x80; mov si, 0x8000; cld; outsw; mov di, 0x8010; mov dx, 0x3fd; insb; std; insw",
        "16 | mov edi, 0x1FFFF; mov dx, 0x3fd; mov cx, 1; rep insb",
        "16 | mov eax, 0x31; mov cr0, eax; mov eax, cr0; mov ebx, cr4; mov ecx, cr3",
        "16 | mov ax, 1; lmsw ax; smsw bx",
        "16 | mov eax, 0x12345678; mov dr0, eax; mov ebx, dr0; mov ecx, dr6; mov edx, dr7",
        "16 | mov ax, 0x700; mov es, ax; mov cx, 2; mov di, 0x1000; mov dx, 0x3fd; rep insb",
        "16 | in al, 0x80; in ax, 0x80; in eax, 0x80",
        "32 | mov eax, cr0; or eax, 0x10000; mov cr0, eax; mov ebx, cr0; clts; mov ecx, cr0; or ecx, 8; mov cr0, ecx; mov edx, cr0; clts; mov esi, cr0",
        "32 | mov eax, 0x1b; lmsw ax; mov ebx, cr0; smsw ecx; mov word [0x8000], 0x10; lmsw [0x8000]; smsw edx",
        "32 | mov eax, 0x2010; mov cr4, eax; mov ebx, cr4",
        "32 | mov esp, 0x8800; mov cr3, esp; mov eax, cr3; mov esp, 0x12; mov dr1, esp; mov ebx, dr1",
        "32 | mov eax, 0xFFFFDFFF; mov dr6, eax; mov ebx, dr6; mov dr7, eax; mov ecx, dr7; xor eax, eax; mov dr6, eax; mov edx, dr6; mov dr7, eax",
        "32 | sldt eax; str ebx; mov ax, 0x20; lldt ax; sldt ecx; sldt [0x8000]; mov ax, 0x18; ltr ax; str dx; str [0x8004]",
        "32 | lgdt [0x51000]; sgdt [0x8000]; lidt [0x5100c]; sidt [0x8010]; smsw [0x8020]; xor eax, eax; lldt ax",
        "32 | mov ebx, 0x51000; mov ecx, 3; lidt [ebx+ecx*4]; sidt [ebx+ecx*8-0x49018+24]",
        "32 | mov edx, 0x3fd; mov edi, 0x8000; mov ecx, 3; rep insb; mov edx, 0x80; mov esi, 0x51000; mov ecx, 5; rep outsb; rep outsb; mov ecx, 2; rep outsd; std; mov ecx, 2; rep outsw",
        "32 | mov ecx, 0xC0000080; rdmsr; mov ebx, eax; mov ecx, 0x277; rdmsr; mov esi, eax; mov edi, edx; mov ecx, 0x1a0; rdmsr",
        "32 | mov ecx, 0x175; mov eax, 0x1111; xor edx, edx; wrmsr; rdmsr; mov ecx, 0x176; mov eax, 0xFFFFFFFF; wrmsr; rdmsr",
        "32 | mov eax, 1; xor ecx, ecx; cpuid",
        "32 | mov eax, 0xD; mov ecx, 1; cpuid",
        "64 | mov r15, 0x8000; sgdt [r15]; sidt [r15+16]; lidt [rel table]; sidt [r15+32]; jmp over; table: dw 0x77; dq 0xFFFF800012345678; over:",
        "64 | mov rax, 5; mov cr8, rax; mov r9, cr8; mov r10, cr0; mov r11, cr4; mov r12, cr3; mov cr3, r12",
        "64 | mov r13, 0x1122334455667788; mov dr2, r13; mov r14, dr2; mov rsp, 0x7008; mov dr3, rsp; mov rbx, dr3; mov rcx, dr7; mov rdx, dr6",
        "64 | mov ecx, 0xC0000100; mov eax, 0x5678; mov edx, 0xFFFF8000; wrmsr; xor eax, eax; xor edx, edx; rdmsr; mov ecx, 0xC0000102; wrmsr; rdmsr",
        "64 | mov ecx, 0xC0000080; rdmsr; or eax, 1; wrmsr; xor eax, eax; rdmsr",
        "64 | mov rdi, 0x8000; mov rcx, 3; mov edx, 0x3fd; rep insb; mov rsi, 0x51000; mov rcx, 2; mov dx, 0x80; rep outsd; mov edi, 0x8020; insw",
        "64 | mov rax, -1; mov rbx, -1; mov rcx, -1; mov rdx, -1; mov eax, 1; xor ecx, ecx; cpuid",
        "64 | mov rax, -1; mov rbx, -1; mov rdx, -1; mov ecx, 0x174; rdmsr",
        "64 | str rax; sldt rbx; mov ax, 0x28; lldt ax; sldt r9; sldt r10d; sldt r11w; mov ax, 0x18; ltr ax; str r12",
        "64 | mov r8, -1; mov rax, -1; in al, 0x80; mov r9, rax; in ax, 0x80; mov r10, rax; in eax, 0x80",
        "64 | smsw r8; smsw r9d; smsw r10w; clts; mov r11, cr0; mov rax, cr4; or rax, 0x200; mov cr4, rax; mov rbx, cr4",
    })
    void theGuestCannotTellTheDifference(int bits, String code) {
        String lines = code.replace("; ", "\n");
        for (String host : bits == 64 ? List.of("long-64") : List.of("long-64", "protected-32")) {
            SetupRun emulated = SetupRun.ofText(setup(host, bits, lines, true));
            SetupRun direct = SetupRun.ofText(setup(host, bits, lines, false));
            assertTrue(emulated.isStopped() && emulated.exits().size() > 1, emulated.log() + emulated.exits());
            assertEquals(direct.log(), emulated.log(), host);
        }
    }
}
