// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.ExitExplanation.Cause;
import dev.vmcsmith.dap.protocol.ExitExplanation.Verdict;
import dev.vmcsmith.dap.protocol.ExitExplanation;
import dev.vmcsmith.dap.protocol.ExitRecord;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.ExplainExitArguments;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.VmxStep;
import java.nio.file.Path;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of an instruction before it is executed, from the controls alone, is what happens then. */
class ExitPredictionTest {
    private static final int TRIPLE_FAULT = 2;
    private static final int PRIMARY = 0x4002;
    private static final int SECONDARY = 0x401E;
    private static final int MSR_BITMAP = 0x2004;
    private static final int IO_BITMAP_A = 0x2000;
    private static final int IO_BITMAP_B = 0x2002;
    private static final int ZEROS = 0x30_0000;
    private static final long DEFAULT_PRIMARY = 0x8401_E172L;

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0} with primary {1}, secondary {2}, field {3} = {4}: {5}")
    @CsvSource(delimiter = '|', textBlock = """
            cpuid                                   | 0         | 0     | 0      | 0          | always
            rdtsc                                   | 0         | 0     | 0      | 0          | rdtsc-exiting
            rdtsc                                   | 0x1000    | 0     | 0      | 0          | rdtsc-exiting
            invlpg [0x1000]                         | 0         | 0     | 0      | 0          | invlpg-exiting
            invlpg [0x1000]                         | 0x200     | 0     | 0      | 0          | invlpg-exiting
            hlt                                     | 0x80      | 0     | 0      | 0          | hlt-exiting
            pause                                   | 0         | 0     | 0      | 0          |
            pause                                   | 0x40000000| 0     | 0      | 0          | pause-exiting
            wbinvd                                  | 0         | 0     | 0      | 0          | wbinvd-exiting
            wbinvd                                  | 0         | 0x40  | 0      | 0          | wbinvd-exiting
            sgdt [0x230000]                         | 0         | 0     | 0      | 0          | descriptor-table-exiting
            sgdt [0x230000]                         | 0         | 4     | 0      | 0          | descriptor-table-exiting
            sldt ax                                 | 0         | 4     | 0      | 0          | descriptor-table-exiting
            rdrand eax                              | 0         | 0     | 0      | 0          | rdrand-exiting
            rdrand eax                              | 0         | 0x800 | 0      | 0          | rdrand-exiting
            rdtscp                                  | 0         | 0     | 0      | 0          | enable-rdtscp
            rdtscp                                  | 0         | 8     | 0      | 0          | rdtsc-exiting
            rdtscp                                  | 0x1000    | 8     | 0      | 0          | rdtsc-exiting
            mov eax, dr7                            | 0         | 0     | 0      | 0          | mov-dr-exiting
            mov eax, dr7                            | 0x800000  | 0     | 0      | 0          | mov-dr-exiting
            mov eax, cr3                            | 0         | 0     | 0      | 0          | cr3-store-exiting
            mov eax, cr0                            | 0         | 0     | 0x6000 | -1         | never exits
            mov eax, cr0 : mov cr0, eax             | 0         | 0     | 0x6000 | 0          | read shadow
            mov eax, cr0 : mov cr0, eax             | 0         | 0     | 0x6000 | 1          | read shadow
            mov eax, cr4 : mov cr4, eax             | 0         | 0     | 0x6002 | 0x10       | read shadow
            clts                                    | 0         | 0     | 0x6000 | 8          | guest/host mask
            mov ax, 1 : lmsw ax                     | 0         | 0     | 0x6000 | 1          | read shadow
            mov ax, 1 : lmsw ax                     | 0         | 0     | 0      | 0          | read shadow
            mov ecx, 0xC0000080 : rdmsr             | 0         | 0     | 0      | 0          | use-msr-bitmaps
            mov ecx, 0xC0000080 : rdmsr             | 0x10000000| 0     | 0      | 0          | reads of MSR 0xc0000080
            mov ecx, 0xC0000800 : rdmsr             | 0x10000000| 0     | 0      | 0          | reads of MSR 0xc0000800
            mov ecx, 0x4000 : rdmsr                 | 0x10000000| 0     | 0      | 0          | does not cover
            mov ecx, 0x174 : xor eax, eax : wrmsr   | 0x10000000| 0     | 0      | 0          | writes of MSR 0x174
            in al, 0x60                             | 0         | 0     | 0      | 0          | unconditional-io-exiting
            in al, 0x60                             | 0x1000000 | 0     | 0      | 0          | unconditional-io-exiting
            out 0x80, al                            | 0x2000000 | 0     | 0      | 0          | port 0x80
            mov dx, 0x8001 : in eax, dx             | 0x2000000 | 0     | 0      | 0          | port 0x8001
            mov dx, 0xFFFE : in eax, dx             | 0x2000000 | 0     | 0      | 0          | wraps around
            vmread eax, ecx                         | 0         | 0     | 0      | 0          | vmcs-shadowing
            ud2                                     | 0         | 0     | 0x4004 | 0x40       | exception bitmap
            int3                                    | 0         | 0     | 0x4004 | 8          | exception bitmap
            nop                                     | 0         | 0     | 0      | 0          | by itself
            """)
    void agreesWithTheProcessor(String code, String primary, String secondary, String field, String value, String named) throws Exception {
        String[] instructions = code.split(" : ");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < instructions.length; i++) {
            text.append(i == instructions.length - 1 ? "probe:\n" : "").append("        ").append(instructions[i].strip()).append('\n');
        }
        TinyHypervisor tiny = new TinyHypervisor(folder, "        mov ebx, 0x1234\n        call helper\n", "",
                "        mov ecx, cr3\n", text.toString());
        try (Conversation client = new Conversation()) {
            client.launchAndStop(LaunchArguments.of(tiny.elf().toString()));
            client.setField(PRIMARY, DEFAULT_PRIMARY & ~(1 << 16) | Long.decode(primary));
            client.setField(SECONDARY, 2 | Long.decode(secondary));
            client.setField(MSR_BITMAP, ZEROS);
            client.setField(IO_BITMAP_A, ZEROS);
            client.setField(IO_BITMAP_B, ZEROS);
            if (!field.equals("0")) {
                client.setField(Integer.decode(field), Long.decode(value));
            }
            long probe = tiny.label("probe");
            for (int i = 0; i < instructions.length - 1; i++) {
                enterGuest(client, i == 0);
            }
            if (instructions.length > 1) {
                enterGuest(client, false);
            }
            ExitExplanation said = Conversation.get(client.server().explainExit(new ExplainExitArguments(0,
                    "guest-virtual:0x" + Long.toHexString(probe))));
            assertTrue(named == null || said.causes().stream().anyMatch(cause -> (cause.name() + cause.text()).contains(named))
                    || said.summary().contains(named), said.toString());
            assertTrue(said.causes().stream().anyMatch(Cause::deciding), said.toString());
            client.resume();
            ExitRecord exit = Conversation.get(client.server().exits(ExitsArguments.page(-1, 1))).exits().getFirst();
            boolean exited = exit.guestRip() == probe;
            boolean faulted = exited && exit.reason() == TRIPLE_FAULT && said.verdict() == Verdict.FAULTS;
            assertEquals(exited && !faulted ? Verdict.EXITS : faulted ? Verdict.FAULTS : Verdict.DOES_NOT_EXIT, said.verdict(),
                    said + " but " + exit);
            assertEquals(said.verdict() == Verdict.EXITS ? exit.reason() : -1, said.reason(), said.toString());
        }
    }

    /** Into the guest, or one instruction further there. */
    private static void enterGuest(Conversation client, boolean first) {
        if (first) {
            client.step(VmxStep.NEXT_ENTRY);
        } else {
            client.stepIn(SteppingGranularity.INSTRUCTION);
        }
    }

}
