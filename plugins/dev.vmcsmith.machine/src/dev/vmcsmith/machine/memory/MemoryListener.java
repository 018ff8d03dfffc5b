// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.memory;

/** Whoever caches something about memory: translations or decoded code. */
public interface MemoryListener {
    /** Cached write translations of this page must be dropped: writes have to be seen from now on. */
    default void pageGuarded(Page page) {
    }

    /** As {@link #pageGuarded} for every page. */
    default void allPagesGuarded() {
    }

    /** Bytes were written that decoded code was made of; the page has no code lines any more. */
    default void codeWritten(Page page) {
    }

    /** The physical address map changed: every cached translation is void. */
    default void mapChanged() {
    }
}
