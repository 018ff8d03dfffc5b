// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.engine.ProfileModel;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What CPUID does not announce is not there: SDM "#UD: If CPUID feature flag ... = 0". */
class FeatureTest {
    private static final int CPUID_EAX = 0, CPUID_ECX = 2;

    private static boolean runs(String profile, String instruction) {
        StopReason reason = TestProgram.long64On(profile, instruction + "\n" + TestProgram.EXIT).stop();
        return reason instanceof StopReason.DebugExit;
    }

    @Test
    void instructionsComeWithTheProcessorThatHasThem() {
        List<List<String>> firsts = List.of(
            List.of("westmere", "sandy-bridge", "mov rax, cr4\n or eax, 0x40000\n mov cr4, rax\n xor ecx, ecx\n xgetbv"),
            List.of("penryn", "westmere", "popcnt eax, ecx"),
            List.of("penryn", "westmere", "aesenc xmm0, xmm1"),
            List.of("conroe", "penryn", "pmulld xmm0, xmm1"),
            List.of("ivy-bridge", "haswell", "andn eax, ecx, edx"),
            List.of("ivy-bridge", "haswell", "movbe eax, [0x200000]"),
            List.of("sandy-bridge", "ivy-bridge", "rdrand eax"),
            List.of("haswell", "broadwell", "adcx eax, ecx"),
            List.of("broadwell", "skylake", "clflushopt [0x200000]"),
            List.of("skylake", "ice-lake", "sha1msg1 xmm0, xmm1"));
        for (List<String> first : firsts) {
            assertTrue(!runs(first.get(0), first.get(2)), () -> first.get(2) + " on " + first.get(0));
            assertTrue(runs(first.get(1), first.get(2)), () -> first.get(2) + " on " + first.get(1));
        }
    }

    /** SDM "LZCNT": "on processors that do not support LZCNT, the instruction byte encoding is executed as BSR". */
    @Test
    void lzcntIsBsrWhereItIsNotKnown() {
        String body = "mov ecx, 0x1000\n lzcnt ebx, ecx\n" + TestProgram.EXIT;
        assertEquals(12, TestProgram.long64On("ivy-bridge", body).run().rbx());
        assertEquals(19, TestProgram.long64On("haswell", body).run().rbx());
    }

    /** Software counts subleaves up until one says that it is none (SDM "CPUID": leaves 04H, 0BH, 12H, 18H, 1BH, 1FH). */
    @ParameterizedTest
    @MethodSource("profiles")
    void everyListOfSubleavesHasAnEnd(CpuProfile profile) {
        ProfileModel model = new ProfileModel(profile);
        for (int leaf : new int[] {4, 0xB, 0x12, 0x1B, 0x1F}) {
            int last = leaf == 0xB || leaf == 0x1F ? CPUID_ECX : CPUID_EAX;
            int mask = last == CPUID_ECX ? 0xFF00 : leaf == 0x1B ? -1 : 0xF;
            int subleaf = leaf == 0x12 ? 2 : 0;
            while (isBasic(model, leaf) && (model.cpuid(leaf, subleaf)[last] & mask) != 0) {
                assertTrue(++subleaf < 16, () -> profile.name() + ", leaf 0x" + Integer.toHexString(leaf));
            }
        }
    }

    /** No hardware P-states, thermal sensors or counters: their MSRs are not there. */
    @ParameterizedTest
    @MethodSource("profiles")
    void whatCpuidSaysOfPowerAndCountersIsThere(CpuProfile profile) {
        ProfileModel model = new ProfileModel(profile);
        int[] power = model.cpuid(6, 0);
        assertEquals(0, power[0] & ~4 | power[1] | power[2] | power[3], profile.name());
        for (int leaf : new int[] {0xA, 0xF, 0x10, 0x14, 0x19, 0x1C, 0x1D, 0x1E}) {
            if (isBasic(model, leaf)) {
                assertArrayEquals(new int[4], model.cpuid(leaf, 0), profile.name());
            }
        }
    }

    /** Beyond the highest leaf there is what the highest has. */
    private static boolean isBasic(ProfileModel model, int leaf) {
        return leaf <= model.cpuid(0, 0)[CPUID_EAX];
    }

    private static Stream<CpuProfile> profiles() {
        return CpuProfiles.names().stream().map(CpuProfiles::named);
    }

    /** MSR_MISC_FEATURES_ENABLES offers nothing; MSR_PKG_CST_CONFIG_CONTROL is locked; MSR_POWER_CTL keeps what is written. */
    @Test
    void modelSpecificRegistersThatSystemsTouchAreThere() {
        TestProgram p = TestProgram.long64("""
                mov  ecx, 0x140
                rdmsr
                wrmsr
                mov  ecx, 0xE2
                rdmsr
                bt   eax, 15
                setc bl
                mov  ecx, 0x1FC
                rdmsr
                xor  eax, 2
                mov  esi, eax
                wrmsr
                rdmsr
                cmp  eax, esi
                sete bh
                movzx ebx, bx
                """ + TestProgram.EXIT).run();
        assertEquals(0x101, p.rbx());
        for (String write : new String[] {"mov ecx, 0x140\n mov eax, 1\n xor edx, edx\n wrmsr", "mov ecx, 0xE2\n rdmsr\n wrmsr"}) {
            assertTrue(!runs("skylake", write), write);
        }
    }

    @Test
    void hintsDoNothingWhereTheyAreNotKnown() {
        assertTrue(runs("conroe", "prefetchw [0x200000]"));
        assertTrue(runs("conroe", "endbr64"));
        assertTrue(runs("conroe", "cldemote [0x200000]"));
    }
}
