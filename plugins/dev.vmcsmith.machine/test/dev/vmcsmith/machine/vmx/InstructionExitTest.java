// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.engine.ProfileModel;
import dev.vmcsmith.machine.engine.interpreter.Interpreter;
import dev.vmcsmith.machine.isa.Isa;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.AssemblySource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every instruction that exits, with the qualification and the instruction information of the SDM's section "Information for VM Exits Due
 * to Instruction Execution". Numbers that start with 0x are hexadecimal.
 */
class InstructionExitTest {
    /** Address size in bits 9:7, segment in 17:15, no index in 22, base in 26:23, no base in 27. */
    private static final int ADDRESS_64 = 2 << 7, ADDRESS_32 = 1 << 7, REGISTER = 1 << 10, DS = 3 << 15, NO_INDEX = 1 << 22, NO_BASE = 1 << 27;

    private VmxProcessor guest(String controls) {
        VmxProcessor p = new VmxProcessor("ice-lake-sp");
        p.cpu.model = new ProfileModel(p.profile);
        p.guest64(controls.isBlank() ? new ControlBit[0] : Stream.of(controls.split(" ")).map(ControlBit::valueOf).toArray(ControlBit[]::new));
        p.vmwrite(VmcsField.GUEST_CR4, p.cpu.cr4 | 1 << 18).vmwrite(VmcsField.XSS_EXITING_BITMAP, 0x100);
        p.cpu.msr.xss = 0x100;
        return p;
    }

    private static VmExit run(VmxProcessor p, String text) {
        put(p, VmxProcessor.HOST_ENTRY, "hlt");
        int length = put(p, VmxProcessor.GUEST_ENTRY, text);
        p.cpu.gpr[Cpu.RBX] = 0x100_0000;
        p.cpu.gpr[Cpu.RSI] = 4;
        p.cpu.gpr[Cpu.RAX] = 0x100;
        p.cpu.gpr[Cpu.RDX] = 0x71;
        p.cpu.gpr[Cpu.RCX] = 2;
        p.vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        Interpreter engine = new Interpreter(p.memory, List.of(new Isa(), new VmxInstructions()));
        for (int i = 0; i < 2; i++) {
            p.cpu.attention = 0;
            engine.run(p.cpu, 1, StopCondition.NONE);
        }
        assertEquals(Activity.HLT, p.cpu.activity);
        assertEquals(VmxProcessor.GUEST_ENTRY, p.lastExit().guestRip());
        assertEquals(length, p.lastExit().instructionLength());
        return p.lastExit();
    }

    private static int put(VmxProcessor p, long address, String text) {
        Assembly assembly = new Assembler().assemble(AssemblySource.of(text, 64).at(address));
        assertTrue(assembly.ok(), () -> assembly.problems().toString());
        p.memory.write(address, assembly.bytes(), 0, assembly.bytes().length);
        return assembly.bytes().length;
    }

    @ParameterizedTest
    @CsvSource({
        "cpuid,                  '',                        10, 0",
        "invd,                   '',                        13, 0",
        "xsetbv,                 '',                        55, 0",
        "hlt,                    HLT_EXITING,               12, 0",
        "rdpmc,                  RDPMC_EXITING,             15, 0",
        "rdtsc,                  RDTSC_EXITING,             16, 0",
        "rdtscp,                 RDTSC_EXITING ENABLE_RDTSCP, 51, 0",
        "pause,                  PAUSE_EXITING,             40, 0",
        "monitor,                MONITOR_EXITING,           39, 0",
        "mwait,                  MWAIT_EXITING,             36, 0",
        "wbinvd,                 WBINVD_EXITING,            54, 0",
        "invlpg [rbx + rsi * 2 + 8], INVLPG_EXITING,        14, 0x1000010",
        "rdmsr,                  '',                        31, 0",
        "wrmsr,                  '',                        32, 0",
        "clts,                   '',                        28, 0x20",
        "'mov cr8, rsi',         CR8_LOAD_EXITING,          28, 0x608",
        "'mov rsi, cr8',         CR8_STORE_EXITING,         28, 0x618",
        "'mov cr3, rbx',         CR3_LOAD_EXITING,          28, 0x303",
        "'mov rbx, cr3',         CR3_STORE_EXITING,         28, 0x313",
        "'mov cr4, rbx',         '',                        28, 0x304",
        "lmsw bx,                '',                        28, 0x30",
        "'mov dr7, rbx',         MOV_DR_EXITING,            29, 0x307",
        "'in al, dx',            UNCONDITIONAL_IO_EXITING,  30, 0x710008",
        "'out 0x71, eax',        UNCONDITIONAL_IO_EXITING,  30, 0x710043",
        "vmcall,                 '',                        18, 0",
        "vmlaunch,               '',                        20, 0",
        "vmresume,               '',                        24, 0",
        "vmxoff,                 '',                        26, 0"})
    void instructionsExitWithTheirQualification(String text, String controls, int reason, String qualification) {
        VmxProcessor p = guest(controls);
        p.vmwrite(VmcsField.CR0_GUEST_HOST_MASK, 0xF).vmwrite(VmcsField.CR0_READ_SHADOW, 0xE);
        p.vmwrite(VmcsField.CR4_GUEST_HOST_MASK, 0x2000).vmwrite(VmcsField.CR4_READ_SHADOW, 0x2000);
        VmExit exit = run(p, text);
        assertEquals(reason, exit.rawReason());
        assertEquals(Long.decode(qualification), exit.qualification(), () -> Long.toHexString(exit.qualification()));
    }

    private static final int BASE_INDEX = ADDRESS_64 | DS | 1 | 6 << 18 | 3 << 23;

    private void assertInformation(String text, String controls, int reason, int information, long displacement) {
        VmExit exit = run(guest(controls), text);
        assertEquals(reason, exit.rawReason());
        assertEquals(information, exit.instructionInfo(), () -> Integer.toHexString(exit.instructionInfo()));
        assertEquals(displacement, exit.qualification());
    }

    @Test
    void descriptorTableInstructionsReportOperandSizeAndIdentity() {
        String controls = "DESCRIPTOR_TABLE_EXITING";
        for (int identity = 0; identity < 4; identity++) {
            String name = List.of("sgdt", "sidt", "lgdt", "lidt").get(identity);
            assertInformation(name + " [rbx + rsi * 2 + 8]", controls, 46, BASE_INDEX | 1 << 11 | identity << 28, 8);
            String segment = List.of("sldt", "str", "lldt", "ltr").get(identity);
            assertInformation(segment + " [rbx + rsi * 2 - 8]", controls, 47, BASE_INDEX | identity << 28, -8);
            assertInformation(segment + " si", controls, 47, REGISTER | 6 << 3 | identity << 28, 0);
        }
    }

    @Test
    void randomNumbersReportRegisterAndSize() {
        assertInformation("rdrand cx", "RDRAND_EXITING", 57, 1 << 3, 0);
        assertInformation("rdrand ecx", "RDRAND_EXITING", 57, 1 << 3 | 1 << 11, 0);
        assertInformation("rdseed r9", "RDSEED_EXITING", 61, 9 << 3 | 2 << 11, 0);
    }

    @Test
    void invalidationsAndStateReportTheirOperands() {
        assertInformation("invpcid rdi, [rbx + rsi * 2 + 8]", "ENABLE_INVPCID INVLPG_EXITING", 58, BASE_INDEX | 7 << 28, 8);
        assertInformation("invept rdi, [rbx + rsi * 2 + 8]", "", 50, BASE_INDEX | 7 << 28, 8);
        assertInformation("invvpid r9, [rbx + rsi * 2 + 8]", "", 53, BASE_INDEX | 9 << 28, 8);
        assertInformation("xsaves [rbx]", "ENABLE_XSAVES_XRSTORS", 63, ADDRESS_64 | DS | NO_INDEX | 3 << 23, 0);
        assertInformation("xrstors [rbx]", "ENABLE_XSAVES_XRSTORS", 64, ADDRESS_64 | DS | NO_INDEX | 3 << 23, 0);
    }

    @Test
    void vmxInstructionsReportTheirOperands() {
        assertInformation("vmread [ebx + 16], rcx", "", 23, ADDRESS_32 | DS | NO_INDEX | 3 << 23 | 1 << 28, 16);
        assertInformation("vmwrite rcx, r10", "", 25, REGISTER | 10 << 3 | 1 << 28, 0);
        assertInformation("vmclear [0x1234]", "", 19, ADDRESS_64 | DS | NO_INDEX | NO_BASE, 0x1234);
        assertInformation("vmptrst fs:[rbx]", "", 22, ADDRESS_64 | 4 << 15 | NO_INDEX | 3 << 23, 0);
        assertInformation("vmxon [rbp + 4]", "", 27, ADDRESS_64 | 2 << 15 | NO_INDEX | 5 << 23, 4);
    }

    /** "INS and OUTS: ... the linear address; bits 9:7 and 17:15 of the instruction information." */
    @Test
    void stringInputAndOutputReportTheirAddress() {
        VmxProcessor p = guest("UNCONDITIONAL_IO_EXITING");
        VmExit exit = run(p, "rep outsd");
        assertEquals(30, exit.rawReason());
        assertEquals(0x71_0033, exit.qualification());
        assertEquals(4, exit.guestLinear());
        assertEquals(ADDRESS_64 | DS, exit.instructionInfo());
    }
}
