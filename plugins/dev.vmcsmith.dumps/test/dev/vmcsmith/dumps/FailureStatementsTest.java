// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that say how VM entry failed, without a VMCS. */
class FailureStatementsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[hv] VMLAUNCH failed. Instruction error = 7 | VMFAIL 7",
        "VMX: VM-instruction error 8 | VMFAIL 8",
        "VM_INSTRUCTION_ERROR: 0x0000000C | VMFAIL 12",
        "Launch VM failed, VM_INSTRUCTION_ERROR (0x4400) = 7 | VMFAIL 7",
        "vmlaunch: error code 0x7 | VMFAIL 7",
        "Exit Reason is : 0x80000021 | ENTRY_FAILED 33",
        "vmexit reason 80000022h | ENTRY_FAILED 34"})
    void aStatedFailureIsRead(String text, String failure) {
        Dump dump = Dumps.read("booting\n" + text + "\n").dumps().getFirst();
        assertEquals(failure, dump.failure().kind() + " " + dump.failure().number());
        assertEquals(2, dump.failure().evidence().line());
        assertEquals(Producer.UNNAMED, dump.producer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"page fault, error 7", "instruction error 0", "instruction error 99", "VMLAUNCH at 7",
        "0x180000021", "VM entry on CPU 7"})
    void otherNumbersAreNoFailures(String text) {
        assertEquals(0, Dumps.read(text).dumps().size());
    }

    @Test
    void theSameFailureIsStatedOnceAndADumpStatesItsOwn() {
        assertEquals(1, Dumps.read("instruction error 7\n".repeat(100)).dumps().size());
        assertEquals(1, Dumps.read("instruction error 7\n" + Samples.text("linux")).dumps().size());
    }
}
