// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;

/** A device that has state. */
interface Saved {
    /** Saves or loads it. */
    void exchange(StateBuffer s);
}
