// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.StopAt;
import java.util.Arrays;
import java.util.List;
import org.eclipse.lsp4j.debug.BreakpointLocation;
import org.eclipse.lsp4j.debug.BreakpointLocationsArguments;
import org.eclipse.lsp4j.debug.CompletionItem;
import org.eclipse.lsp4j.debug.CompletionsArguments;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.ExceptionInfoArguments;
import org.eclipse.lsp4j.debug.ExceptionInfoResponse;
import org.eclipse.lsp4j.debug.LoadedSourcesArguments;
import org.eclipse.lsp4j.debug.ModulesArguments;
import org.eclipse.lsp4j.debug.SetExpressionArguments;
import org.eclipse.lsp4j.debug.Source;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a user types into the console or a watch, and what a client asks to help with that. */
class ConsoleConversationTest extends ConversationTestCase {
    private TinyHypervisor tiny;

    @BeforeEach
    void start() {
        tiny = start(StopAt.EVERY_EXIT);
    }

    private String repl(String text) {
        EvaluateArguments arguments = new EvaluateArguments();
        arguments.setExpression(text);
        arguments.setContext("repl");
        return Conversation.get(client.server().evaluate(arguments)).getResult();
    }

    private String set(String expression, String value) {
        SetExpressionArguments arguments = new SetExpressionArguments();
        arguments.setExpression(expression);
        arguments.setValue(value);
        return Conversation.get(client.server().setExpression(arguments)).getValue();
    }

    @Test
    void registersFieldsAndMemoryOfBothSidesAreAssigned() {
        assertEquals("0x1234", set("ebx", "0x1234"));
        assertEquals("0x12ff", set("bl", "0xFF") .equals("0xff") ? repl("ebx") : "");
        assertEquals("0x5", repl("exception-bitmap = 2 + 3"));
        assertEquals("0x5", repl("exception-bitmap"));
        assertEquals("0x77", repl("dword [0x230000] = 0x77"));
        assertEquals("0x77", repl("guest-physical.dword[0x230000]"));
        assertEquals("0x42", repl("guest-physical.byte[0x230001] = 0x42"));
        assertEquals("0x4277", repl("word [0x230000]"));
        assertEquals("0x1", repl("1 == 1"));
        long rip = tiny.label("helper");
        assertEquals("0x" + Long.toHexString(rip), set("guest.rip", "helper"));
        SetExpressionArguments nothing = new SetExpressionArguments();
        nothing.setExpression("1 + 1");
        nothing.setValue("3");
        assertTrue(Conversation.refusal(client.server().setExpression(nothing)).contains("cannot be changed"));
        SetExpressionArguments readOnly = new SetExpressionArguments();
        readOnly.setExpression("exit-reason");
        readOnly.setValue("3");
        assertTrue(Conversation.refusal(client.server().setExpression(readOnly)).contains("VM exits only"));
    }

    @Test
    void controlsExitReasonsAndMsrsAreNames() {
        assertEquals("0x1", repl("primary.cr3-load-exiting"));
        assertEquals("0x0", repl("secondary.enable-vpid"));
        assertEquals("0x1", repl("exit-reason == cpuid"));
        assertEquals("0x1", repl("enable-ept && !hlt-exiting"));
        assertEquals("0x5", repl("msr[0x3A] & 5"));
        assertEquals("0x1", repl("msr[0x480] & 0x7FFFFFFF == dword [0x202000]"));
        EvaluateArguments unknown = new EvaluateArguments();
        unknown.setExpression("msr[0x12345678]");
        assertTrue(Conversation.refusal(client.server().evaluate(unknown)).contains("no MSR 0x12345678"));
    }

    @Test
    void namesAreCompleted() {
        assertEquals(List.of("exit-reason"), complete("1 + exit-rea", 13));
        assertTrue(complete("primary.hlt", 12).contains("primary.hlt-exiting"));
        assertTrue(complete("rc", 3).contains("rcx"));
        assertTrue(complete("guest.rs", 9).contains("guest.rsp"));
        assertTrue(complete("hel + 1", 4).contains("helper"));
        assertEquals(List.of(), complete("zzz", 4));
    }

    private List<String> complete(String text, int column) {
        CompletionsArguments arguments = new CompletionsArguments();
        arguments.setText(text);
        arguments.setColumn(column);
        return Arrays.stream(Conversation.get(client.server().completions(arguments)).getTargets()).map(CompletionItem::getLabel).toList();
    }

    @Test
    void theStopIsExplainedTheSourcesAndTheImageAreListed() {
        ExceptionInfoArguments arguments = new ExceptionInfoArguments();
        arguments.setThreadId(1);
        ExceptionInfoResponse info = Conversation.get(client.server().exceptionInfo(arguments));
        assertEquals("cpuid", info.getExceptionId());
        assertEquals("VM exit 1: CPUID (10)", info.getDescription());
        assertEquals("VM exit 1: CPUID (10)\nexit qualification 0x0\nguest RIP " + HexLong.format(tiny.label("guest") + 5)
                + " (guest+0x5), an instruction of 2 bytes", info.getDetails().getMessage());
        List<String> sources = Arrays.stream(Conversation.get(client.server().loadedSources(new LoadedSourcesArguments())).getSources())
                .map(Source::getName).toList();
        assertEquals(List.of("tiny.asm", "handlers.asm"), sources.stream().sorted((a, b) -> b.compareTo(a)).toList());
        assertEquals("symbols and line table", Conversation.get(client.server().modules(new ModulesArguments())).getModules()[0]
                .getSymbolStatus());
        BreakpointLocationsArguments lines = new BreakpointLocationsArguments();
        lines.setSource(client.stack()[0].getSource());
        lines.setLine(100);
        lines.setEndLine(299);
        assertEquals(List.of(200), Arrays.stream(Conversation.get(client.server().breakpointLocations(lines)).getBreakpoints())
                .map(BreakpointLocation::getLine).toList());
    }

    @Test
    void registersThatAreWiderThan64BitsAreShownAndChanged() {
        int sse = client.scope(0, "SSE").getVariablesReference();
        assertEquals("0x0123456789abcdeffedcba9876543210", client.setVariable(sse, "xmm1", "0x0123456789abcdef_fedcba9876543210"));
        assertEquals("0x0123456789abcdeffedcba9876543210", client.variable(sse, "xmm1").getValue());
        int x87 = client.scope(0, "x87").getVariablesReference();
        assertEquals("0x4000c000000000000000 (3.0)", client.setVariable(x87, "st0", "0x4000c000000000000000"));
    }
}
