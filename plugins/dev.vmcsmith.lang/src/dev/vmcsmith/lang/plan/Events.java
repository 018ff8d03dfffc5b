// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.Inject;
import dev.vmcsmith.x86.Vector;

/** How {@code inject} is encoded (SDM "VM-Entry Controls for Event Injection"). */
public final class Events {
    private static final long VALID = 0x8000_0000L;
    private static final long ERROR_CODE = 1 << 11;
    private static final int TYPE_SHIFT = 8;

    private Events() {
    }

    /** The VM-entry interruption information without the vector that {@code number} gives. */
    public static long information(Inject inject) {
        if (inject.getKind() == null) {
            long type = 3;
            int vector = Vector.byName(inject.getVector());
            return VALID | type << TYPE_SHIFT | vector | (Vector.hasErrorCode(vector) ? ERROR_CODE : 0);
        }
        return VALID | switch (inject.getKind()) {
            case "nmi" -> 2L << TYPE_SHIFT | Vector.NMI;
            case "software-interrupt" -> 4L << TYPE_SHIFT;
            case "mtf" -> 7L << TYPE_SHIFT;
            default -> 0;
        };
    }

    /** Bytes of the instruction that raises the event, 0 when none does: INT n has two. */
    public static int instructionLength(Inject inject) {
        return "software-interrupt".equals(inject.getKind()) ? 2 : 0;
    }
}
