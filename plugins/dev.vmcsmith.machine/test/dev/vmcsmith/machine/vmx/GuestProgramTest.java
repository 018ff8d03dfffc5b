// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.engine.interpreter.Interpreter;
import dev.vmcsmith.machine.isa.Isa;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.AssemblySource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Guests that run on the engine until they exit; the host halts at its entry point. */
class GuestProgramTest {
    private static final long RIP = VmxProcessor.GUEST_ENTRY, IDT = 0x51_0000, GDT = 0x52_0000, HANDLER = 0x53_0000;
    private final VmxProcessor p = new VmxProcessor();
    private final Interpreter engine = new Interpreter(p.memory, List.of(new Isa(), new VmxInstructions()));

    private void put(long address, int bits, String text) {
        Assembly assembly = new Assembler().assemble(AssemblySource.of(text, bits).at(address));
        assertTrue(assembly.ok(), () -> assembly.problems().toString());
        p.memory.write(address, assembly.bytes(), 0, assembly.bytes().length);
    }

    /** Enters the guest and runs until the host halts; the last exit. */
    private VmExit run(String entry) {
        put(VmxProcessor.HOST_ENTRY, 64, "hlt");
        p.exec(entry);
        for (int i = 0; i < 100 && p.cpu.activity == Activity.ACTIVE; i++) {
            p.cpu.attention = 0;
            engine.run(p.cpu, 1000, StopCondition.NONE);
        }
        assertEquals(Activity.HLT, p.cpu.activity, () -> "the host has not been reached: " + p.shutdown + p.entryFailure + p.violations);
        p.cpu.activity = Activity.ACTIVE;
        return p.lastExit();
    }

    /** An IDT in which one vector leads to {@link #HANDLER}, and a GDT with the code segment for it. */
    private void handler(int vector, String text) {
        put(HANDLER, 64, text);
        p.memory.write64(IDT + 16 * vector, HANDLER & 0xFFFF | 8 << 16 | 0x8E00L << 32 | (HANDLER >>> 16 & 0xFFFF) << 48);
        p.memory.write64(IDT + 16 * vector + 8, HANDLER >>> 32);
        p.memory.write64(GDT + 8, 0x00AF_9B00_0000_FFFFL);
        p.memory.write64(GDT + 16, 0x00CF_9300_0000_FFFFL);
        p.vmwrite(VmcsField.GUEST_IDTR_BASE, IDT).vmwrite(VmcsField.GUEST_IDTR_LIMIT, 0xFFF);
        p.vmwrite(VmcsField.GUEST_GDTR_BASE, GDT).vmwrite(VmcsField.GUEST_GDTR_LIMIT, 0x1F);
    }

    private void inject(long information, long errorCode, long length) {
        p.vmwrite(VmcsField.ENTRY_INTERRUPTION_INFORMATION, information).vmwrite(VmcsField.ENTRY_EXCEPTION_ERROR_CODE, errorCode);
        p.vmwrite(VmcsField.ENTRY_INSTRUCTION_LENGTH, length);
    }

    /** Unmaps the 2 MiB of guest-physical memory at 16 MiB. */
    private void hole() {
        p.memory.write64(VmxProcessor.EPT + 0x2000 + 8 * 8, 0);
    }

    @Test
    void aGuestExitsAtCpuidAndGoesOnBehindIt() {
        p.guest64();
        put(RIP, 64, "mov eax, 1\ncpuid\nvmcall");
        VmExit exit = run("vmlaunch");
        assertEquals(10, exit.reason());
        assertEquals(RIP + 5, exit.guestRip());
        assertEquals(1, p.cpu.gpr[Cpu.RAX]);
        p.vmwrite(VmcsField.GUEST_RIP, exit.guestRip() + exit.instructionLength());
        exit = run("vmresume");
        assertEquals(18, exit.reason());
        assertEquals(3, exit.instructionLength());
    }

    @Test
    void aThirtyTwoBitGuestWithoutPagingRunsUnderEpt() {
        p.guest64(ControlBit.UNRESTRICTED_GUEST, ControlBit.CR3_LOAD_EXITING, ControlBit.CR3_STORE_EXITING);
        p.vmwrite(VmcsField.ENTRY_CONTROLS, p.vmread(VmcsField.ENTRY_CONTROLS) & ~0x200L);
        p.vmwrite(VmcsField.GUEST_CR0, 0x31).vmwrite(VmcsField.GUEST_CR4, 0x2000).vmwrite(VmcsField.GUEST_CR3, 0);
        p.vmwrite(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xC09B);
        put(RIP, 32, "mov eax, 1\ncpuid\nmov ecx, cr3\nmov cr3, ecx\nvmcall");
        int[][] expected = {{10, 0, 5, 2}, {28, 0x113, 7, 3}, {28, 0x103, 10, 3}, {18, 0, 13, 3}};
        for (int[] e : expected) {
            VmExit exit = run(p.vmx.launched() ? "vmresume" : "vmlaunch");
            assertEquals(e[0], exit.rawReason());
            assertEquals(e[1], exit.qualification());
            assertEquals(RIP + e[2], exit.guestRip());
            assertEquals(e[3], exit.instructionLength());
            p.vmwrite(VmcsField.GUEST_RIP, exit.guestRip() + exit.instructionLength());
        }
        assertEquals(Vmx.NO_VMCS, p.vmclear(VmxProcessor.VMCS).vmx.currentPointer());
        assertTrue(p.exec("vmxoff").succeeded());
    }

    @Test
    void anAccessOutsideTheEptExitsWithItsAddresses() {
        p.guest64();
        hole();
        put(RIP, 64, "nop\nmov rax, [0x1000008]");
        VmExit exit = run("vmlaunch");
        assertEquals(48, exit.reason());
        assertEquals(0x181, exit.qualification());
        assertEquals(0x100_0008, exit.guestLinear());
        assertEquals(0x100_0008, exit.guestPhysical());
        assertEquals(RIP + 1, exit.guestRip());
        put(RIP, 64, "mov byte [0x1000000], 1");
        p.vmwrite(VmcsField.GUEST_RIP, RIP);
        assertEquals(0x182, run("vmresume").qualification());
        p.vmwrite(VmcsField.GUEST_RIP, 0x100_0000);
        assertEquals(0x184, run("vmresume").qualification());
    }

    @Test
    void anAccessedFlagThatEptForbidsToSetExitsAsAReadAndAWrite() {
        p.guest64();
        p.memory.write64(VmxProcessor.EPT + 0x2000 + 8 * 3, 0x60_00B1L);
        put(RIP, 64, "vmcall");
        VmExit exit = run("vmlaunch");
        assertEquals(48, exit.reason());
        assertEquals(0x8B, exit.qualification());
        assertEquals(VmxProcessor.PML4 + 0x2000, exit.guestPhysical() & ~0xFFFL, "the page-directory entry of the code");
        assertEquals(RIP, exit.guestLinear());
    }

    @Test
    void aMisconfiguredEptEntryExits() {
        p.guest64();
        p.memory.write64(VmxProcessor.EPT + 0x2000 + 8 * 8, 0x100_00B2L);
        put(RIP, 64, "mov rax, [0x1000008]");
        VmExit exit = run("vmlaunch");
        assertEquals(49, exit.reason());
        assertEquals(0x100_0008, exit.guestPhysical());
    }

    @Test
    void haltAndPortAccessExitByTheirControls() {
        p.guest64(ControlBit.HLT_EXITING, ControlBit.UNCONDITIONAL_IO_EXITING);
        put(RIP, 64, "out 0x80, al\nhlt");
        VmExit exit = run("vmlaunch");
        assertEquals(30, exit.reason());
        assertEquals(0x80_0040, exit.qualification());
        p.vmwrite(VmcsField.GUEST_RIP, RIP + 2);
        exit = run("vmresume");
        assertEquals(12, exit.reason());
        assertEquals(1, exit.instructionLength());
    }

    @Test
    void anExceptionGoesThroughTheGuestsIdtUnlessTheBitmapHasIt() {
        p.guest64();
        handler(CpuFault.UD, "mov rbx, [rsp]\nvmcall");
        put(RIP, 64, "nop\nud2");
        VmExit exit = run("vmlaunch");
        assertEquals(18, exit.reason());
        assertEquals(RIP + 1, p.cpu.gpr[Cpu.RBX]);
        p.vmwrite(VmcsField.GUEST_RIP, RIP).vmwrite(VmcsField.EXCEPTION_BITMAP, 1 << CpuFault.UD);
        exit = run("vmresume");
        assertEquals(0, exit.reason());
        assertEquals(0x8000_0306, exit.interruptionInfo());
        assertEquals(RIP + 1, exit.guestRip());
    }

    @Test
    void anInt3ExitReportsTheInstruction() {
        p.guest64();
        p.vmwrite(VmcsField.EXCEPTION_BITMAP, 1 << CpuFault.BP);
        put(RIP, 64, "nop\nint3");
        VmExit exit = run("vmlaunch");
        assertEquals(0x8000_0603, exit.interruptionInfo());
        assertEquals(RIP + 1, exit.guestRip());
        assertEquals(1, exit.instructionLength());
    }

    @Test
    void aTripleFaultOfTheGuestExits() {
        p.guest64();
        put(RIP, 64, "ud2");
        VmExit exit = run("vmlaunch");
        assertEquals(2, exit.reason());
        assertEquals(RIP, exit.guestRip());
    }

    @Test
    void anInjectedExceptionIsDeliveredWithItsErrorCode() {
        p.guest64();
        handler(CpuFault.GP, "mov rbx, [rsp]\nmov rcx, [rsp + 8]\nvmcall");
        put(RIP, 64, "nop");
        inject(0x8000_0B0DL, 0x1234, 0);
        VmExit exit = run("vmlaunch");
        assertEquals(18, exit.reason());
        assertEquals(0x1234, p.cpu.gpr[Cpu.RBX]);
        assertEquals(RIP, p.cpu.gpr[Cpu.RCX]);
        assertEquals(0x0B0D, p.vmread(VmcsField.ENTRY_INTERRUPTION_INFORMATION), "the valid bit is cleared by the exit");
    }

    @Test
    void anInjectedSoftwareInterruptReturnsBehindTheInstruction() {
        p.guest64();
        handler(0x80, "mov rcx, [rsp]\nvmcall");
        inject(0x8000_0480L, 0, 2);
        assertEquals(18, run("vmlaunch").reason());
        assertEquals(RIP + 2, p.cpu.gpr[Cpu.RCX]);
    }

    @Test
    void anExitWhileTheInjectedEventIsDeliveredHasItAsIdtVectoringInformation() {
        p.guest64();
        hole();
        handler(CpuFault.GP, "vmcall");
        p.vmwrite(VmcsField.GUEST_IDTR_BASE, 0x100_0000);
        inject(0x8000_0B0DL, 0x18, 0);
        VmExit exit = run("vmlaunch");
        assertEquals(48, exit.reason());
        assertEquals(0x8000_0B0D, exit.idtVectoringInfo());
        assertEquals(0x18, exit.idtVectoringErrorCode());
        assertEquals(RIP, exit.guestRip());
        assertEquals(0x100_00D0, exit.guestPhysical());
    }

    @Test
    void aPageFaultWhileAnEventIsDeliveredExitsWithBoth() {
        p.guest64();
        handler(CpuFault.GP, "vmcall");
        p.vmwrite(VmcsField.GUEST_IDTR_BASE, 0x8000_0000L).vmwrite(VmcsField.EXCEPTION_BITMAP, 1 << CpuFault.PF);
        inject(0x8000_0031L, 0, 0);
        p.vmwrite(VmcsField.GUEST_RFLAGS, 0x202);
        VmExit exit = run("vmlaunch");
        assertEquals(0x8000_0B0E, exit.interruptionInfo());
        assertEquals(0x8000_0310L, exit.qualification());
        assertEquals(0x8000_0031, exit.idtVectoringInfo());
    }

    @Test
    void anIretThatExitsAfterUnblockingNmisSaysSo() {
        p.guest64(ControlBit.PIN_NMI_EXITING, ControlBit.PIN_VIRTUAL_NMIS);
        hole();
        p.vmwrite(VmcsField.GUEST_INTERRUPTIBILITY_STATE, 8);
        put(RIP, 64, "mov rsp, 0x1000000\niretq");
        VmExit exit = run("vmlaunch");
        assertEquals(48, exit.reason());
        assertEquals(0x1181, exit.qualification());
        assertEquals(0, p.vmread(VmcsField.GUEST_INTERRUPTIBILITY_STATE));
    }

    @Test
    void aHypervisorInsideTheGuestSeesItsInstructionsExit() {
        p.guest64();
        put(RIP, 64, "vmptrld [rip + 0x10]");
        VmExit exit = run("vmlaunch");
        assertEquals(21, exit.reason());
        assertEquals(RIP + exit.instructionLength() + 0x10, exit.qualification());
    }

    /** "MOV DR ... VM exits ... take priority over general-protection exceptions based on privilege level, and invalid-opcode exceptions
     *  that occur because CR4.DE = 1 and the instruction specified access to DR4 or DR5." */
    @Test
    void aMoveFromADebugRegisterExitsBeforeItFaults() {
        p.guest64(ControlBit.MOV_DR_EXITING);
        p.vmwrite(VmcsField.GUEST_CR4, p.cpu.cr4 | 8);
        p.vmwrite(VmcsField.GUEST_CS_SELECTOR, 0x2B).vmwrite(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xA0FB);
        p.vmwrite(VmcsField.GUEST_SS_SELECTOR, 0x33).vmwrite(VmcsField.GUEST_SS_ACCESS_RIGHTS, 0xC0F3);
        p.vmwrite(VmcsField.GUEST_DS_ACCESS_RIGHTS, 0x10000);
        put(RIP, 64, "mov rcx, dr4");
        VmExit exit = run("vmlaunch");
        assertEquals(29, exit.reason());
        assertEquals(4 | 1 << 4 | Cpu.RCX << 8, exit.qualification());
    }

    /** "Certain exceptions have priority over VM exits. These include invalid-opcode exceptions, faults based on privilege level ..." */
    @Test
    void faultsOfPrivilegeComeBeforeExits() {
        p.guest64(ControlBit.HLT_EXITING, ControlBit.MONITOR_EXITING);
        p.vmwrite(VmcsField.EXCEPTION_BITMAP, 1 << CpuFault.GP | 1 << CpuFault.UD);
        p.vmwrite(VmcsField.GUEST_CS_SELECTOR, 0x2B).vmwrite(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xA0FB);
        p.vmwrite(VmcsField.GUEST_SS_SELECTOR, 0x33).vmwrite(VmcsField.GUEST_SS_ACCESS_RIGHTS, 0xC0F3);
        p.vmwrite(VmcsField.GUEST_DS_ACCESS_RIGHTS, 0x10000);
        put(RIP, 64, "hlt");
        assertEquals(0x80000B0D, run("vmlaunch").interruptionInfo());
        put(RIP, 64, "monitor");
        assertEquals(0x80000306, run("vmresume").interruptionInfo());
        put(RIP, 64, "rdmsr");
        assertEquals(0x80000B0D, run("vmresume").interruptionInfo());
        put(RIP, 64, "vmcall");
        assertEquals(18, run("vmresume").reason(), "VMCALL exits at every privilege level");
    }
}
