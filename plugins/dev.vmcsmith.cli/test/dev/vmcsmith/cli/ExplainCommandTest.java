// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExplainCommandTest {

    @Test
    void aRuleIsExplained() {
        CommandLineRun run = CommandLineRun.of("explain", "guest_cs_ar_type");
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith("GUEST_CS_AR_TYPE\nThe type of guest CS has to be"), run.out());
        assertTrue(run.out().contains("VM entry fails: VM exit with reason 0x80000021"), run.out());
        assertTrue(run.out().contains("guest.cs.access-rights"), run.out());
    }

    @Test
    void aFieldIsExplainedWithAValue() {
        CommandLineRun run = CommandLineRun.of("explain", "GUEST_CS_AR_BYTES=0xC09A");
        assertEquals(0, run.code());
        assertTrue(run.out().contains("guest.cs.access-rights = 0x0000C09A: type 10 (code, execute/read), DPL 0, present"), run.out());
        assertEquals(2, CommandLineRun.of("explain", "GUEST_CS_SELECTOR=0x10000").code());
        assertEquals(2, CommandLineRun.of("explain", "GUEST_CS_SELECTOR=yes").code());
        assertEquals(2, CommandLineRun.of("explain", "GUEST_CS_AR_TYPE=1").code());
    }

    @Test
    void anExitReasonIsExplainedWithAQualification() {
        CommandLineRun run = CommandLineRun.of("explain", "exit", "48", "--qualification", "0x182");
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith("Exit reason 48: EPT violation"), run.out());
        assertTrue(run.out().contains("qualification 0x182: write"), run.out());
    }

    @Test
    void aPartOfANameListsWhatHasIt() {
        CommandLineRun run = CommandLineRun.of("explain", "CS_AR_DPL");
        assertEquals(0, run.code());
        assertTrue(run.out().lines().allMatch(line -> line.startsWith("GUEST_CS_AR_DPL_")), run.out());
    }

    @Test
    void nonsenseIsRefusedWithAdvice() {
        CommandLineRun run = CommandLineRun.of("explain", "no such thing");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("nothing is called \"no such thing\": give the id of a rule"), run.err());
    }

    @Test
    void programsGetJson() {
        CommandLineRun run = CommandLineRun.of("explain", "error", "7", "--format", "json");
        assertEquals(0, run.code());
        assertTrue(run.out().contains("\"title\": \"VM-instruction error 7\""), run.out());
    }
}
