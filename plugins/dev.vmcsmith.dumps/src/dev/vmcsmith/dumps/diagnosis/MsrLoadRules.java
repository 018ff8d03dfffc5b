// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import dev.vmcsmith.dumps.Dump;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.MsrLoad;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsValues;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.rules.Area;
import dev.vmcsmith.vmx.rules.EntryContext;
import dev.vmcsmith.vmx.rules.EntryEnvironment;
import dev.vmcsmith.vmx.rules.EntryRule;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.vmx.rules.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Holds the listed entries of the VM-entry MSR-load area against the rules for them, one entry at a time. */
final class MsrLoadRules {
    private static final long ADDRESS = 0x1000;
    private static final int ENTRY_BYTES = 16;

    private MsrLoadRules() {
    }

    /** The violations that the dump's outcome allows. */
    static List<Finding> check(Dump dump, VmxCapabilities capabilities) {
        List<Finding> findings = new ArrayList<>();
        for (MsrLoad load : dump.msrLoads()) {
            if (!Suspects.qualifies(dump.failure(), load.entry() + 1L)) {
                continue;
            }
            VmcsValues view = new VmcsValues(dump).set(VmcsField.ENTRY_MSR_LOAD_COUNT, 1).set(VmcsField.ENTRY_MSR_LOAD_ADDRESS, ADDRESS);
            EntryContext context = new EntryContext(view, capabilities, new OneEntry(load), EntryEnvironment.UNKNOWN);
            for (EntryRule rule : EntryRules.all()) {
                if (rule.area() == Area.MSR_LOADING && rule.verdict(context) == Verdict.VIOLATED) {
                    String value = "entry %d is MSR 0x%X, value 0x%016X".formatted(load.entry() + 1, load.msr(), load.value());
                    findings.add(new Finding(rule, rule.message() + ": " + value + " (SDM \"" + rule.sdm() + "\").",
                            List.of(new Finding.Shown(value, load.evidence())), List.of(), List.of()));
                }
            }
        }
        return findings;
    }

    /** The entry that the processor refused, in a sentence; null when the text does not show which one it was. */
    static String refused(Dump dump) {
        Failure failure = dump.failure();
        if (failure.kind() != Failure.Kind.ENTRY_FAILED || failure.number() != ExitReason.ENTRY_FAILURE_MSR_LOADING.number()) {
            return null;
        }
        for (MsrLoad load : dump.msrLoads()) {
            if (failure.qualification().isPresent() && failure.qualification().getAsLong() == load.entry() + 1L) {
                return "The processor refused entry %d of the VM-entry MSR-load area: MSR 0x%X, value 0x%016X [line %d]. No rule says why."
                        .formatted(load.entry() + 1, load.msr(), load.value(), load.evidence().line());
            }
        }
        return null;
    }

    /** Memory that holds one entry. */
    private record OneEntry(MsrLoad load) implements GuestMemory {
        @Override
        public boolean known(long physicalAddress, int bytes) {
            return physicalAddress >= ADDRESS && physicalAddress + bytes <= ADDRESS + ENTRY_BYTES;
        }

        @Override
        public int read8(long physicalAddress) {
            int at = (int) (physicalAddress - ADDRESS);
            long quadword = at < 8 ? load.msr() & 0xFFFF_FFFFL | (long) load.reserved() << 32 : load.value();
            return (int) (quadword >>> (at & 7) * 8) & 0xFF;
        }
    }
}
