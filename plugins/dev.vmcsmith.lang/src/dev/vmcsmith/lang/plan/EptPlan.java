// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.Ept;
import java.util.List;

/**
 * One {@code ept}: ranges in the order of the file, of which a later one wins over an earlier one.
 *
 * @param memoryType     of the paging structures themselves, in the EPTP
 * @param walk           levels, 4 or 5
 * @param accessedDirty  whether the processor keeps accessed and dirty flags
 */
public record EptPlan(String name, Ept origin, List<Range> ranges, int memoryType, int walk, boolean accessedDirty) {
    /**
     * Guest-physical addresses from {@code from} to before {@code to}.
     *
     * @param target host-physical address of {@code from}, -1 when the range is not mapped
     * @param rights  of the EPT entry bits 2:0, user execute (10) and, as they are asked for, ignore PAT (6) and suppress #VE (63)
     * @param largest bytes of the largest page that may map the range: 4 KiB, 2 MiB or 1 GiB
     */
    public record Range(long from, long to, long target, long rights, int memoryType, long largest) {
        public boolean mapped() {
            return target != -1;
        }

        boolean contains(long address) {
            return Long.compareUnsigned(address, from) >= 0 && Long.compareUnsigned(address, to) < 0;
        }
    }

    /** The host-physical address of a guest-physical one, -1 when it is not mapped. */
    public long translate(long address) {
        Range range = at(address);
        return range == null || !range.mapped() ? -1 : range.target + (address - range.from);
    }

    /** The range that decides about an address, null if there is none. */
    public Range at(long address) {
        for (Range range : ranges.reversed()) {
            if (range.contains(address)) {
                return range;
            }
        }
        return null;
    }
}
