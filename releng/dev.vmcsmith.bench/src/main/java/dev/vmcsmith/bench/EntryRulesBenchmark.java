// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.bench;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsValues;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.rules.EntryContext;
import dev.vmcsmith.vmx.rules.EntryEnvironment;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.vmx.rules.Violation;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One VMCS against all rules of VM entry: a valid 64-bit guest, and one that breaks three rules, whose messages are made, too. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EntryRulesBenchmark {
    private static final EntryEnvironment ENVIRONMENT = new EntryEnvironment(false, true, 0x1000, 0x2000);

    private final VmxCapabilities capabilities = CpuProfiles.named("sapphire-rapids").capabilities();
    private final EntryContext valid = context(guest());
    private final EntryContext broken = context(guest().set(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xA09A).set(VmcsField.GUEST_RFLAGS, 0)
            .set(VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x89));

    private EntryContext context(VmcsValues vmcs) {
        return new EntryContext(vmcs, capabilities, GuestMemory.UNKNOWN, ENVIRONMENT);
    }

    /** Whether the rules hold, as the machine asks at VM entry when everything has changed. */
    @Benchmark
    public boolean allRulesHold() {
        return EntryRules.hold(valid);
    }

    /** The violations with their messages and fixes. */
    @Benchmark
    public List<Violation> violationsAreDescribed() {
        return EntryRules.check(broken);
    }

    /** A 64-bit guest with EPT, VPID, bitmaps and the usual MSRs to load, as hypervisors run it. */
    private VmcsValues guest() {
        VmcsValues vmcs = VmcsValues.zeroed();
        for (ControlField field : ControlField.values()) {
            vmcs.set(field.field(), capabilities.allowed0(field));
        }
        for (ControlBit control : List.of(ControlBit.PIN_EXTERNAL_INTERRUPT_EXITING, ControlBit.PIN_NMI_EXITING,
                ControlBit.ACTIVATE_SECONDARY_CONTROLS, ControlBit.USE_MSR_BITMAPS, ControlBit.USE_IO_BITMAPS, ControlBit.ENABLE_EPT,
                ControlBit.ENABLE_VPID, ControlBit.UNRESTRICTED_GUEST, ControlBit.ENABLE_RDTSCP, ControlBit.EXIT_HOST_ADDRESS_SPACE_SIZE,
                ControlBit.EXIT_LOAD_IA32_EFER, ControlBit.EXIT_LOAD_IA32_PAT, ControlBit.EXIT_SAVE_IA32_EFER,
                ControlBit.ENTRY_IA32E_MODE_GUEST, ControlBit.ENTRY_LOAD_IA32_EFER, ControlBit.ENTRY_LOAD_IA32_PAT)) {
            vmcs.set(control);
        }
        vmcs.set(VmcsField.EPT_POINTER, 0x301E).set(VmcsField.VPID, 1).set(VmcsField.VMCS_LINK_POINTER, -1L);
        host(vmcs);
        String[] segments = {"ES", "CS", "SS", "DS", "FS", "GS"};
        for (String segment : segments) {
            vmcs.set(VmcsField.valueOf("GUEST_" + segment + "_SELECTOR"), segment.equals("CS") ? 8 : 0x10);
            vmcs.set(VmcsField.valueOf("GUEST_" + segment + "_LIMIT"), 0xFFFF_FFFFL);
            vmcs.set(VmcsField.valueOf("GUEST_" + segment + "_ACCESS_RIGHTS"), segment.equals("CS") ? 0xA09B : 0xC093);
        }
        vmcs.set(VmcsField.GUEST_TR_SELECTOR, 0x18).set(VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x8B).set(VmcsField.GUEST_TR_LIMIT, 0x67);
        vmcs.set(VmcsField.GUEST_LDTR_ACCESS_RIGHTS, 0x1_0000);
        vmcs.set(VmcsField.GUEST_CR0, 0x8005_0033L).set(VmcsField.GUEST_CR3, 0x2000).set(VmcsField.GUEST_CR4, 0x2020);
        vmcs.set(VmcsField.GUEST_DR7, 0x400).set(VmcsField.GUEST_RFLAGS, 2).set(VmcsField.GUEST_RIP, 0xFFFF_8000_0000_1000L);
        return vmcs.set(VmcsField.GUEST_IA32_PAT, 0x0007_0406_0007_0406L).set(VmcsField.GUEST_IA32_EFER, 0xD01);
    }

    private static void host(VmcsValues vmcs) {
        vmcs.set(VmcsField.HOST_CR0, 0x8005_0033L).set(VmcsField.HOST_CR3, 0x1000).set(VmcsField.HOST_CR4, 0x2020);
        vmcs.set(VmcsField.HOST_CS_SELECTOR, 8).set(VmcsField.HOST_SS_SELECTOR, 0x10).set(VmcsField.HOST_TR_SELECTOR, 0x18);
        vmcs.set(VmcsField.HOST_RIP, 0xFFFF_8000_0000_1000L).set(VmcsField.HOST_IA32_PAT, 0x0007_0406_0007_0406L);
        vmcs.set(VmcsField.HOST_IA32_EFER, 0xD01);
    }
}
