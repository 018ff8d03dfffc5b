// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.expect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.image.Expectations;
import dev.vmcsmith.machine.SerialPort;
import dev.vmcsmith.machine.VmExit;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectationCheckTest {
    private static List<String> failures(Expectations.Clause clause, String log, int... reasons) {
        ExpectationCheck check = new ExpectationCheck(new Expectations(List.of(clause)));
        for (int reason : reasons) {
            check.onVmExit(new VmExit(1, 0, 0, 0, reason, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        }
        log.chars().forEach(c -> check.onSerial(SerialPort.COM1, c));
        return check.failures().stream().map(Failure::text).toList();
    }

    private static Expectations.Exits exits(String... names) {
        return new Expectations.Exits(List.of(names), "a.hv", 7);
    }

    @Test
    void theExactExitsHold() {
        assertEquals(List.of(), failures(exits("cpuid", "cr-access", "vmcall"), "", 10, 28, 18));
    }

    @Test
    void theFirstExitThatDiffersIsNamed() {
        assertEquals(List.of("a.hv:7: expected exit 2 to be vmcall, got cr-access (exits were cpuid, cr-access, vmcall)"),
            failures(exits("cpuid", "vmcall", "vmcall"), "", 10, 28, 18));
    }

    @Test
    void tooFewAndTooManyExitsAreSaid() {
        assertEquals(List.of("a.hv:7: expected exit 2 to be vmcall, got only 1 exits, the last one cpuid"), failures(exits("cpuid", "vmcall"), "", 10));
        assertEquals(List.of("a.hv:7: expected 1 exits, got 2 exits, the first one too many is vmcall"), failures(exits("cpuid"), "", 10, 18));
    }

    @Test
    void countsCompareAsWritten() {
        Expectations.ExitCount atLeast = new Expectations.ExitCount("cpuid", Expectations.Relation.AT_LEAST, 2, "a.hv", 9);
        assertEquals(List.of(), failures(atLeast, "", 10, 10, 18));
        assertEquals(List.of("a.hv:9: expected cpuid exits >= 2, got 1"), failures(atLeast, "", 10, 18));
    }

    @Test
    void theLogIsSearchedForTheText() {
        Expectations.LogContains log = new Expectations.LogContains("leaf 1", "a.hv", 3);
        assertEquals(List.of(), failures(log, "cpuid leaf 1\n"));
        assertEquals(List.of("a.hv:3: expected the log to contain \"leaf 1\", got an empty log"), failures(log, ""));
    }

    @Test
    void repetitionsAndGapsMatch() {
        assertEquals(List.of(), failures(exits("cpuid*2", "...", "vmcall"), "", 10, 10, 28, 12, 18));
        assertEquals(List.of(), failures(exits("...", "cpuid+", "any"), "", 28, 10, 10, 18));
        assertEquals(List.of(), failures(exits("..."), ""));
        assertEquals(List.of("a.hv:7: expected exit 2 to be cpuid, got vmcall (exits were cpuid, vmcall)"),
            failures(exits("cpuid*2", "...", "vmcall"), "", 10, 18));
        assertEquals(List.of("a.hv:7: expected exit 1 to be cpuid, got only 0 exits"), failures(exits("cpuid+"), ""));
    }

    @Test
    void theLogCanLackTextAndMatchAPattern() {
        assertEquals(List.of(), failures(new Expectations.LogLacks("panic", "a.hv", 3), "leaf 1"));
        assertEquals(List.of("a.hv:3: expected a log without \"leaf\", got a log with it"),
            failures(new Expectations.LogLacks("leaf", "a.hv", 3), "leaf 1"));
        assertEquals(List.of(), failures(new Expectations.LogMatches("^leaf [0-9]$", "a.hv", 3), "x\nleaf 1\n"));
        assertEquals(1, failures(new Expectations.LogMatches("^leaf$", "a.hv", 3), "leaf 1").size());
    }

    @Test
    void exitsOfOneVmcsAreCountedForThemselves() {
        Expectations.Clause first = new Expectations.Of("First", 0x1000, exits("cpuid", "vmcall"));
        Expectations.Clause second = new Expectations.Of("Second", 0x2000, new Expectations.ExitCount("hlt", Expectations.Relation.EQUAL, 2,
                "a.hv", 8));
        Expectations.Clause wrong = new Expectations.Of("Second", 0x2000, exits("hlt", "cpuid"));
        ExpectationCheck check = new ExpectationCheck(new Expectations(List.of(first, second, wrong)));
        long[][] exits = {{0x1000, 10}, {0x2000, 12}, {0x2000, 12}, {0x1000, 18}};
        for (long[] exit : exits) {
            check.onVmExit(new VmExit(1, 0, 0, exit[0], (int) exit[1], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        }
        assertEquals(List.of("a.hv:7: expected exit 2 to be cpuid in Second, got hlt (exits were hlt, hlt)"),
                check.failures().stream().map(Failure::text).toList());
    }
}
