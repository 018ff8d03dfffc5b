// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.rules.EntryContext;
import dev.vmcsmith.vmx.rules.EntryEnvironment;
import dev.vmcsmith.vmx.rules.EntryOutcome;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.vmx.rules.Verdict;
import dev.vmcsmith.vmx.rules.Violation;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * VM entry with random VMCS contents: what the processor does, which runs only the rules that a change concerns, is what all the
 * rules say that are run afresh. The cases of all profiles together are 100,000; {@code -Dvmcsmith.random.vmcs=N} makes them N.
 */
class RandomVmcsTest {
    private static final int CASES = Integer.getInteger("vmcsmith.random.vmcs", 100_000) / 4;
    private static final long[] VALUES = {0, -1, 1, 0x80000000L, 0xFFFF_8000_0000_0000L, 0x1_0000_0000L, 0x8000_0B0DL, 0x8000_0031L,
        0x1000, 0x1F};
    private static final int MSR_LOADING_FAILED = (int) EntryOutcome.exit(ExitReason.ENTRY_FAILURE_MSR_LOADING.number(), 0).exitReason();
    private static final long MSR_AREA = 0x12_0000;
    private static final long[] MSRS = {0xC000_0080L, 0xC000_0082L, 0xC000_0084L, 0xC000_0101L, 0xC000_0102L, 0x10, 0x174, 0x175, 0x176,
        0x277, 0x1D9, 0x480, 0x79, 0x9B, 0x808, 0x38F, 0x4000_0000L, 0x1_0000_0174L, 0x48};

    private final SplittableRandom random = new SplittableRandom(20261123);
    private int entered;
    private int undecided;
    private int aborted;

    @ParameterizedTest
    @ValueSource(strings = {"skylake", "ice-lake-sp", "conroe", "arrow-lake"})
    void theProcessorAndTheRulesAgree(String profile) {
        VmxProcessor p = valid(profile);
        for (int n = 0; n < CASES; n++) {
            if (n % 20 == 19) {
                p = valid(profile);
            }
            mutate(p);
            compare(p);
            if (p.vmx.nonRoot()) {
                p.cpu.intercepts.instruction(p.cpu, Kind.CPUID, p.decode("cpuid"), 0);
            }
            if (p.shutdown != null) {
                p = valid(profile);
            }
        }
        assertTrue(entered > CASES / 100, "too few of the cases are valid");
        assertTrue(undecided + aborted < CASES / 10, "too many of the cases are left open");
    }

    /** Enters, and holds the outcome against the rules. A VMX abort ends a case. */
    private void compare(VmxProcessor p) {
        List<Violation> violations = EntryRules.check(context(p));
        boolean decided = EntryRules.find("MSR_LOAD_EXISTS").verdict(context(p)) != Verdict.UNKNOWN;
        EntryOutcome expected = EntryOutcome.of(violations);
        p.exits.clear();
        p.exec(p.vmx.launched() ? "vmresume" : "vmlaunch");
        int failed = p.exits.isEmpty() || p.vmx.nonRoot() ? 0 : p.lastExit().rawReason();
        if (expected != null && expected.vmfail()) {
            assertEquals(expected.number(), p.failedValid(), violations::toString);
        } else if (p.shutdown != null) {
            aborted++;
        } else if (expected != null) {
            assertFalse(p.vmx.nonRoot(), () -> "entered in spite of " + violations);
            assertEquals((int) expected.exitReason(), failed, violations::toString);
            assertEquals(expected.qualification(), p.lastExit().qualification());
        } else if (failed == MSR_LOADING_FAILED && !decided) {
            undecided++;
        } else {
            assertTrue(p.vmx.nonRoot() || failed >= 0 && !p.exits.isEmpty(), () -> "all rules hold, but the entry failed: " + p.entryFailure);
            entered++;
        }
    }

    /** VM entry does not check again when nothing but these flags has changed. */
    @Test
    void noRuleLooksAtTheStatusFlagsOfTheGuest() {
        VmxProcessor p = valid("skylake");
        for (int n = 0; n < CASES; n++) {
            if (n % 20 == 19) {
                p = valid("skylake");
            }
            mutate(p);
            var violations = EntryRules.check(context(p)).stream().map(v -> v.rule().id()).toList();
            p.vmx.write(VmcsField.GUEST_RFLAGS, p.vmx.current().value(VmcsField.GUEST_RFLAGS) ^ random.nextLong() & Cpu.STATUS_FLAGS);
            assertEquals(violations, EntryRules.check(context(p)).stream().map(v -> v.rule().id()).toList());
        }
    }

    private static VmxProcessor valid(String profile) {
        VmxProcessor p = new VmxProcessor(profile);
        return profile.equals("conroe") ? p.withoutEpt() : p.guest64();
    }

    /** Changes a few fields, seldom many: single bits, sums, values that often matter, or any; now and then the MSRs to load. */
    private void mutate(VmxProcessor p) {
        boolean any = random.nextInt(50) == 0;
        for (int k = any ? random.nextInt(1, VmcsField.count()) : random.nextInt(1, 4); k > 0; k--) {
            VmcsField field = VmcsField.at(random.nextInt(VmcsField.count()));
            long old = p.vmx.current().value(field);
            long value = switch (random.nextInt(any ? 6 : 4)) {
                case 0 -> VALUES[random.nextInt(VALUES.length)];
                case 1 -> old + random.nextInt(-16, 17);
                case 2, 3 -> old ^ 1L << random.nextInt(field.width().bits());
                default -> random.nextLong();
            };
            p.vmx.write(field, field.truncate(value));
        }
        if (random.nextInt(20) == 0) {
            loadMsrs(p);
        }
    }

    private void loadMsrs(VmxProcessor p) {
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            p.memory.write64(MSR_AREA + 16L * i, MSRS[random.nextInt(MSRS.length)]);
            long value = random.nextInt(3) == 0 ? VALUES[random.nextInt(VALUES.length)] : random.nextInt(2) == 0 ? 0x500
                    : 1L << random.nextInt(64);
            p.memory.write64(MSR_AREA + 16L * i + 8, value);
        }
        p.vmx.write(VmcsField.ENTRY_MSR_LOAD_ADDRESS, MSR_AREA);
        p.vmx.write(VmcsField.ENTRY_MSR_LOAD_COUNT, count);
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

            @Override
            public long read64(long physicalAddress) {
                return (physicalAddress & 7) == 0 ? p.memory.read64(physicalAddress) : GuestMemory.super.read64(physicalAddress);
            }
        };
        return new EntryContext(p.vmx.current(), p.capabilities, memory,
            new EntryEnvironment(false, p.cpu.longModeActive(), p.vmx.currentPointer(), p.vmx.vmxonPointer()));
    }
}
