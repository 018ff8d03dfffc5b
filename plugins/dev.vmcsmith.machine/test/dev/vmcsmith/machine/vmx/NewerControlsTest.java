// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.machine.engine.ProfileModel;
import dev.vmcsmith.machine.engine.interpreter.Interpreter;
import dev.vmcsmith.machine.isa.Isa;
import dev.vmcsmith.machine.mmu.Access;
import dev.vmcsmith.machine.mmu.PageWalk;
import dev.vmcsmith.machine.mmu.PageWalker;
import dev.vmcsmith.machine.mmu.PagingState;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.AssemblySource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Controls that came with the processors of the last years; guests run on the engine until they exit. */
class NewerControlsTest {
    private static final long RIP = VmxProcessor.GUEST_ENTRY, DATA = 0x100_0000, SPP_TABLES = 0x74_0000, EPT_TABLE = 0x73_0000;
    private VmxProcessor p;

    private VmxProcessor on(String profile) {
        p = new VmxProcessor(profile);
        p.cpu.model = new ProfileModel(p.profile);
        return p;
    }

    /** Enters a guest with this code and runs it until the host halts; the exit. */
    private VmExit run(String code) {
        Interpreter engine = new Interpreter(p.memory, List.of(new Isa(), new VmxInstructions()));
        put(VmxProcessor.HOST_ENTRY, "hlt");
        put(RIP, code);
        p.vmlaunch();
        assertTrue(p.vmx.nonRoot() || !p.exits.isEmpty(), () -> p.entryFailure + p.violations);
        for (int i = 0; i < 100 && p.cpu.activity == Activity.ACTIVE; i++) {
            p.cpu.attention &= Attention.VMX;
            engine.run(p.cpu, 1, StopCondition.NONE);
            if ((p.cpu.attention & Attention.VMX) != 0) {
                dev.vmcsmith.machine.event.Boundary.take(p.cpu);
            }
        }
        assertEquals(Activity.HLT, p.cpu.activity, () -> "the host has not been reached: " + p.shutdown);
        return p.lastExit();
    }

    private void put(long address, String text) {
        Assembly assembly = new Assembler().assemble(AssemblySource.of(text, 64).at(address));
        assertTrue(assembly.ok(), () -> assembly.problems().toString());
        p.memory.write(address, assembly.bytes(), 0, assembly.bytes().length);
    }

    private static void assertExit(VmExit exit, int reason, long qualification, int length) {
        assertEquals(reason, exit.rawReason(), exit::toString);
        assertEquals(qualification, exit.qualification(), () -> Long.toHexString(exit.qualification()));
        assertEquals(length, exit.instructionLength());
    }

    private void secondary(ControlBit... controls) {
        p.guest64(controls);
        p.vmwrite(VmcsField.EXCEPTION_BITMAP, 1 << CpuFault.UD | 1 << CpuFault.GP);
    }

    // --- instructions ------------------------------------------------------------------------------------------------------

    /** "TPAUSE and UMWAIT cause VM exits if the 'RDTSC exiting' and 'enable user wait and pause' controls are both 1." */
    @Test
    void tpauseAndUmwaitExitWithTheirRegister() {
        on("alder-lake");
        secondary(ControlBit.ENABLE_USER_WAIT_AND_PAUSE, ControlBit.RDTSC_EXITING);
        VmExit exit = run("umonitor rax\n tpause ecx");
        assertExit(exit, 68, 0, 4);
        assertEquals(Cpu.RCX << 3, exit.instructionInfo());
    }

    /** "If the 'enable user wait and pause' control is 0, execution of TPAUSE, UMONITOR, or UMWAIT causes an invalid-opcode exception." */
    @Test
    void withoutTheControlUserWaitIsAnInvalidOpcode() {
        on("alder-lake");
        secondary();
        assertEquals(0x80000306, run("umonitor rax").interruptionInfo());
    }

    @Test
    void umwaitClearsTheFlagsAndGoesOn() {
        on("alder-lake");
        secondary(ControlBit.ENABLE_USER_WAIT_AND_PAUSE);
        assertExit(run("mov ecx, 1\n stc\n umwait ecx\n jc $\n mov ecx, 2\n tpause ecx"), 0, 0, 0);
        assertEquals(0x80000B0D, p.lastExit().interruptionInfo());
    }

    /** "PCONFIG: ... if the 'enable PCONFIG' control is 1, a bit of the PCONFIG-exiting bitmap decides by the value of EAX." */
    @Test
    void pconfigExitsByItsBitmap() {
        on("ice-lake-sp");
        secondary(ControlBit.ENABLE_PCONFIG);
        p.vmwrite(VmcsField.PCONFIG_EXITING_BITMAP, 1L << 63);
        assertExit(run("mov eax, 100\n pconfig"), 65, 0, 3);
    }

    @Test
    void pconfigOfALeafThatIsNotInTheBitmapFaults() {
        on("ice-lake-sp");
        secondary(ControlBit.ENABLE_PCONFIG);
        p.vmwrite(VmcsField.PCONFIG_EXITING_BITMAP, 1L << 63);
        assertEquals(0x80000B0D, run("xor eax, eax\n pconfig").interruptionInfo());
    }

    @Test
    void withoutTheControlPconfigIsAnInvalidOpcode() {
        on("ice-lake-sp");
        secondary();
        assertEquals(0x80000306, run("pconfig").interruptionInfo());
    }

    /**
     * "ENCLS causes a VM exit if the 'enable ENCLS exiting' control is 1 and the bit of the bitmap is 1; for EAX above 62 that is bit
     * 63."
     */
    @Test
    void enclsExitsByItsBitmap() {
        on("ice-lake-sp");
        secondary(ControlBit.ENABLE_ENCLS_EXITING);
        p.vmwrite(VmcsField.ENCLS_EXITING_BITMAP, 4).vmlaunch();
        p.cpu.gpr[Cpu.RAX] = 3;
        assertFalse(p.atGuestEntry("encls", (policy, insn) -> policy.instruction(p.cpu, Kind.ENCLS, insn, 0)));
        p.cpu.gpr[Cpu.RAX] = 2;
        assertTrue(p.atGuestEntry("encls", (policy, insn) -> policy.instruction(p.cpu, Kind.ENCLS, insn, 0)));
        assertExit(p.lastExit(), 60, 0, 3);
    }

    /** "#UD if CPUID.SGX_LEAF.0:EAX.SE1 [bit 0] = 0" comes before the VM exit. */
    @Test
    void enclsIsAnInvalidOpcodeWhereFirmwareHasNotEnabledSgx() {
        on("ice-lake-sp");
        secondary(ControlBit.ENABLE_ENCLS_EXITING);
        p.vmwrite(VmcsField.ENCLS_EXITING_BITMAP, -1);
        assertEquals(0x80000306, run("mov eax, 2\n encls").interruptionInfo());
    }

    /** "MWAIT: ... a value that indicates whether address-range monitoring hardware was armed." */
    @Test
    void mwaitSaysWhetherMonitorHasArmedTheHardware() {
        on("skylake");
        secondary(ControlBit.MWAIT_EXITING);
        assertExit(run("mov eax, 0x1000\n xor ecx, ecx\n xor edx, edx\n monitor\n mwait"), 36, 1, 3);
        p.cpu.monitorArmed = true;
        p.cpu.activity = Activity.ACTIVE;
        p.vmwrite(VmcsField.GUEST_RIP, RIP).exec("vmresume");
        assertFalse(p.cpu.monitorArmed, "VM entry clears address-range monitoring");
    }

    // --- bus locks and timeouts ---------------------------------------------------------------------------------------------

    /** "A VM exit due to bus-lock detection is trap-like: it occurs after the instruction that asserted the bus lock." */
    @Test
    void aLockedAccessAcrossACacheLineExitsBehindTheInstruction() {
        on("ice-lake-sp");
        secondary(ControlBit.VMM_BUS_LOCK_DETECTION);
        VmExit exit = run("lock inc dword [0x1000040]\n lock inc dword [0x100007E]\n hlt");
        assertExit(exit, 74, 0, 0);
        assertEquals(RIP + 16, exit.guestRip());
        assertEquals(1L << 16, p.memory.read32(DATA + 0x7C) & 0xFFFF_FFFFL);
    }

    /** "If another VM exit occurs after the bus lock, bit 26 of its exit reason is set." */
    @Test
    void anotherExitBehindABusLockSaysSo() {
        on("ice-lake-sp");
        secondary(ControlBit.VMM_BUS_LOCK_DETECTION, ControlBit.MONITOR_TRAP_FLAG);
        assertExit(run("xchg [0x100007F], ax"), 37 | 1 << 26, 0, 0);
    }

    /** "Instruction timeout: a VM exit occurs if certain operations prevent the processor from reaching an instruction boundary." */
    @Test
    void anEndlessExceptionTimesOut() {
        on("sapphire-rapids");
        p.guest64(ControlBit.INSTRUCTION_TIMEOUT).vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        assertTrue(p.cpu.intercepts.instructionTimeout(p.cpu));
        assertEquals(75, p.lastExit().rawReason());
    }

    // --- sub-page write permissions -----------------------------------------------------------------------------------------

    /** A guest whose page at {@link #DATA} is read-only but for the sub-pages that the vector names. */
    private void subPages(long vector) {
        on("ice-lake-sp");
        secondary(ControlBit.SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT);
        p.memory.write64(VmxProcessor.EPT + 0x2000 + 8 * (DATA >>> 21), EPT_TABLE | 7);
        p.memory.write64(EPT_TABLE, DATA | 0x31 | 1L << 61);
        p.memory.write64(EPT_TABLE + 8, DATA + 0x1000 | 0x31);
        for (int level = 0; level < 3; level++) {
            int index = level == 2 ? (int) (DATA >>> 21) : 0;
            p.memory.write64(SPP_TABLES + 0x1000 * level + 8 * index, SPP_TABLES + 0x1000 * (level + 1) | 1);
        }
        p.memory.write64(SPP_TABLES + 0x3000, vector);
        p.vmwrite(VmcsField.SPP_TABLE_POINTER, SPP_TABLES);
        p.vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
    }

    private void write(long address) {
        p.cpu.mmu.write32(Cpu.DS, address, 0x1234);
    }

    /** "If bit 2i of the SPP vector is 1, the access has sub-page write permission", i being bits 11:7 of the address. */
    @Test
    void aWriteToASubPageThatTheVectorNamesIsAllowed() {
        subPages(1L << 2 * 3);
        write(DATA + 0x180);
        write(DATA + 0x1FC);
        assertEquals(0x1234, p.memory.read32(DATA + 0x180));
        assertViolation(DATA + 0x200);
        assertViolation(DATA + 0x17C);
        write(DATA + 0x190);
    }

    @Test
    void aWriteAcrossTwoSubPagesNeedsThePermissionOfBoth() {
        subPages(1L << 2 * 3);
        assertViolation(DATA + 0x1FE);
        subPages(5L << 2 * 3);
        write(DATA + 0x1FE);
    }

    @Test
    void aPageWithoutTheSppBitIsReadOnly() {
        subPages(-1L & 0x5555_5555_5555_5555L);
        assertViolation(DATA + 0x1000);
    }

    private void assertViolation(long address) {
        VmExitSignal signal = assertThrows(VmExitSignal.class, () -> write(address));
        assertEquals(48, signal.reason);
        assertEquals(0x18A, signal.qualification & 0x1FF);
    }

    /** "Bit 11: SPP VM exit type. This bit is set for SPP-miss VM exits and cleared for SPP-misconfiguration VM exits." */
    @Test
    void aMissAndAMisconfigurationExitWithReasonSixtySix() {
        subPages(2);
        assertSppExit(0);
        p.memory.write64(SPP_TABLES + 0x2000 + 8 * (DATA >>> 21), SPP_TABLES + 0x3000);
        assertSppExit(1 << 11);
        p.memory.write64(SPP_TABLES + 0x2000 + 8 * (DATA >>> 21), SPP_TABLES + 0x3000 | 3);
        assertSppExit(0);
    }

    private void assertSppExit(long qualification) {
        VmExitSignal signal = assertThrows(VmExitSignal.class, () -> write(DATA + 8));
        assertEquals(66, signal.reason);
        assertEquals(qualification, signal.qualification);
        PageWalk walk = new PageWalker(p.memory, p.capabilities).linear(PagingState.live(p.cpu, p.vmx.current()), DATA + 8, Access.WRITE);
        assertEquals(PageWalk.Kind.SPP_EVENT, walk.failure().kind());
        assertEquals(qualification, walk.failure().code());
        p.cpu.rip = RIP;
        p.cpu.intercepts.takeExit(p.cpu, signal, 7);
        assertExit(p.lastExit(), 66, qualification, 7);
        assertEquals(DATA + 8, p.lastExit().guestPhysical());
        assertEquals(DATA + 8, p.lastExit().guestLinear());
        p.exec("vmresume");
    }

    // --- lists of MSRs --------------------------------------------------------------------------------------------------------

    private static final long BITMAP = 0x90_0000, ADDRESSES = 0x91_0000, VALUES = 0x91_1000;
    private static final String POINTERS = "mov rsi, 0x910000\n mov rdi, 0x911000\n";

    private void msrLists(long tertiary) {
        on("max");
        p.guest64(ControlBit.ACTIVATE_TERTIARY_CONTROLS, ControlBit.USE_MSR_BITMAPS);
        p.vmwrite(VmcsField.TERTIARY_CONTROLS, tertiary).vmwrite(VmcsField.MSR_BITMAP_ADDRESS, BITMAP);
        p.vmwrite(VmcsField.EXCEPTION_BITMAP, 1 << CpuFault.UD | 1 << CpuFault.GP);
        int[] msrs = {0x174, 0xC000_0082, 0x175, 0xC000_0103};
        for (int n = 0; n < msrs.length; n++) {
            p.memory.write64(ADDRESSES + 8 * n, msrs[n] & 0xFFFF_FFFFL);
            p.memory.write64(VALUES + 8 * n, 0x1000 + n);
        }
    }

    @Test
    void aListOfMsrsIsWrittenAndReadByTheBitsOfRcx() {
        msrLists(ControlBit.ENABLE_MSR_LIST_INSTRUCTIONS.mask());
        assertEquals(18, run(POINTERS + "mov ecx, 0b1011\n wrmsrlist\n mov rbx, rcx\n mov rdi, 0x912000\n mov ecx, 0b1111\n rdmsrlist\n vmcall").reason());
        assertEquals(0, p.cpu.gpr[Cpu.RBX]);
        assertEquals(0x1001, p.cpu.msr.lstar);
        assertEquals(0x1003, p.cpu.msr.tscAux);
        assertEquals(0x1000, p.memory.read64(VALUES + 0x1000));
        assertEquals(0x1001, p.memory.read64(VALUES + 0x1008));
        assertEquals(0, p.memory.read64(VALUES + 0x1010), "not written before");
    }

    /** "The exit qualification is the MSR; VM exits due to WRMSRLIST save the data to be written in the MSR-data field." */
    @Test
    void anMsrOfTheBitmapExitsInTheMiddleOfTheList() {
        msrLists(ControlBit.ENABLE_MSR_LIST_INSTRUCTIONS.mask());
        p.memory.write(0, BITMAP + 0x800 + (0x175 >> 3), 1, 1 << (0x175 & 7));
        assertExit(run(POINTERS + "mov ecx, 0b1111\n wrmsrlist"), 79, 0x175, 4);
        assertEquals(0b1100, p.cpu.gpr[Cpu.RCX], "two are done");
        assertEquals(0x1002, p.vmx.current().value(VmcsField.MSR_DATA));
        assertEquals(0x1001, p.cpu.msr.lstar);
    }

    @Test
    void aReadThatTheBitmapForbidsExitsWithoutData() {
        msrLists(ControlBit.ENABLE_MSR_LIST_INSTRUCTIONS.mask());
        p.memory.write(0, BITMAP + (0x174 >> 3), 1, 1 << (0x174 & 7));
        assertExit(run(POINTERS + "mov ecx, 1\n rdmsrlist"), 78, 0x174, 4);
        assertEquals(0, p.vmx.current().value(VmcsField.MSR_DATA));
    }

    /** "If the "use MSR bitmaps" VM-execution control is 0, the instruction causes a VM exit": before it looks at its operands. */
    @ParameterizedTest
    @CsvSource({"rdmsrlist, 78", "wrmsrlist, 79"})
    void withoutBitmapsListsExitBeforeTheirFirstEntry(String instruction, int reason) {
        on("max");
        p.guest64(ControlBit.ACTIVATE_TERTIARY_CONTROLS);
        p.vmwrite(VmcsField.TERTIARY_CONTROLS, ControlBit.ENABLE_MSR_LIST_INSTRUCTIONS.mask());
        assertExit(run("mov esi, 1\n xor ecx, ecx\n " + instruction), reason, 0, 4);
        assertEquals(0, p.vmx.current().value(VmcsField.MSR_DATA));
    }

    @Test
    void withoutTheControlListsAreInvalidOpcodes() {
        msrLists(ControlBit.VIRTUALIZE_IA32_SPEC_CTRL.mask());
        assertEquals(0x80000306, run("rdmsrlist").interruptionInfo());
    }

    @Test
    void pointersOfListsAreAligned() {
        msrLists(ControlBit.ENABLE_MSR_LIST_INSTRUCTIONS.mask());
        assertEquals(0x80000B0D, run(POINTERS + "inc rsi\n mov ecx, 1\n rdmsrlist").interruptionInfo());
    }

    /** WRMSRNS exits as WRMSR does, with an exit qualification of 1. */
    @Test
    void wrmsrnsExitsWithItsOwnQualification() {
        msrLists(0);
        p.memory.write(0, BITMAP + 0x800 + (0x175 >> 3), 1, 1 << (0x175 & 7));
        assertExit(run("mov ecx, 0x174\n mov eax, 8\n xor edx, edx\n wrmsrns\n inc ecx\n wrmsrns"), 32, 1, 3);
    }

    // --- speculation control ------------------------------------------------------------------------------------------------

    /** "RDMSR returns the value of the shadow; WRMSR writes the shadow and those bits of the MSR whose mask bit is 0." */
    @Test
    void speculationControlIsVirtualizedByMaskAndShadow() {
        on("bochs-arrow-lake");
        p.guest64(ControlBit.ACTIVATE_TERTIARY_CONTROLS, ControlBit.USE_MSR_BITMAPS);
        p.vmwrite(VmcsField.TERTIARY_CONTROLS, ControlBit.VIRTUALIZE_IA32_SPEC_CTRL.mask());
        p.vmwrite(VmcsField.IA32_SPEC_CTRL_MASK, 1).vmwrite(VmcsField.IA32_SPEC_CTRL_SHADOW, 4);
        p.vmwrite(VmcsField.MSR_BITMAP_ADDRESS, 0x90_0000);
        p.cpu.msr.spec = 1;
        run("mov ecx, 0x48\n rdmsr\n mov ebx, eax\n mov eax, 2\n xor edx, edx\n wrmsr\n vmcall");
        assertEquals(4, p.cpu.gpr[Cpu.RBX]);
        assertEquals(3, p.cpu.msr.spec);
        assertEquals(2, p.vmx.current().value(VmcsField.IA32_SPEC_CTRL_SHADOW));
    }

    // --- protection keys of supervisor pages -----------------------------------------------------------------------------------

    /** SDM "Protection Keys": IA32_PKRS holds for supervisor-mode addresses, as PKRU does for user-mode addresses. */
    @Test
    void protectionKeysOfSupervisorPagesDenyDataAccesses() {
        on("alder-lake");
        int key = 9;
        p.memory.write64(VmxProcessor.PML4 + 0x2000 + 8 * (DATA >>> 21), DATA | 0x83 | (long) key << 59);
        p.cpu.cr4 |= 1 << 24;
        p.cpu.cr0 |= 1 << 16;
        supervisorKeys(1 << 2 * key);
        assertEquals(0x21, pageFault(() -> p.cpu.mmu.read32(Cpu.DS, DATA)));
        p.cpu.mmu.fetch(DATA);
        supervisorKeys(2 << 2 * key);
        p.cpu.mmu.read32(Cpu.DS, DATA);
        assertEquals(0x23, pageFault(() -> p.cpu.mmu.write32(Cpu.DS, DATA, 1)));
        p.cpu.cr0 &= ~(1 << 16);
        supervisorKeys(2 << 2 * key);
        p.cpu.mmu.write32(Cpu.DS, DATA, 1);
        supervisorKeys(~(3 << 2 * key));
        p.cpu.mmu.write32(Cpu.DS, DATA, 2);
        assertEquals(2, p.cpu.mmu.read32(Cpu.DS, DATA));
    }

    private void supervisorKeys(int pkrs) {
        p.cpu.msr.pkrs = pkrs;
        p.cpu.stateChanged();
    }

    private static int pageFault(Runnable access) {
        CpuFault fault = assertThrows(CpuFault.class, access::run);
        assertEquals(CpuFault.PF, fault.vector);
        return fault.errorCode;
    }
}
