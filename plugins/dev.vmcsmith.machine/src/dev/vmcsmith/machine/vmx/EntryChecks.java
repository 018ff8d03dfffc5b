// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.rules.EntryContext;
import dev.vmcsmith.vmx.rules.EntryEnvironment;
import dev.vmcsmith.vmx.rules.EntryRule;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.vmx.rules.Verdict;
import dev.vmcsmith.vmx.rules.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the entry rules on the current VMCS. A rule that held is not run again until a field it reads has changed, or when it
 * looked into memory the last time; a change of VMCS or environment runs all.
 */
final class EntryChecks {
    private final Vmx vmx;
    private final Memory memory;
    private final EntryContext context;
    private final EntryRule[] rules = EntryRules.all().toArray(EntryRule[]::new);
    private final int words = rules.length + 63 >>> 6;
    /** For each field by ordinal the set of rules that read it, or null. */
    private final long[][] readers = new long[VmcsField.count()][];
    private final long[] pending = new long[words];
    private final long[] memoryReaders = new long[words];
    private EntryEnvironment environment;

    EntryChecks(Vmx vmx) {
        this.vmx = vmx;
        memory = new Memory(vmx.memory);
        environment = EntryEnvironment.UNKNOWN;
        context = new EntryContext(vmx.vmcs, vmx.capabilities, memory, environment);
        for (int r = 0; r < rules.length; r++) {
            for (VmcsField field : rules[r].reads()) {
                int f = field.ordinal();
                if (readers[f] == null) {
                    readers[f] = new long[words];
                }
                readers[f][r >>> 6] |= 1L << r;
            }
        }
    }

    /** The violated rules in the SDM's order; empty, and nothing allocated, when VM entry may go on. */
    List<Violation> run() {
        observeEnvironment();
        collectPending();
        List<Violation> violations = null;
        for (int w = 0; w < words; w++) {
            long left = pending[w];
            while (left != 0) {
                long bit = Long.lowestOneBit(left);
                left ^= bit;
                EntryRule rule = rules[w << 6 | Long.numberOfTrailingZeros(bit)];
                memory.touched = false;
                boolean violated = rule.verdict(context) == Verdict.VIOLATED;
                memoryReaders[w] = memory.touched ? memoryReaders[w] | bit : memoryReaders[w] & ~bit;
                if (violated) {
                    if (violations == null) {
                        violations = new ArrayList<>();
                    }
                    violations.add(rule.violation(context));
                } else {
                    pending[w] ^= bit;
                }
            }
        }
        return violations == null ? List.of() : violations;
    }

    private void observeEnvironment() {
        Cpu cpu = vmx.cpu;
        if (environment.currentVmcs() != vmx.currentPointer || environment.vmxonPointer() != vmx.vmxonPointer
                || environment.longMode() == null || environment.longMode() != cpu.longModeActive()) {
            environment = new EntryEnvironment(false, cpu.longModeActive(), vmx.currentPointer, vmx.vmxonPointer);
            context.set(vmx.vmcs, vmx.capabilities, memory, environment);
            Arrays.fill(pending, -1L);
            if ((rules.length & 63) != 0) {
                pending[words - 1] = (1L << rules.length) - 1;
            }
        }
    }

    private void collectPending() {
        for (int w = 0; w < words; w++) {
            pending[w] |= memoryReaders[w];
        }
        for (int d = 0; d < Vmcs.dirtyWords(); d++) {
            long left = vmx.vmcs.dirtyWord(d);
            while (left != 0) {
                long[] set = readers[d << 6 | Long.numberOfTrailingZeros(left)];
                left &= left - 1;
                if (set != null) {
                    for (int w = 0; w < words; w++) {
                        pending[w] |= set[w];
                    }
                }
            }
        }
        vmx.vmcs.clearDirty();
    }

    /** Physical memory as the rules read it; notes that it was read. */
    private static final class Memory implements GuestMemory {
        private final PhysicalMemory memory;
        private boolean touched;

        Memory(PhysicalMemory memory) {
            this.memory = memory;
        }

        @Override
        public boolean known(long physicalAddress, int bytes) {
            touched = true;
            return true;
        }

        @Override
        public int read8(long physicalAddress) {
            touched = true;
            return (int) memory.read(0, physicalAddress, 1);
        }

        /** Entries of MSR areas and PDPTEs are aligned, so they lie in one page. */
        @Override
        public long read64(long physicalAddress) {
            touched = true;
            return (physicalAddress & 7) == 0 ? memory.read64(physicalAddress) : GuestMemory.super.read64(physicalAddress);
        }
    }
}
