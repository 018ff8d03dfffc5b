// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.image.Symbol;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variables of a setup's handlers. The compiler keeps each in 8 bytes under a symbol: {@code var_NAME_NUMBER} for one that all handlers
 * share, {@code let_NAME_NUMBER} for a name that a handler gives to a value; {@code $} stands for a hyphen.
 */
final class HandlerVariables {
    static final int BYTES = 8;
    private static final Pattern LABEL = Pattern.compile("(?:var|let)_(.+)_\\d+");

    private final Debuggee debuggee;
    private Map<String, MemoryReference> places;

    HandlerVariables(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    private synchronized Map<String, MemoryReference> places() {
        if (places == null) {
            places = new LinkedHashMap<>();
            if (debuggee.image().machine().isPresent()) {
                debuggee.image().symbols().symbols().forEach(this::add);
            }
        }
        return places;
    }

    /** A name that several handlers use has the number of its label from the second time on. */
    private void add(Symbol symbol) {
        Matcher label = LABEL.matcher(symbol.name());
        if (label.matches()) {
            String name = label.group(1).replace('$', '-');
            places.putIfAbsent(places.containsKey(name) ? symbol.name().substring("let_".length()) : name,
                    new MemoryReference(MemorySpace.HOST_VIRTUAL, symbol.address()));
        }
    }

    /** The names of all variables. */
    List<String> names() {
        return List.copyOf(places().keySet());
    }

    /** Where a variable is kept. */
    Optional<MemoryReference> place(String name) {
        return Optional.ofNullable(places().get(name));
    }

    OptionalLong value(String name) {
        Optional<MemoryReference> place = place(name);
        return place.isEmpty() ? OptionalLong.empty() : OptionalLong.of(debuggee.memory().number(place.get(), BYTES));
    }
}
