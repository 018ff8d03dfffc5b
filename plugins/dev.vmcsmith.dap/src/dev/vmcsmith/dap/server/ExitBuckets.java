// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ExitTimeline.Bucket;
import dev.vmcsmith.machine.VmExit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts VM exits per stretch of virtual time. */
final class ExitBuckets {
    private final long first;
    private final long width;
    private final int[] counts;
    private final long[] firstExits;
    private final List<Map<Integer, Integer>> reasons = new ArrayList<>();

    /** @param width instructions per bucket, at least 1 */
    ExitBuckets(long first, long width, int buckets) {
        this.first = first;
        this.width = width;
        this.counts = new int[buckets];
        this.firstExits = new long[buckets];
        for (int i = 0; i < buckets; i++) {
            reasons.add(new HashMap<>());
        }
    }

    /** Counts an exit; one outside the buckets is left out. */
    void add(VmExit exit) {
        long index = Math.floorDiv(exit.instructionCount() - first, width);
        if (index >= 0 && index < counts.length) {
            int bucket = (int) index;
            if (counts[bucket]++ == 0) {
                firstExits[bucket] = exit.number();
            }
            reasons.get(bucket).merge(exit.reason(), 1, Integer::sum);
        }
    }

    List<Bucket> buckets() {
        List<Bucket> buckets = new ArrayList<>(counts.length);
        for (int i = 0; i < counts.length; i++) {
            int most = reasons.get(i).entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(-1);
            buckets.add(new Bucket(counts[i], firstExits[i], most));
        }
        return buckets;
    }
}
