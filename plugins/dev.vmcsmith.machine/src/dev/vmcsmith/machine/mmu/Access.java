// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

/** Kinds of access to a linear address. Plain integers for the hot path. */
public final class Access {
    public static final int READ = 0;
    public static final int WRITE = 1;
    public static final int FETCH = 2;

    private Access() {
    }
}
