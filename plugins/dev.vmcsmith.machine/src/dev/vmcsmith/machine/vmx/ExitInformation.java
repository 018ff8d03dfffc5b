// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.EventInFlight;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;

/** What one VM exit reports (SDM "Recording VM-Exit Information and Updating VM-entry Control Fields"). Reused for every exit. */
final class ExitInformation {
    /** What RFLAGS.RF becomes in the guest-state area. */
    enum Resume { CLEAR, SET, KEEP }

    /** The exit-reason field: basic reason and the bits above. */
    int reason;
    long qualification;
    /** RIP to be saved. */
    long rip;
    int instructionLength;
    int instructionInformation;
    long linear;
    long physical;
    int interruption;
    int interruptionError;
    /** What WRMSRLIST would have written. */
    long msrData;
    /** IDT-vectoring information is recorded from the event in flight. */
    boolean vectoring;
    /** Pending debug exceptions survive the exit. */
    boolean keepsPendingDebug;
    Resume resume;

    /** Starts the report of an exit that an instruction causes. */
    ExitInformation instruction(int basicReason, long exitQualification, long guestRip, int length) {
        return start(basicReason, exitQualification, guestRip, length, Resume.CLEAR);
    }

    /** Starts the report of an exit between instructions. */
    ExitInformation event(int basicReason, long exitQualification, long guestRip) {
        return start(basicReason, exitQualification, guestRip, 0, Resume.KEEP);
    }

    private ExitInformation start(int basicReason, long exitQualification, long guestRip, int length, Resume rf) {
        reason = basicReason;
        qualification = exitQualification;
        rip = guestRip;
        instructionLength = length;
        instructionInformation = 0;
        linear = 0;
        physical = 0;
        interruption = 0;
        interruptionError = 0;
        msrData = 0;
        vectoring = false;
        keepsPendingDebug = false;
        resume = rf;
        return this;
    }

    /** Sets VM-exit interruption information from its parts. */
    void interruption(int type, int vector, boolean hasErrorCode, int errorCode) {
        interruption = 1 << 31 | type << 8 | vector | (hasErrorCode ? 1 << 11 : 0);
        interruptionError = errorCode;
    }

    /** An NMI causes the exit directly; from then on NMIs are blocked. */
    boolean isNmi() {
        return reason == ExitReason.EXCEPTION_NMI.number() && (interruption >> 8 & 7) == EventInFlight.NMI;
    }

    /** Writes the VM-exit information fields. */
    void record(Vmcs vmcs, EventInFlight inFlight) {
        vmcs.set(VmcsField.EXIT_REASON, reason);
        vmcs.set(VmcsField.EXIT_QUALIFICATION, qualification);
        vmcs.set(VmcsField.GUEST_LINEAR_ADDRESS, linear);
        vmcs.set(VmcsField.GUEST_PHYSICAL_ADDRESS, physical);
        vmcs.set(VmcsField.EXIT_INTERRUPTION_INFORMATION, interruption);
        vmcs.set(VmcsField.EXIT_INTERRUPTION_ERROR_CODE, interruptionError);
        boolean delivering = vectoring && inFlight.valid;
        vmcs.set(VmcsField.IDT_VECTORING_INFORMATION, delivering ? inFlight.information() : 0);
        vmcs.set(VmcsField.IDT_VECTORING_ERROR_CODE, delivering && inFlight.hasErrorCode ? inFlight.errorCode : 0);
        vmcs.set(VmcsField.EXIT_INSTRUCTION_LENGTH,
            delivering && isSoftware(inFlight.type) ? inFlight.instructionLength : instructionLength);
        vmcs.set(VmcsField.EXIT_INSTRUCTION_INFORMATION, instructionInformation & 0xFFFFFFFFL);
    }

    private static boolean isSoftware(int type) {
        return type >= EventInFlight.SOFTWARE_INTERRUPT;
    }
}
