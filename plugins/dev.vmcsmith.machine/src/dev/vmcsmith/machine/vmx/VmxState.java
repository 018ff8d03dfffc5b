// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

/** Everything that VMX of one processor remembers outside memory: what a snapshot keeps. Filled and read by {@link Vmx}. */
public final class VmxState {
    /** Where the processor is. */
    enum Place { OUTSIDE, ROOT, NON_ROOT }

    final Vmcs vmcs = new Vmcs();
    Place place;
    long vmxonPointer;
    long currentPointer;
    boolean virtualNmiBlocked;
    long nmiUnblockedAt;
    long firstPause;
    long lastPause;
    boolean busLocked;
    boolean trapPending;
    long trapAfter;
    long trapRip;
    long timerStart;
    long deadline;
    int apicExitReason;
    long apicExitQualification;

    VmxState() {
    }
}
