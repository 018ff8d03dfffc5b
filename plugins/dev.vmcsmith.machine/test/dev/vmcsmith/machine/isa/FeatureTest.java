// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.TestProgram;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What CPUID does not announce is not there: SDM "#UD: If CPUID feature flag ... = 0". */
class FeatureTest {
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

    @Test
    void hintsDoNothingWhereTheyAreNotKnown() {
        assertTrue(runs("conroe", "prefetchw [0x200000]"));
        assertTrue(runs("conroe", "endbr64"));
        assertTrue(runs("conroe", "cldemote [0x200000]"));
    }
}
