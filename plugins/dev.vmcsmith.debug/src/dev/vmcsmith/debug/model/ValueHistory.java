// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import java.util.HashMap;
import java.util.Map;

/** Remembers what was last seen of each variable, to tell which values differ since the previous stop. */
final class ValueHistory {

    private final Map<String, String> before = new HashMap<>();
    private final Map<String, String> now = new HashMap<>();

    /** A new stop: what is known now becomes the past. */
    synchronized void advance() {
        before.putAll(now);
        now.clear();
    }

    /** Notes a value of the current stop. */
    synchronized void note(String path, String value) {
        now.put(path, value);
    }

    /** Whether the variable had another value when it was last seen at an earlier stop. */
    synchronized boolean changed(String path) {
        String past = before.get(path);
        return past != null && now.containsKey(path) && !past.equals(now.get(path));
    }
}
