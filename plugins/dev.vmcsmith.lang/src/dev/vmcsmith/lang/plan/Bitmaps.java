// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.IoBitmap;
import dev.vmcsmith.lang.hv.MsrAccess;
import dev.vmcsmith.lang.hv.MsrBitmap;
import dev.vmcsmith.lang.hv.PortRange;
import java.util.OptionalLong;
import org.eclipse.emf.ecore.EObject;

/** Fills the bitmaps that decide which MSR and port accesses make a VM exit. */
final class Bitmaps {
    private static final int PAGE = 4096;
    private static final long LOW_END = 0x1FFF;
    private static final long HIGH_START = 0xC000_0000L;
    private static final long HIGH_END = 0xC000_1FFFL;

    private final Planning planning;

    Bitmaps(Planning planning) {
        this.planning = planning;
    }

    /** SDM "MSR-Bitmap Address": four bitmaps of 1 KiB, read low, read high, write low, write high. */
    byte[] msrs(MsrBitmap bitmap) {
        byte[] bits = new byte[PAGE];
        for (MsrAccess access : bitmap.getAccesses()) {
            long[] range = range(access.getFrom(), access.getTo(), access);
            if (range == null) {
                continue;
            }
            boolean low = range[0] >= 0 && range[1] <= LOW_END;
            boolean high = range[0] >= HIGH_START && range[1] <= HIGH_END;
            if (!low && !high) {
                planning.error(IssueCodes.BAD_VALUE, "an MSR bitmap covers 0 to 0x1FFF and 0xC0000000 to 0xC0001FFF; all others"
                        + " make a VM exit always",
                        access, null);
                continue;
            }
            int start = ("write".equals(access.getAccess()) ? PAGE / 2 : 0) + (high ? PAGE / 4 : 0);
            for (long msr = range[0]; msr <= range[1]; msr++) {
                set(bits, start * 8 + (int) (msr & LOW_END));
            }
        }
        return bits;
    }

    /** SDM "I/O-Bitmap Addresses": a bit per port, 0 to 0x7FFF in bitmap A, the others in B. */
    byte[] ports(IoBitmap bitmap) {
        byte[] bits = new byte[2 * PAGE];
        for (PortRange ports : bitmap.getPorts()) {
            long[] range = range(ports.getFrom(), ports.getTo(), ports);
            if (range != null && (range[0] < 0 || range[1] > 0xFFFF)) {
                planning.error(IssueCodes.BAD_VALUE, "ports are 0 to 0xFFFF", ports, null);
            } else if (range != null) {
                for (int port = (int) range[0]; port <= range[1]; port++) {
                    set(bits, port);
                }
            }
        }
        return bits;
    }

    /** First and last number, null when they are not known or in the wrong order. */
    private long[] range(Expression from, Expression to, EObject origin) {
        OptionalLong first = planning.constant(from);
        OptionalLong last = to == null ? first : planning.constant(to);
        if (first.isEmpty() || last.isEmpty()) {
            return null;
        }
        if (last.getAsLong() < first.getAsLong()) {
            planning.error(IssueCodes.BAD_VALUE, "a range ends at or after its start", origin, null);
            return null;
        }
        return new long[] {first.getAsLong(), last.getAsLong()};
    }

    private static void set(byte[] bits, int bit) {
        bits[bit >> 3] |= (byte) (1 << (bit & 7));
    }
}
