// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import java.util.ArrayList;
import java.util.List;

/** Numbers by which a client refers to things of the current stop. They all end when the machine resumes. */
final class Handles<T> {
    private static final int FIRST = 1;

    private final List<T> things = new ArrayList<>();

    /** A number for a thing, at least 1. */
    int add(T thing) {
        things.add(thing);
        return things.size() - 1 + FIRST;
    }

    /**
     * The thing behind a number.
     *
     * @throws RequestFailure when the number is from an earlier stop
     */
    T get(int handle) {
        int index = handle - FIRST;
        if (index < 0 || index >= things.size()) {
            throw new RequestFailure("this belongs to an earlier stop");
        }
        return things.get(index);
    }

    void clear() {
        things.clear();
    }
}
