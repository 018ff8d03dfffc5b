// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.x86.Msr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuProfilesTest {
    static Stream<String> names() {
        return CpuProfiles.names().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aBundledProfileNamesItsSourceAndIsComplete(String name) {
        CpuProfile profile = CpuProfiles.named(name);
        assertEquals(name, profile.name());
        assertFalse(profile.sources().isEmpty());
        assertTrue((profile.cpuid().ecx(1, 0) >>> 5 & 1) != 0, "CPUID.1:ECX.VMX");
        for (int msr = Msr.IA32_VMX_BASIC; msr <= Msr.IA32_VMX_VMCS_ENUM; msr++) {
            assertTrue(profile.capabilities().known(msr), "MSR " + Integer.toHexString(msr));
        }
        for (int msr : profile.undocumented()) {
            assertFalse(profile.capabilities().known(msr));
        }
        assertTrue(profile.capabilities().physicalAddressBits() >= 32);
    }

    @Test
    void skylakeIsTheDefaultOfSetupsAndHasEverythingTheWalkthroughNeeds() {
        VmxCapabilities skylake = CpuProfiles.named("skylake").capabilities();
        assertTrue(skylake.allows(ControlBit.ENABLE_EPT) && skylake.allows(ControlBit.ENABLE_VPID)
                && skylake.allows(ControlBit.UNRESTRICTED_GUEST) && skylake.allows(ControlBit.USE_MSR_BITMAPS));
        assertEquals("6-5E-3", CpuProfiles.named("skylake").signature());
    }

    @Test
    void thereIsNoProfileOfAnotherName() {
        assertNull(CpuProfiles.named("no-such-cpu"));
        assertNull(CpuProfiles.named("../vmcs-fields"));
    }

    @Test
    void rdmsrOutputIsImported() {
        CpuProfile profile = CpuProfiles.importText("box", """
                # for m in 480 481 ...; rdmsr
                0x480: da040000000004
                0x481 = 0x7f00000016
                IA32_VMX_PROCBASED_CTLS (0x482) = 0xfff9fffe0401e172
                rdmsr 0x48b 5ffcff00000000
                """);
        assertEquals(0x00DA_0400_0000_0004L, profile.msrs().get(Msr.IA32_VMX_BASIC));
        assertEquals(0x7F_0000_0016L, profile.msrs().get(Msr.IA32_VMX_PINBASED_CTLS));
        assertEquals(0xFFF9_FFFE_0401_E172L, profile.msrs().get(Msr.IA32_VMX_PROCBASED_CTLS));
        assertEquals(0x005F_FCFF_0000_0000L, profile.msrs().get(Msr.IA32_VMX_PROCBASED_CTLS2));
        assertFalse(profile.capabilities().known(Msr.IA32_VMX_MISC));
    }

    @Test
    void aShellTranscriptOfRdmsrIsImported() {
        CpuProfile profile = CpuProfiles.importText("box", """
                [root@box ~]# rdmsr -a 0x480
                da040000000004
                da040000000004
                [root@box ~]# rdmsr -p 0 485
                7004c1e7
                $ rdmsr 0x48c
                rdmsr: CPU 0 cannot read MSR 0x0000048c
                [root@box ~]# uptime
                """);
        assertEquals(0x00DA_0400_0000_0004L, profile.msrs().get(Msr.IA32_VMX_BASIC));
        assertEquals(0x7004_C1E7L, profile.msrs().get(Msr.IA32_VMX_MISC));
        assertFalse(profile.capabilities().known(Msr.IA32_VMX_EPT_VPID_CAP));
    }

    @Test
    void aLogOfAnOldVirtualBoxIsImported() {
        CpuProfile profile = CpuProfiles.importText("old", """
                00:00:03.172 HWACCM: MSR_IA32_VMX_BASIC_INFO       = da04000000000f
                00:00:03.172 HWACCM: MSR_IA32_VMX_PROCBASED_CTLS2  = ff00000000
                00:00:03.172 HWACCM:    VMX_VMCS_CTRL_PROC_EXEC2_VIRT_APIC
                00:00:03.172 HWACCM: MSR_IA32_VMX_EPT_CAPS         = f0106114141
                """);
        assertEquals(Map.of(0x480, 0xDA_0400_0000_000FL, 0x48B, 0xFF_0000_0000L, 0x48C, 0xF01_0611_4141L), profile.msrs());
    }

    @Test
    void aVirtualBoxLogIsImported() {
        CpuProfile profile = CpuProfiles.importText("log", """
                00:00:11.659041 HM: MSR_IA32_FEATURE_CONTROL          = 0x5
                00:00:11.659042 HM:   LOCK
                00:00:11.659043 HM: MSR_IA32_VMX_BASIC                = 0xda040000000004
                00:00:11.659045 HM:   VMCS id                           = 0x4
                00:00:11.659054 HM: MSR_IA32_VMX_PINBASED_CTLS        = 0x7f00000016
                00:00:00.584681 HM: MSR_IA32_VMX_EPT_VPID_CAP         = 0xf0106734141
                00:00:00.584682 HM: MSR_IA32_VMX_VMFUNC               = 0x1
                """);
        assertEquals(5, profile.msrs().get(Msr.IA32_FEATURE_CONTROL));
        assertEquals(0x00DA_0400_0000_0004L, profile.msrs().get(Msr.IA32_VMX_BASIC));
        assertEquals(0x7F_0000_0016L, profile.msrs().get(Msr.IA32_VMX_PINBASED_CTLS));
        assertEquals(0xF01_0673_4141L, profile.msrs().get(Msr.IA32_VMX_EPT_VPID_CAP));
        assertEquals(1, profile.msrs().get(Msr.IA32_VMX_VMFUNC));
    }

    @Test
    void aRegisterDumpIsImportedWithItsCpuid() {
        CpuProfile profile = CpuProfiles.importText("dump", """
                CPUID CPU Name    : A Processor
                CPUID 00000001: 000506E3-00100800-7FFAFBBF-BFEBFBFF
                CPUID 0000000D: 0000001F-00000440-00000440-00000000 [SL 00]
                CPUID 80000008: 00003027-00000000-00000000-00000000
                CPUID 80000008: 00003029-00000000-00000000-00000000
                MSR 00000480: 00DA-0400-0000-0004
                MSR 00000480: 00DA-0400-0000-0005
                MSR 0000048C: < FAILED >
                """);
        assertEquals("A Processor", profile.title());
        assertEquals(4, profile.capabilities().revision());
        assertEquals(39, profile.capabilities().physicalAddressBits());
        assertEquals("6-5E-3", profile.signature());
        assertFalse(profile.capabilities().known(Msr.IA32_VMX_EPT_VPID_CAP));
    }

    @Test
    void theKernelsDecodedListingIsImported() {
        CpuProfile profile = CpuProfiles.importText("vmxcap", """
                Basic VMX Information
                  Hex: 0xda040000000004
                  Revision                                 4
                  VMCS size                                1024
                pin-based controls
                  External interrupt exiting               yes
                  NMI exiting                              yes
                  Virtual NMIs                             yes
                  Activate VMX-preemption timer            yes
                  Process posted interrupts                no
                primary processor-based controls
                  HLT exiting                              yes
                  CR3-load exiting                         default
                  Use MSR bitmaps                          forced
                """);
        assertEquals(0x00DA_0400_0000_0004L, profile.msrs().get(Msr.IA32_VMX_BASIC));
        VmxCapabilities capabilities = profile.capabilities();
        assertTrue(capabilities.allows(ControlBit.PIN_VIRTUAL_NMIS));
        assertFalse(capabilities.allows(ControlBit.PIN_PROCESS_POSTED_INTERRUPTS));
        assertTrue(capabilities.requires(ControlBit.USE_MSR_BITMAPS));
        assertTrue(capabilities.allows(ControlBit.CR3_LOAD_EXITING));
        assertFalse(capabilities.requires(ControlBit.CR3_LOAD_EXITING));
    }

    @Test
    void textWithoutAnyCapabilitySaysWhatWasExpected() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> CpuProfiles.importText("x", "hello\n")).getMessage()
                .contains("no VMX capability MSR"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> CpuProfiles.importText("x",
                "vmcsmith-cpu 1\nmsr 480 zz\n")).getMessage()
                .startsWith("line 2"));
    }

    @Test
    void aFileIsLoadedAndAMissingOneNamesTheBundledProfiles(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("ci-box.vmxcap");
        Files.writeString(file, "0x480: da040000000004\n");
        assertEquals("ci-box", CpuProfiles.load(file).name());
        assertTrue(assertThrows(IOException.class, () -> CpuProfiles.load(folder.resolve("none.cpu"))).getMessage().contains("skylake"));
        Files.write(file, new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 1});
        assertThrows(IOException.class, () -> CpuProfiles.load(file));
    }
}
