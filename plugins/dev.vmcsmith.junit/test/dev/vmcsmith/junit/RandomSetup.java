// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A random setup of one guest, or of two on a processor each, for a hypervisor of 64 or of 32 bits. */
final class RandomSetup {
    private final String host;
    private final List<RandomGuest> guests = new ArrayList<>();

    RandomSetup(long seed) {
        Random random = new Random(seed);
        host = random.nextBoolean() ? "long-64" : "protected-32";
        boolean two = random.nextInt(4) == 0;
        guests.add(new RandomGuest("First", 0, random, !two));
        if (two) {
            guests.add(new RandomGuest("Second", 0x10_0000, random, false));
        }
    }

    List<RandomGuest> guests() {
        return guests;
    }

    /** Whether every guest comes to its end. */
    boolean ends() {
        return guests.stream().noneMatch(guest -> guest.exits().isEmpty());
    }

    String text() {
        StringBuilder out = new StringBuilder("machine { host " + host + " }\n");
        guests.forEach(guest -> out.append(guest.text()));
        out.append("run ").append(String.join(", ", guests.stream().map(RandomGuest::name).toList())).append(" {\n");
        guests.forEach(guest -> out.append(guest.expectations()));
        return out.append("}\n").toString();
    }
}
