// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.Rflags;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Facts of the table that consumers rely on. */
class TableFactsTest {
    private static InstructionForm only(String mnemonic) {
        return InstructionTable.get().forms(mnemonic).get(0).form();
    }

    @Test
    void indexesAreDense() {
        int index = 0;
        for (InstructionForm form : InstructionTable.get().forms()) {
            assertEquals(index++, form.index);
        }
    }

    @Test
    void everyOperationHasARow() {
        Set<Op> missing = EnumSet.allOf(Op.class);
        InstructionTable.get().forms().forEach(form -> missing.remove(form.op));
        assertTrue(missing.isEmpty(), missing::toString);
    }

    @Test
    void everyFeatureHasItsCpuidBit() {
        Set<Feature> unused = EnumSet.allOf(Feature.class);
        for (InstructionForm form : InstructionTable.get().forms()) {
            assertTrue(form.feature.isEmpty() || Feature.of(form) != null, form::toString);
            unused.remove(Feature.of(form));
        }
        assertTrue(unused.isEmpty(), unused::toString);
    }

    @Test
    void flagSetsAreConsistent() {
        for (InstructionForm form : InstructionTable.get().forms()) {
            assertEquals(0, form.flagsWritten & form.flagsUndefined, form::toString);
            assertEquals(0, form.flagsMayKeep & ~(form.flagsWritten | form.flagsUndefined), form::toString);
        }
        InstructionForm shift = InstructionTable.get().forms("shl").stream().map(InstructionTable.Entry::form)
            .filter(form -> form.operands[1].kind() == OperandKind.CL).findFirst().orElseThrow();
        assertEquals(Rflags.STATUS, shift.flagsMayKeep);
        assertEquals(Rflags.CF, only("adc").flagsRead);
        assertEquals(0, only("inc").flagsWritten & Rflags.CF);
        assertEquals(0, only("not").flagsWritten);
    }

    @Test
    void lockIsOnRowsThatReadAndWriteTheirFirstOperandInMemory() {
        for (InstructionForm form : InstructionTable.get().forms()) {
            if (form.has(InstructionForm.A_LOCK)) {
                assertEquals(Access.READ_WRITE, form.operands[0].access(), form::toString);
                OperandKind.Place place = form.operands[0].kind().place;
                assertTrue(place == OperandKind.Place.RM || place == OperandKind.Place.MEMORY, form::toString);
            }
        }
    }

    @Test
    void branchesEndABlock() {
        for (InstructionForm form : InstructionTable.get().forms()) {
            assertTrue(!form.has(InstructionForm.A_BRANCH) || form.has(InstructionForm.A_ENDS_BLOCK), form::toString);
        }
        for (String name : new String[] {"wrmsr", "hlt", "sti", "vmlaunch", "cpuid", "invlpg", "lmsw", "ud2"}) {
            assertTrue(only(name).has(InstructionForm.A_ENDS_BLOCK), name);
        }
        assertFalse(only("add").has(InstructionForm.A_ENDS_BLOCK));
    }

    @Test
    void privilegedInstructionsAreMarked() {
        for (String name : new String[] {"rdmsr", "wrmsr", "hlt", "invd", "wbinvd", "invlpg", "lgdt", "lidt", "lldt", "ltr", "lmsw",
            "clts", "swapgs", "vmxon", "vmread", "vmlaunch", "xsetbv", "invpcid"}) {
            assertTrue(only(name).has(InstructionForm.A_CPL0), name);
        }
        for (String name : new String[] {"cpuid", "vmcall", "sgdt", "smsw", "syscall", "rdtsc"}) {
            assertFalse(only(name).has(InstructionForm.A_CPL0), name);
        }
    }

    @Test
    void everyVmxInstructionIsThere() {
        String[] names = {"vmxon", "vmxoff", "vmclear", "vmptrld", "vmptrst", "vmread", "vmwrite", "vmlaunch", "vmresume", "vmcall",
            "vmfunc", "invept", "invvpid"};
        for (String name : names) {
            InstructionForm form = only(name);
            assertTrue(form.has(InstructionForm.A_VMX), name);
            assertEquals(name, form.exit);
            assertEquals(name.toUpperCase(Locale.ROOT), form.op.name());
        }
    }

    @Test
    void implicitRegistersAreStated() {
        assertEquals(1 << Gpr.RAX | 1 << Gpr.RCX, only("cpuid").implicitReads);
        assertEquals(0b1111, only("cpuid").implicitWrites);
        assertEquals(1 << Gpr.RSI | 1 << Gpr.RDI | 1 << Gpr.RCX, only("movsb").implicitWrites);
    }
}
