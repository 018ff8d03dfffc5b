// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.image.Symbol;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.lsp4j.debug.CompletionItem;
import org.eclipse.lsp4j.debug.CompletionItemType;
import org.eclipse.lsp4j.debug.CompletionsArguments;
import org.eclipse.lsp4j.debug.CompletionsResponse;

/** What can go on at a place in an expression: registers, VMCS fields, variables, address spaces, symbols. */
final class Completions {
    private static final int MOST = 200;

    private final Debuggee debuggee;

    Completions(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    CompletionsResponse answer(CompletionsArguments arguments) {
        String text = arguments.getText();
        int column = Math.clamp(arguments.getColumn() - 1, 0, text.length());
        int start = column;
        while (start > 0 && isNamePart(text.charAt(start - 1))) {
            start--;
        }
        String prefix = text.substring(start, column).toLowerCase(Locale.ROOT);
        List<CompletionItem> items = new ArrayList<>();
        for (Map.Entry<String, CompletionItemType> candidate : candidates().entrySet()) {
            if (items.size() < MOST && candidate.getKey().toLowerCase(Locale.ROOT).startsWith(prefix)) {
                CompletionItem item = new CompletionItem();
                item.setLabel(candidate.getKey());
                item.setText(candidate.getKey());
                item.setType(candidate.getValue());
                item.setStart(start);
                item.setLength(column - start);
                items.add(item);
            }
        }
        CompletionsResponse response = new CompletionsResponse();
        response.setTargets(items.toArray(CompletionItem[]::new));
        return response;
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
    }

    private Map<String, CompletionItemType> candidates() {
        Map<String, CompletionItemType> all = new LinkedHashMap<>();
        int bits = debuggee.topFrame().registers().codeBits();
        for (RegisterNames.Group group : RegisterNames.Group.values()) {
            for (String register : RegisterNames.of(group, bits)) {
                List<String> parts = RegisterNames.partsOf(register);
                all.put(register, CompletionItemType.VARIABLE);
                parts.forEach(part -> all.put(register + "." + part, CompletionItemType.VARIABLE));
                all.put("guest." + register, CompletionItemType.VARIABLE);
                all.put("host." + register, CompletionItemType.VARIABLE);
            }
        }
        debuggee.locals().of(debuggee.topFrame()).keySet().forEach(name -> all.put(name, CompletionItemType.VARIABLE));
        debuggee.handlerVariables().names().forEach(name -> all.put(name, CompletionItemType.VARIABLE));
        for (int i = 0; i < VmcsField.count(); i++) {
            VmcsField field = VmcsField.at(i);
            if (debuggee.machine().vmcsFieldExists(debuggee.activeCpu().id, field)) {
                all.putIfAbsent(field.qualifiedName(), CompletionItemType.FIELD);
                all.putIfAbsent(field.hvName(), CompletionItemType.FIELD);
            }
        }
        for (ControlBit bit : ControlBit.values()) {
            all.putIfAbsent(bit.field().hvName() + "." + bit.hvName(), CompletionItemType.PROPERTY);
        }
        for (ExitReason reason : ExitReason.values()) {
            all.putIfAbsent(reason.hvName(), CompletionItemType.ENUM);
        }
        for (String space : new String[] {"guest-virtual", "guest-physical", "host-virtual", "host-physical"}) {
            for (String width : new String[] {"byte", "word", "dword", "qword"}) {
                all.put(space + "." + width + "[", CompletionItemType.KEYWORD);
            }
        }
        for (Symbol symbol : debuggee.image().symbols().symbols()) {
            all.putIfAbsent(symbol.name(), CompletionItemType.FUNCTION);
        }
        return all;
    }
}
