// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.engine.ProfileModel;
import dev.vmcsmith.machine.isa.Msrs;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.WithheldControls;
import dev.vmcsmith.x86.Msr;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The CPU profile decides what exists: capability MSRs, CPUID and behaviour agree. */
class MachineCapabilitiesTest {
    static Stream<String> profiles() {
        return CpuProfiles.names().stream().filter(name -> CpuProfiles.named(name).capabilities().known(Msr.IA32_VMX_BASIC));
    }

    private static VmxCapabilities machine(String profile) {
        return new ProfileModel(CpuProfiles.named(profile)).capabilities();
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void aMachineNeverOffersMoreThanItsProfile(String name) {
        VmxCapabilities profile = CpuProfiles.named(name).capabilities();
        for (ControlField field : ControlField.values()) {
            if (profile.known(field) && profile.known(field.msr())) {
                assertEquals(0, machine(name).allowed1(field) & ~profile.allowed1(field), field.hvName());
            }
            assertEquals(profile.allowed0(field), machine(name).allowed0(field), field.hvName());
        }
    }

    /** SDM "VMX-Fixed Bits in CR4": a bit that may be 1 in VMX operation is one that MOV to CR4 sets. */
    @ParameterizedTest
    @MethodSource("profiles")
    void bitsOfCr4ThatVmxAllowsCanBeSet(String name) {
        ProfileModel model = new ProfileModel(CpuProfiles.named(name));
        assertEquals(0, model.capabilities().cr4Fixed1() & ~model.cr4Mask());
        assertEquals(0, model.capabilities().cr4Fixed0() & ~model.capabilities().cr4Fixed1());
    }

    /** SDM "Tertiary Processor-Based VM-Execution Controls": the MSR exists only if bit 17 of the primary controls may be 1. */
    @ParameterizedTest
    @MethodSource("profiles")
    void whatActivatesAFieldOfControlsIsOfferedOnlyWithTheMsrOfTheField(String name) {
        VmxCapabilities machine = machine(name);
        for (ControlField field : List.of(ControlField.SECONDARY, ControlField.TERTIARY, ControlField.SECONDARY_EXIT, ControlField.VM_FUNCTIONS)) {
            if (machine.allows(field.activatedBy())) {
                assertTrue(machine.known(field.msr()), field.hvName());
                assertTrue(machine.allowed1(field) != 0, field.hvName());
            }
        }
    }

    @Test
    void featuresThatTheMachineDoesNotHaveAreWithheldByName() {
        VmxCapabilities profile = CpuProfiles.named("emerald-rapids").capabilities();
        List<ControlBit> withheld = MachineCapabilities.withheld(profile, machine("emerald-rapids"));
        assertTrue(withheld.containsAll(List.of(ControlBit.ENTRY_LOAD_CET_STATE, ControlBit.EXIT_LOAD_CET_STATE, ControlBit.PASID_TRANSLATION,
            ControlBit.EXIT_CLEAR_UINV, ControlBit.ENTRY_LOAD_GUEST_IA32_LBR_CTL)), withheld::toString);
        assertFalse(withheld.contains(ControlBit.ENTRY_LOAD_PKRS));
        assertEquals(List.of(), MachineCapabilities.withheld(CpuProfiles.named("haswell").capabilities(), machine("haswell")));
    }

    /** What a setup is warned of is what the machine takes away. */
    @ParameterizedTest
    @MethodSource("profiles")
    void aControlThatTheProfileMayHaveIsOfferedUnlessThereIsAReason(String name) {
        VmxCapabilities profile = CpuProfiles.named(name).capabilities();
        for (ControlBit control : ControlBit.values()) {
            boolean activates = control == ControlBit.ACTIVATE_TERTIARY_CONTROLS || control == ControlBit.EXIT_ACTIVATE_SECONDARY_CONTROLS;
            if (!activates && (profile.allows(control) || !profile.known(control.field()) && control.field() != ControlField.VM_FUNCTIONS)) {
                assertEquals(machine(name).allows(control), WithheldControls.reason(control, profile) == null, control.hvName());
            } else {
                assertTrue(activates || WithheldControls.reason(control, profile) == null, control.hvName());
            }
        }
    }

    /** The profile that is no processor is the machine's own: it has every control that the machine has, and no other. */
    @Test
    void theLargestProfileHasWhatTheMachineHas() {
        VmxCapabilities profile = CpuProfiles.named("max").capabilities();
        for (ControlBit control : ControlBit.values()) {
            assertEquals(!WithheldControls.contains(control), profile.allows(control), control.hvName());
            assertEquals(profile.allows(control), machine("max").allows(control), control.hvName());
        }
    }

    /** CPUID and MSRs: a register exists where CPUID names its feature. */
    @Test
    void registersOfFeaturesExistWhereCpuidNamesThem() {
        Cpu newer = Machine.builder().profile("alder-lake").build().cpu(0);
        Cpu older = Machine.builder().profile("haswell").build().cpu(0);
        for (int msr : new int[] {Msr.IA32_UMWAIT_CONTROL, Msr.IA32_SPEC_CTRL, 0x6E1}) {
            assertEquals(0, Msrs.read(newer, msr));
            assertThrows(CpuFault.class, () -> Msrs.read(older, msr));
        }
        Msrs.write(newer, Msr.IA32_PERF_GLOBAL_CTRL, 3);
        assertThrows(CpuFault.class, () -> Msrs.write(newer, Msr.IA32_PERF_GLOBAL_CTRL, 1L << 63));
        assertThrows(CpuFault.class, () -> Msrs.write(newer, Msr.IA32_SPEC_CTRL, 8));
        assertThrows(CpuFault.class, () -> Msrs.write(newer, Msr.IA32_UMWAIT_CONTROL, 2));
    }

    /** SDM "Loading Guest State", "Saving MSRs", "Loading Host State". */
    @Test
    void performanceControlProtectionKeysAndSpeculationControlAreLoadedAndSaved() {
        VmxProcessor p = new VmxProcessor("bochs-arrow-lake");
        p.guest64(ControlBit.ENTRY_LOAD_PKRS, ControlBit.EXIT_LOAD_PKRS, ControlBit.ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL,
            ControlBit.EXIT_LOAD_IA32_PERF_GLOBAL_CTRL, ControlBit.EXIT_SAVE_IA32_PERF_GLOBAL_CTRL);
        p.vmwrite(VmcsField.GUEST_IA32_PKRS, 0x5555_0000L).vmwrite(VmcsField.HOST_IA32_PKRS, 0xAAAA_0000L);
        p.vmwrite(VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL, 5).vmwrite(VmcsField.HOST_IA32_PERF_GLOBAL_CTRL, 6);
        p.vmlaunch();
        assertEquals(0x5555_0000, p.cpu.msr.pkrs);
        assertEquals(5, p.cpu.msr.perfGlobalCtrl);
        p.cpu.msr.pkrs = 0x1234;
        p.cpu.msr.perfGlobalCtrl = 1;
        p.exec("vmcall");
        assertEquals(0xAAAA_0000, p.cpu.msr.pkrs);
        assertEquals(6, p.cpu.msr.perfGlobalCtrl);
        assertEquals(0x1234, p.vmread(VmcsField.GUEST_IA32_PKRS));
        assertEquals(1, p.vmread(VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL));
    }
}
