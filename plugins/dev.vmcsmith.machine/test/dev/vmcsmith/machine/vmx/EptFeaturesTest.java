// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import org.junit.jupiter.api.Test;

/** EPT of 5 levels, execute-only and mode-based execution, #VE, logs, and what invalidates cached translations. */
class EptFeaturesTest {
    private static final long PAGING_WRITE = 1L << 58, VERIFY_PAGING = 1L << 57, VERIFICATION = 1 << 15;
    private static final long PML5 = 0x78_0000, TABLE = 0x73_0000, DATA = 0x100_0000, AREA = 0x22_0000, LIST = 0x22_1000, STRUCTURES = 0x77_0000, HLAT = 0x79_0000;
    private VmxProcessor p;

    private void guest(String profile, ControlBit... controls) {
        p = new VmxProcessor(profile);
        p.guest64(controls);
    }

    private void launch() {
        p.vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
    }

    /** Maps the guest's page at {@link #DATA} with these bits of the EPT entry, and its neighbour with all rights. */
    private void page(long bits) {
        p.memory.write64(VmxProcessor.EPT + 0x2000 + 8 * (DATA >>> 21), TABLE | 0x407);
        p.memory.write64(TABLE, DATA | 0x30 | bits);
        p.memory.write64(TABLE + 8, DATA + 0x1000 | 0x437);
    }

    private VmExitSignal exit(Runnable access) {
        return assertThrows(VmExitSignal.class, access::run);
    }

    /** "A guest-physical address ... the EPT page-walk length is 5: bits 56:48 select an entry of the EPT PML5 table." */
    @Test
    void aWalkOfFiveLevelsBeginsAtThePml5Table() {
        guest("ice-lake-sp");
        p.memory.write64(PML5, VmxProcessor.EPT | 7);
        p.vmwrite(VmcsField.EPT_POINTER, PML5 | 0x26);
        launch();
        p.cpu.mmu.write32(Cpu.DS, DATA + 4, 7);
        assertEquals(7, p.memory.read32(DATA + 4));
        p.memory.write64(PML5, 0);
        p.cpu.mmu.flush();
        assertEquals(48, exit(() -> p.cpu.mmu.read32(Cpu.DS, DATA)).reason);
    }

    /** "Bit 5: ... whether the guest-physical address was executable"; a page with bits 2:0 = 100b can be fetched from alone. */
    @Test
    void anExecuteOnlyPageIsFetchedFromAlone() {
        guest("skylake");
        page(4);
        launch();
        p.cpu.mmu.fetch(DATA);
        assertEquals(0x1A1, exit(() -> p.cpu.mmu.read32(Cpu.DS, DATA)).qualification & 0x1FF);
        assertEquals(0x1A2, exit(() -> p.cpu.mmu.write32(Cpu.DS, DATA, 1)).qualification & 0x1FF);
    }

    /** "If the 'mode-based execute control for EPT' is 1, bit 10 controls instruction fetches from user-mode linear addresses." */
    @Test
    void userPagesAreFetchedFromByBitTen() {
        guest("ice-lake-sp", ControlBit.MODE_BASED_EXECUTE_CONTROL_FOR_EPT);
        for (int i = 0; i < 512; i++) {
            long entry = VmxProcessor.EPT + 0x2000 + 8 * i;
            p.memory.write64(entry, p.memory.read64(entry) | 0x400);
        }
        for (int level = 0; level < 2; level++) {
            long entry = VmxProcessor.EPT + 0x1000 * level;
            p.memory.write64(entry, p.memory.read64(entry) | 0x400);
        }
        page(1 | 4);
        launch();
        assertEquals(0x1AC, exit(() -> p.cpu.mmu.fetch(DATA)).qualification & 0x1FF, "the guest's pages are user pages");
        p.memory.write64(TABLE, DATA | 0x30 | 1 | 0x400);
        p.cpu.mmu.flush();
        p.cpu.mmu.fetch(DATA);
    }

    private void guestWithTertiary(ControlBit... controls) {
        guest("max", ControlBit.ACTIVATE_TERTIARY_CONTROLS);
        long value = 0;
        for (ControlBit control : controls) {
            value |= control.mask();
        }
        p.vmwrite(VmcsField.TERTIARY_CONTROLS, value);
    }

    /** Maps the 2 MiB where the guest's paging structures lie with pages of 4 KiB, all with these bits. */
    private void structures(long bits) {
        long base = VmxProcessor.PML4 & -1L << 21;
        p.memory.write64(VmxProcessor.EPT + 0x2000 + 8 * (base >>> 21), STRUCTURES | 0x407);
        for (int i = 0; i < 512; i++) {
            p.memory.write64(STRUCTURES + 8 * i, base + 0x1000 * i | 0x30 | bits);
        }
    }

    private void eptFlags(boolean accessedDirty) {
        p.vmwrite(VmcsField.EPT_POINTER, VmxProcessor.EPT | (accessedDirty ? 0x5E : 0x1E));
    }

    /** "Writes by the logical processor to guest paging structures to update accessed and dirty flags are considered to be data writes." */
    @Test
    void readOnlyPagingStructuresKeepTheirFlagsFromBeingSet() {
        guestWithTertiary(ControlBit.EPT_PAGING_WRITE_CONTROL);
        structures(5);
        launch();
        assertEquals(0xA3 | 1 << 3, exit(() -> p.cpu.mmu.read32(Cpu.DS, DATA)).qualification & 0xBB);
    }

    /** SDM "EPT paging-write control": bit 58 of the entry that maps the page lets the processor, and nobody else, write there. */
    @Test
    void pagingWriteAccessLetsTheProcessorAloneWriteToPagingStructures() {
        for (boolean accessedDirty : new boolean[] {false, true}) {
            guestWithTertiary(ControlBit.EPT_PAGING_WRITE_CONTROL);
            eptFlags(accessedDirty);
            structures(5 | PAGING_WRITE);
            launch();
            p.cpu.mmu.write32(Cpu.DS, DATA, 9);
            long pde = VmxProcessor.PML4 + 0x2000 + 8 * (DATA >>> 21);
            assertEquals(0x60, p.memory.read64(pde) & 0x60, "accessed and dirty");
            VmExitSignal exit = exit(() -> p.cpu.mmu.write64(Cpu.DS, pde, 0));
            assertEquals(48, exit.reason);
            assertEquals(0x1AA, exit.qualification & 0x1FF);
            assertEquals(pde, exit.physical);
        }
    }

    /** Bit 58 is ignored without the control. */
    @Test
    void withoutTheControlPagingWriteAccessIsNothing() {
        guestWithTertiary(ControlBit.GUEST_PAGING_VERIFICATION);
        structures(5 | PAGING_WRITE);
        launch();
        assertEquals(48, exit(() -> p.cpu.mmu.read32(Cpu.DS, DATA)).reason);
    }

    /** SDM "EPT Misconfigurations": with the control, bit 58 of an entry that maps a page asks for bit 0. */
    @Test
    void pagingWriteAccessWithoutReadAccessIsAMisconfiguration() {
        guestWithTertiary(ControlBit.EPT_PAGING_WRITE_CONTROL);
        page(4 | PAGING_WRITE);
        launch();
        assertEquals(49, exit(() -> p.cpu.mmu.fetch(DATA)).reason);
        guestWithTertiary(ControlBit.GUEST_PAGING_VERIFICATION);
        page(4 | PAGING_WRITE);
        launch();
        p.cpu.mmu.fetch(DATA);
    }

    /** SDM "EPT Violations", guest-paging verification: bit 57 of the page, bit 58 of the pages of all paging structures. */
    @Test
    void aVerifiedPageIsReachedThroughPagingStructuresWithPagingWriteAccessAlone() {
        guestWithTertiary(ControlBit.EPT_PAGING_WRITE_CONTROL, ControlBit.GUEST_PAGING_VERIFICATION);
        structures(5 | PAGING_WRITE);
        page(7 | VERIFY_PAGING);
        launch();
        p.cpu.mmu.write32(Cpu.DS, DATA + 16, 5);
        assertEquals(5, p.cpu.mmu.read32(Cpu.DS, DATA + 16));
    }

    @Test
    void anAliasOfAVerifiedPageExits() {
        guestWithTertiary(ControlBit.EPT_PAGING_WRITE_CONTROL, ControlBit.GUEST_PAGING_VERIFICATION);
        structures(7 | PAGING_WRITE);
        p.memory.write64(STRUCTURES + 8 * (VmxProcessor.PML4 + 0x1000 >>> 12 & 0x1FF), VmxProcessor.PML4 + 0x1000 | 0x37);
        page(7 | VERIFY_PAGING);
        launch();
        assertEquals(0, p.cpu.mmu.read32(Cpu.DS, DATA + 0x1000), "the next page does not ask for it");
        for (int again = 0; again < 2; again++) {
            VmExitSignal exit = exit(() -> p.cpu.mmu.write32(Cpu.DS, DATA + 8, 1));
            assertEquals(48, exit.reason);
            assertEquals(VERIFICATION | 0x1BA, exit.qualification & (VERIFICATION | 0x1FF));
            assertEquals(DATA + 8, exit.physical);
            assertEquals(DATA + 8, exit.linear);
        }
    }

    /** "If the 'guest-paging verification' and 'EPT paging-write control' VM-execution controls are both 1 ..." */
    @Test
    void verificationAloneDoesNothing() {
        guestWithTertiary(ControlBit.GUEST_PAGING_VERIFICATION);
        page(7 | VERIFY_PAGING);
        launch();
        assertEquals(0, p.cpu.mmu.read32(Cpu.DS, DATA));
    }

    /**
     * "EPT paging-structure entries that reference other EPT paging structures do not use bit 58 and must still set the write-access
     * bit."
     */
    @Test
    void pagingWriteAccessDoesNotReplaceWriteAccessAboveThePage() {
        guestWithTertiary(ControlBit.EPT_PAGING_WRITE_CONTROL);
        structures(5 | PAGING_WRITE);
        long pde = VmxProcessor.EPT + 0x2000 + 8 * (VmxProcessor.PML4 >>> 21);
        p.memory.write64(pde, p.memory.read64(pde) & ~2L);
        launch();
        assertEquals(48, exit(() -> p.cpu.mmu.read32(Cpu.DS, DATA)).reason);
    }

    /** "With 4-level EPT, bits 51:48 of a guest-physical address must all be zero; otherwise, an EPT violation occurs." */
    @Test
    void fourLevelsTranslate48Bits() {
        guest("max");
        p.memory.write64(VmxProcessor.PML4 + 0x2000 + 8 * (DATA >>> 21), 1L << 48 | DATA | 0xE7);
        launch();
        VmExitSignal exit = exit(() -> p.cpu.mmu.read32(Cpu.DS, DATA));
        assertEquals(48, exit.reason);
        assertEquals(0x181, exit.qualification & 0x1FF);
        assertEquals(1L << 48 | DATA, exit.physical);
    }

    /** "In this case, the accessed or dirty flag is not set, and the guest-physical access that triggered the event does not occur." */
    @Test
    void aFullLogStopsAccessedFlagsToo() {
        guest("skylake", ControlBit.ENABLE_PML);
        eptFlags(true);
        page(7);
        p.vmwrite(VmcsField.PML_ADDRESS, LIST).vmwrite(VmcsField.PML_INDEX, 511);
        launch();
        p.cpu.mmu.read32(Cpu.DS, DATA + 0x1000);
        p.vmx.write(VmcsField.PML_INDEX, 0xFFFF);
        assertEquals(62, exit(() -> p.cpu.mmu.read32(Cpu.DS, DATA)).reason);
        assertEquals(0, p.memory.read64(TABLE) & 0x300);
    }

    /** SDM "HLAT paging": the HLAT pointer takes the place of CR3, for all addresses or for those with bit 63. */
    @Test
    void hlatPagingTranslatesBeforeCr3() {
        for (int prefix = 0; prefix <= 1; prefix++) {
            guestWithTertiary(ControlBit.ENABLE_HLAT);
            long upper = 0xFFFF_8000_0000_0000L | DATA;
            hlatTables(DATA + 0x20_0000 | 0xE7);
            p.vmwrite(VmcsField.HLAT_POINTER, HLAT).vmwrite(VmcsField.HLAT_PREFIX_SIZE, prefix);
            p.memory.write32(DATA, 1);
            p.memory.write32(DATA + 0x20_0000, 2);
            launch();
            assertEquals(2, p.cpu.mmu.read32(Cpu.DS, upper));
            assertEquals(prefix == 0 ? 2 : 1, p.cpu.mmu.read32(Cpu.DS, DATA));
            assertEquals(2, p.cpu.mmu.read32(Cpu.DS, upper), "from the TLB");
        }
    }

    /** The tables of HLAT paging map the page of DATA, in both halves of the address space, with this entry of the page directory. */
    private void hlatTables(long entry) {
        for (int index : new int[] {0, 256}) {
            p.memory.write64(HLAT + 8 * index, HLAT + 0x1000 | 0x27);
        }
        p.memory.write64(HLAT + 0x1000, HLAT + 0x2000 | 0x27);
        p.memory.write64(HLAT + 0x2000 + 8 * (DATA >>> 21), entry);
        for (long page : new long[] {VmxProcessor.GUEST_ENTRY, VmxProcessor.CODE}) {
            p.memory.write64(HLAT + 0x2000 + 8 * (page >>> 21), page & -1L << 21 | 0xE7);
        }
    }

    /** "... HLAT paging encounters a paging-structure entry that sets bit 11": the address is translated again, with CR3. */
    @Test
    void anEntryOfHlatPagingMayLeaveTheAddressToCr3() {
        guestWithTertiary(ControlBit.ENABLE_HLAT);
        hlatTables(DATA + 0x20_0000 | 0xE1 | 1 << 11);
        p.vmwrite(VmcsField.HLAT_POINTER, HLAT);
        p.memory.write32(DATA, 1);
        launch();
        assertEquals(1, p.cpu.mmu.read32(Cpu.DS, DATA));
        p.cpu.mmu.write32(Cpu.DS, DATA, 3);
        assertEquals(3, p.memory.read32(DATA));
    }

    /**
     * SDM "Page-Fault Exceptions": bit 7 of the error code tells of HLAT paging when there is no translation, not when rights are
     * missing.
     */
    @Test
    void aPageThatHlatPagingDoesNotMapFaults() {
        guestWithTertiary(ControlBit.ENABLE_HLAT);
        hlatTables(0);
        p.vmwrite(VmcsField.HLAT_POINTER, HLAT);
        launch();
        assertEquals(0x82, assertThrows(CpuFault.class, () -> p.cpu.mmu.write32(Cpu.DS, DATA, 1)).errorCode);
        p.memory.write64(HLAT + 0x2000 + 8 * (DATA >>> 21), DATA | 0xA5);
        p.cpu.mmu.flush();
        p.cpu.cr0 |= 1 << 16;
        p.cpu.stateChanged();
        assertEquals(3, assertThrows(CpuFault.class, () -> p.cpu.mmu.write32(Cpu.DS, DATA, 1)).errorCode);
    }

    /** SDM "EPT Violations": loads of the PDPTE registers by MOV to CR are reads, whatever EPT does with accessed flags. */
    @Test
    void loadingPdptesIsARead() {
        guestWithTertiary();
        eptFlags(true);
        page(1);
        launch();
        assertTrue(p.cpu.mmu.loadPdptes(DATA));
        assertEquals(0, p.memory.read64(TABLE) & 0x200, "not dirty");
    }

    /** SDM "Convertible EPT Violations" and "Virtualization-Exception Information". */
    @Test
    void aConvertibleViolationFillsTheAreaAndRaisesAVirtualizationException() {
        guest("skylake", ControlBit.EPT_VIOLATION_VE);
        p.vmwrite(VmcsField.VE_INFORMATION_ADDRESS, AREA).vmwrite(VmcsField.EPTP_INDEX, 3);
        page(0);
        launch();
        CpuFault fault = assertThrows(CpuFault.class, () -> p.cpu.mmu.write32(Cpu.DS, DATA + 8, 1));
        assertEquals(CpuFault.VE, fault.vector);
        assertEquals(48, p.memory.read32(AREA));
        assertEquals(-1, p.memory.read32(AREA + 4));
        assertEquals(0x182, p.memory.read64(AREA + 8));
        assertEquals(DATA + 8, p.memory.read64(AREA + 16));
        assertEquals(DATA + 8, p.memory.read64(AREA + 24));
        assertEquals(3, p.memory.read32(AREA + 32) & 0xFFFF);
        assertEquals(48, exit(() -> p.cpu.mmu.read32(Cpu.DS, DATA)).reason, "the area is in use");
    }

    /** "... bit 63 of the EPT entry (suppress #VE) is 0", and no event is being delivered. */
    @Test
    void aViolationThatIsNotConvertibleExits() {
        guest("skylake", ControlBit.EPT_VIOLATION_VE);
        p.vmwrite(VmcsField.VE_INFORMATION_ADDRESS, AREA);
        page(1L << 63);
        launch();
        assertEquals(48, exit(() -> p.cpu.mmu.read32(Cpu.DS, DATA)).reason);
        p.memory.write64(TABLE, DATA | 0x30);
        p.cpu.delivering.set(0, 0x30, false, 0, 0);
        assertEquals(48, exit(() -> p.cpu.mmu.readSystem(DATA, 4)).reason);
        assertEquals(0, p.memory.read32(AREA + 4));
    }

    /** "VM function 0 ... if the 'EPT-violation #VE' control is 1, bits 15:0 of ECX are written to the EPTP-index field." */
    @Test
    void eptpSwitchingKeepsTheIndex() {
        guest("skylake", ControlBit.ENABLE_VM_FUNCTIONS, ControlBit.EPT_VIOLATION_VE);
        p.vmwrite(VmcsField.VM_FUNCTION_CONTROLS, 1).vmwrite(VmcsField.EPTP_LIST_ADDRESS, LIST).vmwrite(VmcsField.VE_INFORMATION_ADDRESS, AREA);
        p.memory.write64(LIST + 8 * 511, VmxProcessor.EPT | 0x1E);
        launch();
        p.cpu.gpr[Cpu.RAX] = 0;
        p.cpu.gpr[Cpu.RCX] = 511;
        p.exec("vmfunc");
        assertEquals(511, p.vmx.current().value(VmcsField.EPTP_INDEX));
        p.cpu.gpr[Cpu.RAX] = 64;
        VmxOperationTest.assertFault(CpuFault.UD, () -> p.exec("vmfunc"));
        p.cpu.gpr[Cpu.RAX] = 1;
        p.exec("vmfunc");
        assertEquals(59, p.lastExit().rawReason());
    }

    /** "Page-modification logging: ... each write that sets a dirty flag for EPT is logged", the pages of guest paging structures too. */
    @Test
    void settingADirtyFlagLogsThePage() {
        guest("skylake", ControlBit.ENABLE_PML);
        page(7);
        p.vmwrite(VmcsField.EPT_POINTER, VmxProcessor.EPT | 0x5E).vmwrite(VmcsField.PML_ADDRESS, LIST).vmwrite(VmcsField.PML_INDEX, 511);
        launch();
        p.cpu.mmu.read32(Cpu.DS, DATA);
        long before = p.vmx.current().value(VmcsField.PML_INDEX);
        p.cpu.mmu.write32(Cpu.DS, DATA + 0x123, 1);
        p.cpu.mmu.write32(Cpu.DS, DATA + 0x456, 1);
        assertEquals(before - 1, p.vmx.current().value(VmcsField.PML_INDEX));
        assertEquals(DATA, p.memory.read64(LIST + 8 * before));
        assertEquals(0x300, p.memory.read64(TABLE) & 0x300);
    }

    // --- cached translations ------------------------------------------------------------------------------------------------

    private void leaveAndResume() {
        p.cpu.rip = VmxProcessor.GUEST_ENTRY + 3;
        p.exec("vmcall").exec("vmresume");
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
    }

    /** Reads DATA, and again after its EPT entry has changed to the next page. */
    private int readAfterChange(Runnable between) {
        p.memory.write32(DATA, 1);
        p.memory.write32(DATA + 0x1000, 2);
        assertEquals(1, p.cpu.mmu.read32(Cpu.DS, DATA));
        p.memory.write64(TABLE, DATA + 0x1000 | 0x437);
        between.run();
        return (int) p.cpu.mmu.read32(Cpu.DS, DATA);
    }

    /** "If the 'enable VPID' control is 0, VM entries and VM exits invalidate combined mappings associated with VPID 0000H." */
    @Test
    void withoutVpidsTransitionsInvalidateTranslations() {
        guest("skylake");
        p.vmwrite(VmcsField.SECONDARY_CONTROLS, p.vmread(VmcsField.SECONDARY_CONTROLS) & ~ControlBit.ENABLE_VPID.mask());
        page(7);
        launch();
        assertEquals(2, readAfterChange(this::leaveAndResume));
    }

    /** With VPIDs a translation may stay until INVEPT or INVVPID; these invalidate it. */
    @Test
    void withVpidsInveptAndInvvpidInvalidateTranslations() {
        for (String instruction : new String[] {"invept rax, [0x200000]", "invvpid rax, [0x200000]"}) {
            guest("skylake");
            page(7);
            launch();
            assertEquals(2, readAfterChange(() -> {
                p.exec("vmcall");
                p.memory.write64(VmxProcessor.OPERAND, instruction.startsWith("invept") ? VmxProcessor.EPT | 0x1E : 1);
                p.memory.write64(VmxProcessor.OPERAND + 8, 0);
                p.cpu.gpr[Cpu.RAX] = 1;
                assertTrue(p.exec(instruction).succeeded());
                p.exec("vmresume");
            }), instruction);
        }
    }
}
