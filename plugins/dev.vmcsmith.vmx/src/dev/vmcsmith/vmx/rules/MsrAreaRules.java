// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.ENTRY_IA32E_MODE_GUEST;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Efer;
import dev.vmcsmith.x86.Msr;
import java.util.List;

/**
 * Checks on the entries of the VM-entry MSR-load area in memory. Each entry is 16 bytes: MSR index in bits 31:0, reserved
 * bits 63:32, value in bits 127:64. The exit qualification is the number of the first wrong entry, counted from 1.
 */
final class MsrAreaRules {
    private static final int ENTRY_BYTES = 16;
    private static final int FIRST_SOFTWARE_MSR = 0x4000_0000;
    /** Longer areas are looked at up to here; what follows is not known. */
    private static final int MOST = 4096;

    private MsrAreaRules() {
    }

    /** Whether one entry can be loaded. */
    interface EntryTest {
        boolean loads(EntryContext context, int index, long reserved, long value);
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.MSR_LOADING, "Loading MSRs");
        rule(book, "MSR_LOAD_RESERVED", "Bits 63:32 of an entry in the VM-entry MSR-load area are reserved and have to be 0",
                (context, index, reserved, value) -> reserved == 0);
        rule(book, "MSR_LOAD_FS_GS_BASE", "The VM-entry MSR-load area may not name IA32_FS_BASE or IA32_GS_BASE",
                (context, index, reserved, value) -> index != Msr.IA32_FS_BASE && index != Msr.IA32_GS_BASE);
        rule(book, "MSR_LOAD_X2APIC", "The VM-entry MSR-load area may not name an x2APIC register (MSRs 800H to 8FFH)",
                (context, index, reserved, value) -> index >>> 8 != 8);
        rule(book, "MSR_LOAD_SMM_ONLY", "The VM-entry MSR-load area may not name an MSR that can be written only in SMM",
                (context, index, reserved, value) -> index != Msr.IA32_SMM_MONITOR_CTL || context.environment().smm());
        rule(book, "MSR_LOAD_MODEL_SPECIFIC", "The VM-entry MSR-load area may not name IA32_BIOS_UPDT_TRIG or IA32_BIOS_SIGN_ID, which "
                + "processors refuse to load on VM entries",
                (context, index, reserved, value) -> index != Msr.IA32_BIOS_UPDT_TRIG && index != Msr.IA32_BIOS_SIGN_ID);
        rule(book, "MSR_LOAD_READ_ONLY", "The VM-entry MSR-load area may not name a read-only MSR",
                (context, index, reserved, value) -> !readOnly(index));
        rule(book, "MSR_LOAD_EXISTS", "The VM-entry MSR-load area may not name an MSR that the processor does not have; none has the MSRs "
                + "40000000H to 400000FFH, which are left to hypervisors", MsrAreaRules::exists);
        rule(book, "MSR_LOAD_VALUE_CANONICAL", "The value for an MSR that holds a linear address has to be canonical",
                (context, index, reserved, value) -> !holdsAddress(index) || context.canonical(value));
        rule(book, "MSR_LOAD_VALUE_PAT", "The value for IA32_PAT has to consist of valid memory types",
                (context, index, reserved, value) -> index != Msr.IA32_PAT || Checks.Pat.isValid(value));
        rule(book, "MSR_LOAD_VALUE_EFER", "The value for IA32_EFER may not set reserved bits",
                (context, index, reserved, value) -> index != Msr.IA32_EFER || (value & MsrMasks.eferReserved(context)) == 0);
        rule(book, "MSR_LOAD_VALUE_EFER_LME", "With guest CR0.PG 1, the value for IA32_EFER may not change LME (bit 8), which VM entry "
                + "has set to the "
                + "\"IA-32e mode guest\" VM-entry control", (context, index, reserved, value) -> index != Msr.IA32_EFER
                || !context.any(GUEST_CR0, Cr0.PG) || ((value & Efer.LME) != 0) == context.on(ENTRY_IA32E_MODE_GUEST),
                GUEST_CR0, ENTRY_CONTROLS);
        rule(book, "MSR_LOAD_VALUE_DEBUGCTL", "The value for IA32_DEBUGCTL may not set reserved bits",
                (context, index, reserved, value) -> index != Msr.IA32_DEBUGCTL || (value & MsrMasks.debugctlReserved(context)) == 0);
        rule(book, "MSR_LOAD_VALUE_PERF_GLOBAL_CTRL", "The value for IA32_PERF_GLOBAL_CTRL may not set reserved bits",
                (context, index, reserved, value) -> index != Msr.IA32_PERF_GLOBAL_CTRL
                        || (value & MsrMasks.perfGlobalReserved(context)) == 0);
    }

    private static void rule(Book book, String id, String message, EntryTest test, VmcsField... alsoRead) {
        book.rule(id, message).reads(ENTRY_MSR_LOAD_ADDRESS, ENTRY_MSR_LOAD_COUNT).reads(alsoRead).given(ENTRY_MSR_LOAD_COUNT, -1L)
                .check(new Entries(test));
    }

    private static boolean readOnly(int index) {
        return index >= Msr.IA32_VMX_BASIC && index <= Msr.IA32_VMX_EXIT_CTLS2 || index == Msr.IA32_MTRRCAP
                || index == Msr.IA32_ARCH_CAPABILITIES || index == Msr.IA32_PERF_CAPABILITIES || index == Msr.IA32_PERF_GLOBAL_STATUS;
    }

    /** Of an MSR that not every processor with VMX has, neither its existence nor what it takes is known here. */
    private static boolean exists(EntryContext context, int index, long reserved, long value) {
        switch (index) {
            case Msr.IA32_TIME_STAMP_COUNTER, Msr.IA32_SYSENTER_CS, Msr.IA32_SYSENTER_ESP, Msr.IA32_SYSENTER_EIP, Msr.IA32_PAT,
                    Msr.IA32_DEBUGCTL, Msr.IA32_EFER, Msr.IA32_STAR, Msr.IA32_LSTAR, Msr.IA32_CSTAR, Msr.IA32_FMASK,
                    Msr.IA32_KERNEL_GS_BASE -> {
                return true;
            }
            default -> {
                if (index >>> 8 != FIRST_SOFTWARE_MSR >>> 8) {
                    context.miss();
                }
                return index >>> 8 != FIRST_SOFTWARE_MSR >>> 8;
            }
        }
    }

    private static boolean holdsAddress(int index) {
        return switch (index) {
            case Msr.IA32_SYSENTER_ESP, Msr.IA32_SYSENTER_EIP, Msr.IA32_LSTAR, Msr.IA32_CSTAR, Msr.IA32_KERNEL_GS_BASE, Msr.IA32_DS_AREA,
                    Msr.IA32_BNDCFGS, Msr.IA32_INTERRUPT_SSP_TABLE_ADDR, Msr.IA32_PL0_SSP, Msr.IA32_PL1_SSP, Msr.IA32_PL2_SSP,
                    Msr.IA32_PL3_SSP -> true;
            default -> false;
        };
    }

    /** Asks one question of every entry. */
    private record Entries(EntryTest test) implements Check {
        @Override
        public Verdict check(EntryContext context) {
            return context.verdict(first(context) < 0);
        }

        /** The index of the first entry that fails the test; -1 if none does. */
        private int first(EntryContext context) {
            long address = context.get(ENTRY_MSR_LOAD_ADDRESS);
            long count = context.get(ENTRY_MSR_LOAD_COUNT);
            if (count != 0 && ((address & 0xF) != 0 || !context.physical(address))) {
                return -1;
            }
            for (int i = 0; i < count; i++, address += ENTRY_BYTES) {
                if (i >= MOST || !context.memory().known(address, ENTRY_BYTES)) {
                    context.miss();
                    return -1;
                }
                long head = context.memory().read64(address);
                if (!test.loads(context, (int) head, head >>> 32, context.memory().read64(address + 8))) {
                    return i;
                }
            }
            return -1;
        }

        @Override
        public String detail(EntryContext context) {
            int entry = first(context);
            long address = context.get(ENTRY_MSR_LOAD_ADDRESS) + (long) entry * ENTRY_BYTES;
            return "entry %d at 0x%X is MSR 0x%X, value 0x%016X, bits 63:32 0x%X".formatted(entry + 1, address, context.memory()
                    .read32(address),
                    context.memory().read64(address + 8), context.memory().read32(address + 4));
        }

        @Override
        public long qualification(EntryContext context, long usual) {
            return first(context) + 1L;
        }
    }
}
