// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Names of addresses, both ways. Immutable; lookups cost a binary search or a hash. */
public final class SymbolTable {
    public static final SymbolTable EMPTY = new SymbolTable(List.of());

    /** How many symbols before an address are asked whether they cover it: enough for labels inside functions. */
    private static final int LOOK_BACK = 64;

    private final List<Symbol> all;
    private final Symbol[] byAddress;
    private final Map<String, Symbol> byName;

    public SymbolTable(Collection<Symbol> symbols) {
        all = List.copyOf(symbols);
        byAddress = all.stream().filter(s -> s.kind() != Symbol.Kind.CONSTANT)
                .sorted(Comparator.comparing(Symbol::address, Long::compareUnsigned)).toArray(Symbol[]::new);
        byName = HashMap.newHashMap(all.size());
        for (Symbol symbol : all) {
            byName.putIfAbsent(symbol.name(), symbol);
        }
    }

    /** All symbols in the order of the file. */
    public List<Symbol> symbols() {
        return all;
    }

    public Optional<Symbol> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The value of a symbol by its exact name. */
    public OptionalLong address(String name) {
        Symbol symbol = byName.get(name);
        return symbol == null ? OptionalLong.empty() : OptionalLong.of(symbol.address());
    }

    /**
     * The last symbol at or before an address that covers it. Of several at one address one with a size, then the first of the file.
     */
    public Optional<Place> nearest(long address) {
        int end = upperBound(address);
        for (int i = end - 1; i >= 0 && i >= end - LOOK_BACK; i--) {
            if (byAddress[i].covers(address)) {
                Symbol best = best(i, address);
                return Optional.of(new Place(best, address - best.address()));
            }
        }
        return Optional.empty();
    }

    private Symbol best(int last, long address) {
        Symbol best = byAddress[last];
        for (int i = last - 1; i >= 0 && byAddress[i].address() == best.address(); i--) {
            Symbol other = byAddress[i];
            if (other.covers(address) && (other.size() != 0 || best.size() == 0)) {
                best = other;
            }
        }
        return best;
    }

    private int upperBound(long address) {
        int low = 0;
        int high = byAddress.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(byAddress[middle].address(), address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SymbolTable table && all.equals(table.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return Arrays.toString(byAddress);
    }

    /** A symbol and the distance from it in bytes; its text is {@code name} or {@code name+0x12}. */
    public record Place(Symbol symbol, long offset) {
        @Override
        public String toString() {
            return offset == 0 ? symbol.name() : symbol.name() + "+0x" + Long.toHexString(offset);
        }
    }
}
