// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.vmx.VmcsField;
import org.junit.jupiter.api.Test;

/** VMXON, VMXOFF, VMCLEAR, VMPTRLD, VMPTRST and what they fail with (SDM "VMX Instruction Reference"). */
class VmxOperationTest {
    private final VmxProcessor p = new VmxProcessor();

    @Test
    void vmxonWithALegalRegionEntersVmxOperationWithoutACurrentVmcs() {
        p.vmxon();
        assertTrue(p.succeeded());
        assertTrue(p.vmx.inOperation());
        p.exec("vmptrst [0x200008]");
        assertEquals(-1L, p.memory.read64(VmxProcessor.OPERAND + 8));
    }

    @Test
    void vmxonWithoutCr4VmxeIsAnInvalidOpcode() {
        p.cpu.cr4 &= ~0x2000L;
        assertFault(CpuFault.UD, () -> p.vmxon());
    }

    @Test
    void vmxonWithAnUnlockedFeatureControlIsAGeneralProtectionFault() {
        p.cpu.msr.featureControl = 4;
        assertFault(CpuFault.GP, () -> p.vmxon());
        p.cpu.msr.featureControl = 1;
        assertFault(CpuFault.GP, () -> p.vmxon());
    }

    @Test
    void vmxonWithoutCr0NeIsAGeneralProtectionFault() {
        p.cpu.cr0 &= ~0x20L;
        assertFault(CpuFault.GP, () -> p.vmxon());
    }

    @Test
    void vmxonAtPrivilegeLevelThreeIsAGeneralProtectionFault() {
        p.cpu.seg[Cpu.SS].rights |= 0x60;
        p.cpu.seg[Cpu.CS].rights |= 0x60;
        p.cpu.stateChanged();
        assertFault(CpuFault.GP, () -> p.vmxon());
    }

    @Test
    void vmxonFailsInvalidWithAMisalignedRegionOrAWrongRevision() {
        p.memory.write64(VmxProcessor.OPERAND, VmxProcessor.VMXON + 8);
        assertTrue(p.exec("vmxon [0x200000]").failedInvalid());
        p.memory.write64(VmxProcessor.OPERAND, 1L << 50);
        assertTrue(p.exec("vmxon [0x200000]").failedInvalid());
        p.memory.write32(VmxProcessor.VMXON, p.capabilities.revision() | 1 << 31);
        assertTrue(p.vmxon().failedInvalid());
        assertFalse(p.vmx.inOperation());
    }

    @Test
    void vmxonInRootOperationFailsWithFifteen() {
        assertTrue(p.vmxon().vmxon().failedInvalid(), "no current VMCS: VMfailInvalid");
        p.vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        assertEquals(15, p.vmxon().failedValid());
    }

    @Test
    void vmxInstructionsOutsideVmxOperationAreInvalidOpcodes() {
        for (String text : new String[] {"vmxoff", "vmlaunch", "vmresume", "vmcall", "vmclear [0x200000]", "vmptrld [0x200000]",
            "vmptrst [0x200000]", "vmread rax, rbx", "vmwrite rax, rbx", "invept rax, [0x200000]", "invvpid rax, [0x200000]", "vmfunc"}) {
            assertFault(CpuFault.UD, () -> p.exec(text));
        }
    }

    @Test
    void vmxoffLeavesVmxOperation() {
        assertTrue(p.vmxon().exec("vmxoff").succeeded());
        assertFalse(p.vmx.inOperation());
    }

    @Test
    void cr4VmxeIsFixedInVmxOperation() {
        p.vmxon();
        assertFalse(p.cpu.intercepts.cr4Allowed(p.cpu, p.cpu.cr4 & ~0x2000L));
        assertFalse(p.cpu.intercepts.cr0Allowed(p.cpu, p.cpu.cr0 & ~0x8000_0000L));
        assertTrue(p.cpu.intercepts.cr4Allowed(p.cpu, p.cpu.cr4));
    }

    @Test
    void vmclearFailsWithTwoForABadAddressAndThreeForTheVmxonRegion() {
        p.vmxon().vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        assertEquals(2, p.vmclear(VmxProcessor.VMCS + 1).failedValid());
        assertEquals(2, p.vmclear(1L << 45).failedValid());
        assertEquals(3, p.vmclear(VmxProcessor.VMXON).failedValid());
    }

    @Test
    void vmclearOfTheCurrentVmcsLeavesNone() {
        p.vmxon().vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS).vmclear(VmxProcessor.VMCS);
        assertEquals(Vmx.NO_VMCS, p.vmx.currentPointer());
        assertTrue(p.exec("vmlaunch").failedInvalid());
    }

    @Test
    void vmptrldFailsWithNineTenAndEleven() {
        p.vmxon().vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        assertEquals(9, p.vmptrld(VmxProcessor.VMCS + 0x800).failedValid());
        assertEquals(10, p.vmptrld(VmxProcessor.VMXON).failedValid());
        p.memory.write32(VmxProcessor.OTHER_VMCS, p.capabilities.revision() + 1);
        assertEquals(11, p.vmptrld(VmxProcessor.OTHER_VMCS).failedValid());
        assertEquals(VmxProcessor.VMCS, p.vmx.currentPointer());
    }

    @Test
    void fieldsSurviveTheLoadOfAnotherVmcs() {
        p.vmxon().vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        p.vmwrite(VmcsField.GUEST_RIP, 0x1234_5678_9ABC_DEF0L).vmwrite(VmcsField.GUEST_CS_SELECTOR, 0xF8);
        p.vmclear(VmxProcessor.OTHER_VMCS).vmptrld(VmxProcessor.OTHER_VMCS).vmwrite(VmcsField.GUEST_RIP, 1);
        p.vmptrld(VmxProcessor.VMCS);
        assertEquals(0x1234_5678_9ABC_DEF0L, p.vmread(VmcsField.GUEST_RIP));
        assertEquals(0xF8, p.vmread(VmcsField.GUEST_CS_SELECTOR));
        p.vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        assertEquals(0x1234_5678_9ABC_DEF0L, p.vmread(VmcsField.GUEST_RIP), "VMCLEAR writes the data to memory");
    }

    @Test
    void everyFieldOfEveryProfileFitsIntoThePage() {
        for (String name : dev.vmcsmith.vmx.CpuProfiles.names()) {
            VmxProcessor processor = new VmxProcessor(name);
            int size = processor.vmx.region.size();
            assertTrue(size <= Math.max(1024, processor.capabilities.regionSize()), name + ": " + size);
        }
    }

    @Test
    void aHighEncodingReachesTheUpperHalfOfASixtyFourBitField() {
        p.vmxon().vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        p.vmwrite(VmcsField.TSC_OFFSET, 0x1111_2222_3333_4444L);
        p.cpu.gpr[Cpu.RAX] = VmcsField.TSC_OFFSET.highEncoding();
        p.cpu.gpr[Cpu.RBX] = 0x5555_6666L;
        assertTrue(p.exec("vmwrite rax, rbx").succeeded());
        assertEquals(0x5555_6666_3333_4444L, p.vmread(VmcsField.TSC_OFFSET));
        p.cpu.gpr[Cpu.RAX] = VmcsField.TSC_OFFSET.highEncoding();
        p.exec("vmread rbx, rax");
        assertEquals(0x5555_6666L, p.cpu.gpr[Cpu.RBX]);
    }

    @Test
    void vmreadAndVmwriteTakeMemoryOperands() {
        p.vmxon().vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        p.memory.write64(VmxProcessor.OPERAND, 0xABCD);
        p.cpu.gpr[Cpu.RAX] = VmcsField.GUEST_RSP.encoding();
        p.exec("vmwrite rax, [0x200000]").exec("vmread [0x200008], rax");
        assertEquals(0xABCD, p.memory.read64(VmxProcessor.OPERAND + 8));
    }

    @Test
    void anUnknownFieldFailsWithTwelveAndAReadOnlyOneWithThirteenWhereMiscSaysSo() {
        p.vmxon();
        p.cpu.gpr[Cpu.RAX] = VmcsField.GUEST_RIP.encoding();
        assertTrue(p.exec("vmread rbx, rax").failedInvalid(), "no current VMCS");
        p.vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        for (long bad : new long[] {0x7FFE, 0x6801, 1L << 32 | 0x681E, VmcsField.GUEST_IA32_FRED_CONFIG.encoding()}) {
            p.cpu.gpr[Cpu.RAX] = bad;
            assertEquals(12, p.exec("vmread rbx, rax").failedValid());
            assertEquals(12, p.exec("vmwrite rax, rbx").failedValid());
        }
        p.vmwrite(VmcsField.EXIT_REASON, 7);
        assertEquals(p.capabilities.writesExitFields() ? -1 : 13, p.failedValid());
        VmxProcessor old = new VmxProcessor("conroe");
        old.vmxon().vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        assertEquals(13, old.vmwrite(VmcsField.EXIT_REASON, 7).failedValid());
    }

    @Test
    void vmcallInRootOperationFailsWithOne() {
        p.vmxon().vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        assertEquals(1, p.exec("vmcall").failedValid());
    }

    @Test
    void inveptAndInvvpidFailWithTwentyEightForABadTypeOrDescriptor() {
        p.vmxon().vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        p.memory.write64(VmxProcessor.OPERAND, VmxProcessor.EPT | 0x1E);
        p.memory.write64(VmxProcessor.OPERAND + 8, 0);
        p.cpu.gpr[Cpu.RAX] = 1;
        assertTrue(p.exec("invept rax, [0x200000]").succeeded());
        p.cpu.gpr[Cpu.RAX] = 3;
        assertEquals(28, p.exec("invept rax, [0x200000]").failedValid());
        p.cpu.gpr[Cpu.RAX] = 1;
        p.memory.write64(VmxProcessor.OPERAND, VmxProcessor.EPT | 0x1F);
        assertEquals(28, p.exec("invept rax, [0x200000]").failedValid());
        p.memory.write64(VmxProcessor.OPERAND, 0);
        assertEquals(28, p.exec("invvpid rax, [0x200000]").failedValid(), "single-context INVVPID with VPID 0");
        p.memory.write64(VmxProcessor.OPERAND, 1);
        assertTrue(p.exec("invvpid rax, [0x200000]").succeeded());
    }

    static void assertFault(int vector, org.junit.jupiter.api.function.Executable action) {
        assertEquals(vector, assertThrows(CpuFault.class, action).vector);
    }
}
