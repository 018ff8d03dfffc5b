// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsValues;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomVmcsTest {
    private static final int CASES = 100_000;

    /** Memory of noise, the same at every look. */
    private static final GuestMemory NOISE = new GuestMemory() {
        @Override
        public boolean known(long physicalAddress, int bytes) {
            return (physicalAddress & 0x1000) == 0;
        }

        @Override
        public int read8(long physicalAddress) {
            return (int) (physicalAddress * 0x9E37_79B9_7F4A_7C15L >>> 56);
        }
    };

    /** Values that sit on the edges of checks more often than chance would have it. */
    private static long value(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> -1L;
            case 2 -> 1L << random.nextInt(64);
            case 3 -> random.nextInt(0x10000);
            case 4 -> ~(1L << random.nextInt(64));
            default -> random.nextLong();
        };
    }

    private static VmcsValues vmcs(Random random, boolean complete) {
        VmcsValues vmcs = random.nextBoolean() ? Baseline.longMode() : new VmcsValues();
        for (int i = random.nextInt(VmcsField.count()); i > 0; i--) {
            VmcsField field = VmcsField.at(random.nextInt(VmcsField.count()));
            if (complete || random.nextInt(4) > 0) {
                vmcs.set(field, value(random));
            } else {
                vmcs.forget(field);
            }
        }
        return vmcs;
    }

    private static List<VmxCapabilities> processors() {
        List<VmxCapabilities> all = new ArrayList<>(List.of(VmxCapabilities.UNKNOWN, Baseline.wide()));
        for (String name : CpuProfiles.names()) {
            all.add(CpuProfiles.named(name).capabilities());
        }
        return all;
    }

    @Test
    void noContentMakesARuleThrow() {
        Random random = new Random(4);
        List<VmxCapabilities> processors = processors();
        for (int i = 0; i < CASES; i++) {
            VmcsView vmcs = vmcs(random, false);
            EntryEnvironment environment = new EntryEnvironment(random.nextBoolean(), random.nextBoolean() ? random.nextBoolean() : null,
                    random.nextInt(3) - 1, random.nextInt(3) - 1);
            EntryContext context = new EntryContext(vmcs, processors.get(i % processors.size()), NOISE, environment);
            List<Violation> violations = EntryRules.check(context);
            assertEquals(violations.isEmpty(), EntryRules.hold(context));
            for (Violation violation : violations) {
                assertFalse(violation.message().isEmpty());
                for (Fix fix : violation.fixes()) {
                    assertNotNull(fix.label());
                }
            }
            EntryOutcome outcome = EntryOutcome.of(violations);
            assertEquals(violations.isEmpty(), outcome == null);
            if (outcome != null) {
                assertFalse(outcome.text().isEmpty());
            }
        }
    }

    @Test
    void everyRuleReadsOnlyWhatItDeclaresWhateverTheContents() {
        Random random = new Random(5);
        VmxCapabilities wide = Baseline.wide();
        for (int i = 0; i < 300; i++) {
            VmcsValues vmcs = vmcs(random, true);
            for (EntryRule rule : EntryRules.all()) {
                Set<VmcsField> read = new HashSet<>();
                VmcsView recording = new VmcsView() {
                    @Override
                    public boolean known(VmcsField field) {
                        read.add(field);
                        return vmcs.known(field);
                    }

                    @Override
                    public long value(VmcsField field) {
                        read.add(field);
                        return vmcs.value(field);
                    }
                };
                EntryContext context = new EntryContext(recording, wide, NOISE, EntryEnvironment.UNKNOWN);
                if (rule.verdict(context) == Verdict.VIOLATED) {
                    rule.violation(context);
                }
                read.removeAll(rule.reads());
                assertTrue(read.isEmpty(), () -> rule + " reads " + read);
            }
        }
    }

    @Test
    void learningAFieldNeverTurnsAVerdictAround() {
        Random random = new Random(6);
        VmxCapabilities wide = Baseline.wide();
        for (int i = 0; i < 2_000; i++) {
            VmcsValues complete = new VmcsValues(Baseline.longMode()).setAll(vmcs(random, true));
            VmcsValues partial = new VmcsValues(complete);
            for (int k = 0; k < 40; k++) {
                partial.forget(VmcsField.at(random.nextInt(VmcsField.count())));
            }
            EntryContext whole = new EntryContext(complete, wide, NOISE, EntryEnvironment.UNKNOWN);
            EntryContext less = new EntryContext(partial, wide, NOISE, EntryEnvironment.UNKNOWN);
            for (EntryRule rule : EntryRules.all()) {
                Verdict before = rule.verdict(less);
                Verdict after = rule.verdict(whole);
                assertTrue(before == Verdict.UNKNOWN || before == after, () -> rule + ": " + before + " became " + after);
            }
        }
    }

    @Test
    void everyFixMakesItsRuleHoldWhateverElseIsWrong() {
        Random random = new Random(8);
        VmxCapabilities wide = Baseline.wide();
        for (int i = 0; i < 2_000; i++) {
            VmcsValues vmcs = new VmcsValues(Baseline.longMode()).setAll(vmcs(random, true));
            for (Violation violation : EntryRules.check(new EntryContext(vmcs, wide, NOISE, EntryEnvironment.UNKNOWN))) {
                for (Fix fix : violation.fixes()) {
                    VmcsValues fixed = new VmcsValues(vmcs).set(fix.field(), fix.value());
                    Verdict verdict = violation.rule().verdict(new EntryContext(fixed, wide, NOISE, EntryEnvironment.UNKNOWN));
                    assertEquals(Verdict.HOLDS, verdict, () -> violation.message() + " " + fix.label());
                }
            }
        }
    }

    @Test
    void anEmptyVmcsViolatesNothing() {
        EntryContext context = new EntryContext(new VmcsValues(), VmxCapabilities.UNKNOWN, GuestMemory.UNKNOWN, EntryEnvironment.UNKNOWN);
        assertEquals(List.of(), EntryRules.check(context));
    }
}
