// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.util.Optional;

/** The call frame information of an image. */
@FunctionalInterface
public interface CallFrames {

    /** An image whose compiler left none. */
    CallFrames NONE = address -> Optional.empty();

    /** How to get from the instruction at a linear address back to the caller; empty when the compiler does not say. */
    Optional<CallFrame> at(long address);
}
