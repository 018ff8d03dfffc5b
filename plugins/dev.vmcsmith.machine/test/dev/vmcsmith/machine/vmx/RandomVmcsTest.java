// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.rules.EntryContext;
import dev.vmcsmith.vmx.rules.EntryEnvironment;
import dev.vmcsmith.vmx.rules.EntryOutcome;
import dev.vmcsmith.vmx.rules.EntryRules;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** VM entry with random VMCS contents: what the processor does is what all the rules, run afresh, say. A VMX abort ends a case. */
class RandomVmcsTest {
    private static final int CASES = 2_000;
    private static final long[] VALUES = {0, -1, 1, 0x80000000L, 0xFFFF_8000_0000_0000L, 0x1_0000_0000L, 0x8000_0B0DL, 0x8000_0031L,
        0x1000, 0x1F};

    private final SplittableRandom random = new SplittableRandom(20261123);

    @ParameterizedTest
    @ValueSource(strings = {"skylake", "ice-lake-sp", "conroe", "arrow-lake"})
    void theProcessorAndTheRulesAgree(String profile) {
        VmxProcessor p = valid(profile);
        int entered = 0;
        for (int n = 0; n < CASES; n++) {
            if (n % 20 == 19) {
                p = valid(profile);
            }
            mutate(p);
            var violations = EntryRules.check(context(p));
            EntryOutcome expected = EntryOutcome.of(violations);
            int exits = p.exits.size();
            p.exec(p.vmx.launched() ? "vmresume" : "vmlaunch");
            if (expected == null) {
                assertTrue(p.vmx.nonRoot() || p.exits.size() > exits, () -> "all rules hold, but the entry failed");
                entered++;
            } else if (expected.vmfail()) {
                assertEquals(expected.number(), p.failedValid(), violations::toString);
            } else if (p.shutdown == null) {
                assertFalse(p.vmx.nonRoot(), () -> "entered in spite of " + violations);
                assertEquals((int) expected.exitReason(), p.lastExit().rawReason(), violations::toString);
                assertEquals(expected.qualification(), p.lastExit().qualification());
            }
            if (p.vmx.nonRoot()) {
                p.cpu.intercepts.instruction(p.cpu, Kind.CPUID, p.decode("cpuid"), 0);
            }
            if (p.shutdown != null) {
                p = valid(profile);
            }
        }
        assertTrue(entered > CASES / 100, "too few of the cases are valid");
    }

    private static VmxProcessor valid(String profile) {
        VmxProcessor p = new VmxProcessor(profile);
        return profile.equals("conroe") ? p.withoutEpt() : p.guest64();
    }

    /** Changes a few fields: single bits, sums, or values that often matter. */
    private void mutate(VmxProcessor p) {
        for (int k = random.nextInt(1, 4); k > 0; k--) {
            VmcsField field = VmcsField.at(random.nextInt(VmcsField.count()));
            long old = p.vmx.current().value(field);
            long value = switch (random.nextInt(4)) {
                case 0 -> VALUES[random.nextInt(VALUES.length)];
                case 1 -> old + random.nextInt(-16, 17);
                default -> old ^ 1L << random.nextInt(field.width().bits());
            };
            p.vmx.write(field, value);
        }
    }

    private static EntryContext context(VmxProcessor p) {
        GuestMemory memory = new GuestMemory() {
            @Override
            public boolean known(long physicalAddress, int bytes) {
                return true;
            }

            @Override
            public int read8(long physicalAddress) {
                return (int) p.memory.read(0, physicalAddress, 1);
            }
        };
        return new EntryContext(p.vmx.current(), p.capabilities, memory,
            new EntryEnvironment(false, p.cpu.longModeActive(), p.vmx.currentPointer(), p.vmx.vmxonPointer()));
    }
}
