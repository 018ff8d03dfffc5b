// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import dev.vmcsmith.machine.memory.Watch;
import dev.vmcsmith.vmx.VmcsField;
import java.util.HexFormat;

/** Why a run ended. Every run ends with one of these, never with a Java exception. */
public sealed interface StopReason {
    /** One line for a person. */
    String text();

    /** Whether the run may go on with another {@code run} or {@code step}. */
    default boolean resumable() {
        return false;
    }

    /** {@link Machine#requestPause()} was called. */
    record Paused() implements StopReason {
        @Override
        public String text() {
            return "paused";
        }

        @Override
        public boolean resumable() {
            return true;
        }
    }

    /** The next instruction of the processor has a breakpoint. */
    record Breakpoint(int cpu, long address, boolean nonRoot) implements StopReason {
        @Override
        public String text() {
            return "breakpoint at " + hex(address) + (nonRoot ? " in the guest" : "");
        }

        @Override
        public boolean resumable() {
            return true;
        }
    }

    record StepDone() implements StopReason {
        @Override
        public String text() {
            return "step done";
        }

        @Override
        public boolean resumable() {
            return true;
        }
    }

    /** A VM exit has been taken; the processor is at the host's entry point. */
    record VmExitStop(VmExit exit) implements StopReason {
        @Override
        public String text() {
            return exit.text();
        }

        @Override
        public boolean resumable() {
            return true;
        }
    }

    /** A VM entry failed: VMfail, or exit 33, 34 or 41; the processor is after the instruction or at the host's entry point. */
    record EntryFailure(String why) implements StopReason {
        @Override
        public String text() {
            return "VM entry failed: " + why;
        }

        @Override
        public boolean resumable() {
            return true;
        }
    }

    /** A VM entry has been completed; the processor is at the next instruction of the guest. */
    record VmEntryStop(int cpu, long vmcs, boolean launch) implements StopReason {
        @Override
        public String text() {
            return (launch ? "VMLAUNCH" : "VMRESUME") + " with the VMCS at " + hex(vmcs);
        }

        @Override
        public boolean resumable() {
            return true;
        }
    }

    /** Watched bytes of memory were used; the instruction has been completed. */
    record MemoryUse(int cpu, Watch watch, long address, int size, boolean write) implements StopReason {
        @Override
        public String text() {
            return (write ? "write of " : "read of ") + size + " bytes at physical address " + hex(address);
        }

        @Override
        public boolean resumable() {
            return true;
        }
    }

    /** A watched field of the current VMCS was read or written, by an instruction or by a VM exit; that has been completed. */
    record FieldUse(int cpu, VmcsField field, boolean write, long before, long after) implements StopReason {
        @Override
        public String text() {
            return write ? field.sdmName() + " was " + field.format(before) + ", is " + field.format(after)
                    : field.sdmName() + " was read: " + field.format(after);
        }

        @Override
        public boolean resumable() {
            return true;
        }
    }

    /** HLT, and nothing in the machine can wake the processors. */
    record Halted(long rip) implements StopReason {
        @Override
        public String text() {
            return "halted at " + hex(rip) + " with nothing that could wake it";
        }
    }

    /** A write to the debug-exit port 0xF4. */
    record DebugExit(int value) implements StopReason {
        /** The exit code QEMU's isa-debug-exit gives for it. */
        public int exitCode() {
            return value << 1 | 1;
        }

        @Override
        public String text() {
            return "debug exit with value " + value;
        }
    }

    record PowerOff() implements StopReason {
        @Override
        public String text() {
            return "powered off";
        }
    }

    /**
     * The software asked for a reset, and the machine does not start again by itself.
     *
     * @param how   the port, or the interrupt command
     * @param scope what it resets
     */
    record Reset(String how, Scope scope) implements StopReason {
        /** How far a reset goes. */
        public enum Scope {
            /** An INIT of the bootstrap processor. */
            BOOTSTRAP_PROCESSOR,
            /** All processors; devices stay as they are. */
            PROCESSORS,
            /** Processors and devices. Memory and CMOS keep what they hold. */
            ALL
        }

        @Override
        public String text() {
            return "reset through " + how;
        }
    }

    record TripleFault(String detail) implements StopReason {
        @Override
        public String text() {
            return "triple fault: " + detail;
        }
    }

    record InstructionLimit(long limit) implements StopReason {
        @Override
        public String text() {
            return "instruction limit of " + limit + " reached";
        }

        @Override
        public boolean resumable() {
            return true;
        }
    }

    /** Bytes that are no instruction, or one this machine does not have, and no handler for #UD. */
    record UnknownInstruction(long rip, byte[] bytes, String what) implements StopReason {
        @Override
        public String text() {
            return "unknown instruction at " + hex(rip) + ": " + HexFormat.ofDelimiter(" ").formatHex(bytes)
                + (what.isEmpty() ? "" : " (" + what + ")");
        }
    }

    /** Something this machine does not do, or an error inside it. */
    record Unsupported(String what) implements StopReason {
        @Override
        public String text() {
            return "not supported: " + what;
        }
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
