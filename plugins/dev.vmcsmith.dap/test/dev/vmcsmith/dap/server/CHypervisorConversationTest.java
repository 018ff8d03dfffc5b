// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.dap.protocol.VmxStep;
import java.util.Arrays;
import java.util.List;
import org.eclipse.lsp4j.debug.StackFrame;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.eclipse.lsp4j.debug.Variable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hypervisor that was written in C, debugged in its own source. */
class CHypervisorConversationTest extends ConversationTestCase {
    private void breakpoint(CHypervisor program, String line) throws Exception {
        assertTrue(client.breakpoints(program.source(), program.line(line))[0].isVerified());
    }

    private StackFrame top() {
        return client.stack()[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"-gdwarf-4", "-gdwarf-5"})
    void itIsSteppedLineByLineIntoAndOverFunctions(String version) throws Exception {
        CHypervisor program = new CHypervisor(folder, version);
        client.launch(LaunchArguments.of(program.elf().toString()).withStopAt(StopAt.BREAKPOINTS));
        breakpoint(program, "u32 call = guest->eax;");
        client.configurationDone();
        assertEquals("breakpoint", client.stop().getReason());
        assertEquals(program.line("u32 call = guest->eax;"), top().getLine());
        assertEquals(program.source().toString(), top().getSource().getPath());
        client.next();
        assertEquals(program.line("u32 amount = guest->ebx;"), top().getLine());
        client.next();
        assertEquals(program.line("if (call == CALL_LEAVE)"), top().getLine());
        client.next();
        int calling = program.line("guest->eax = call == CALL_ADD");
        assertEquals(calling, top().getLine());
        client.stepIn(SteppingGranularity.STATEMENT);
        assertTrue(top().getName().startsWith("add"), top().getName());
        client.stepOut();
        assertEquals(calling, top().getLine());
        client.next();
        assertEquals(calling + 1, top().getLine());
        client.stepBack(SteppingGranularity.LINE);
        assertEquals(calling, top().getLine());
    }

    @Test
    void theStackOfAHandlerShowsItsCallersAndTheGuestAndThatOfTheGuestItsOwn() throws Exception {
        CHypervisor program = new CHypervisor(folder);
        client.launch(LaunchArguments.of(program.elf().toString()).withStopAt(StopAt.BREAKPOINTS));
        breakpoint(program, "u32 before = total;");
        client.configurationDone();
        client.stop();
        StackFrame[] stack = client.stack();
        assertEquals(List.of("add", "on_vmcall", "handle_exit", "exit_entry", "hypercall", "guest_main", "guest_entry"), names(stack));
        assertEquals(program.line("guest->eax = call == CALL_ADD"), stack[1].getLine());
        assertEquals(program.line("hypercall(CALL_ADD, i * 10);"), stack[5].getLine());
        client.step(VmxStep.NEXT_ENTRY);
        stack = client.stack();
        assertTrue(stack[0].getName().startsWith("hypercall"), stack[0].getName());
        assertTrue(stack[1].getName().startsWith("guest_main"), stack[1].getName());
        assertTrue(stack[stack.length - 1].getName().startsWith("exit_entry"), "the frame that entered the guest");
    }

    /** Code without frame pointers: callers are found by call frame information, variables by location lists. */
    @ParameterizedTest
    @ValueSource(strings = {"-gdwarf-4", "-gdwarf-5", "-fasynchronous-unwind-tables"})
    void optimisedCodeWithoutFramePointersHasItsCallersAndItsVariables(String option) throws Exception {
        CHypervisor program = new CHypervisor(folder, "-O2", "-fno-inline", "-fno-optimize-sibling-calls", "-fno-ipa-sra", "-fno-ipa-cp",
                option);
        client.launch(LaunchArguments.of(program.elf().toString()).withStopAt(StopAt.BREAKPOINTS));
        client.functionBreakpoints("add");
        client.configurationDone();
        client.stop();
        StackFrame[] stack = client.stack();
        List<String> expected = List.of("add", "on_vmcall", "handle_exit", "exit_entry", "hypercall", "guest_main", "guest_entry");
        assertEquals(expected, names(stack));
        assertEquals(program.line("guest->eax = call == CALL_ADD"), stack[1].getLine());
        assertEquals(program.line("on_vmcall(guest);"), stack[2].getLine());
        assertEquals(program.line("hypercall(CALL_ADD, i * 10);"), stack[5].getLine());
        assertEquals("0xa", Conversation.get(client.evaluate("amount")));
        int locals = client.scope(0, "Locals").getVariablesReference();
        assertEquals("0xa", client.variable(locals, "amount").getValue());
        Variable guest = client.variable(client.scope(2, "Locals").getVariablesReference(), "guest");
        assertEquals("struct registers *", guest.getType());
        assertTrue(guest.getMemoryReference().startsWith("host-virtual:0x"), guest.getMemoryReference());
        assertEquals("0x3e8", client.setVariable(locals, "amount", "1000"));
        client.stepOut();
        assertEquals(expected.subList(1, 7), names(client.stack()), "wherever in a function the processor is");
        assertEquals("0x3e8", Conversation.get(client.evaluate("dword [total]")));
        for (int i = 0; i < 40 && !client.stack()[0].getName().contains("guest"); i++) {
            List<String> names = names(client.stack());
            assertTrue(names.contains("exit_entry") && names.contains("guest_entry"), names.toString());
            client.stepIn(SteppingGranularity.INSTRUCTION);
        }
    }

    private static List<String> names(StackFrame[] stack) {
        return Arrays.stream(stack).map(frame -> frame.getName().replaceAll("\\+.*| .*", "")).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-gdwarf-4", "-gdwarf-5"})
    void parametersAndLocalVariablesOfEveryFrameAreShownAndChanged(String version) throws Exception {
        CHypervisor program = new CHypervisor(folder, version);
        client.launch(LaunchArguments.of(program.elf().toString()).withStopAt(StopAt.BREAKPOINTS));
        breakpoint(program, "total = before + amount;");
        client.configurationDone();
        client.stop();
        int locals = client.scope(0, "Locals").getVariablesReference();
        assertEquals("0xa", client.variable(locals, "amount").getValue());
        assertEquals("0x0", client.variable(locals, "before").getValue());
        assertEquals("u32", client.variable(locals, "amount").getType());
        int caller = client.scope(1, "Locals").getVariablesReference();
        assertEquals("0x1", client.variable(caller, "call").getValue());
        assertEquals("struct registers *", client.variable(caller, "guest").getType());
        assertEquals("0xa", Conversation.get(client.evaluate("amount + before")));
        assertEquals("0x3e8", client.setVariable(locals, "amount", "1000"));
        client.next();
        assertEquals("0x3e8", Conversation.get(client.evaluate("dword [total]")));
    }

    @Test
    void itsGlobalVariablesAreNamesInExpressions() throws Exception {
        CHypervisor program = new CHypervisor(folder);
        client.launch(LaunchArguments.of(program.elf().toString()).withStopAt(StopAt.BREAKPOINTS));
        breakpoint(program, "print(\"total \");");
        client.configurationDone();
        client.stop();
        assertEquals("0x64", Conversation.get(client.evaluate("dword [total]")));
        assertEquals("0x7", Conversation.get(client.evaluate("dword [exits_handled]")));
        client.resumeToEnd();
        assertEquals(0, client.exitCode());
        assertTrue(client.output("stdout").endsWith("total 100\n"), client.output("stdout"));
    }
}
