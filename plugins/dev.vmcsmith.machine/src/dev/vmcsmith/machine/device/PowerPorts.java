// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.StopReason.Reset.Scope;
import dev.vmcsmith.machine.cpu.MachineStop;

/**
 * The ports of power and reset but for ACPI's: debug exit, power-off as Bochs has it, and three ways to reset. Ports 0x92 and 0x64 reset the processors alone; 0xCF9
 * does so too unless its bit 1 asks for the devices as well.
 */
final class PowerPorts implements PortDevice, Saved {
    private static final int DEBUG_EXIT = 0xF4, BOCHS_POWER = 0xB004, SHUTDOWN = 0x8900, FAST = 0x92, RESET = 0xCF9,
        KEYBOARD = 0x64, KEYBOARD_DATA = 0x60;
    static final int[] PORTS = {DEBUG_EXIT, BOCHS_POWER, SHUTDOWN, FAST, RESET, KEYBOARD, KEYBOARD_DATA};
    private static final String WORD = "Shutdown";

    /** Status of the keyboard controller: not locked, nothing waits to be taken. */
    private static final int READY = 0x10;
    private static final int READ_OUTPUT_PORT = 0xD0, WRITE_OUTPUT_PORT = 0xD1, SELF_TEST = 0xAA, PULSE_RESET = 0xFE;

    private static final int FAST_RESET = 1, A20 = 2;
    private static final int RESET_SYSTEM = 2, RESET_CPU = 4, FULL_RESET = 8;

    private int matched;
    private int fast = A20;
    private int resetControl;
    private int answer;
    private boolean answered;
    private boolean outputPortFollows;

    @Override
    public void exchange(StateBuffer s) {
        matched = s.of(matched);
        fast = s.of(fast);
        resetControl = s.of(resetControl);
        answer = s.of(answer);
        answered = s.of(answered);
        outputPortFollows = s.of(outputPortFollows);
    }

    /** What is left of a keyboard controller when no keyboard is there: self-test, A20 and reset. */
    private void keyboardCommand(int command) {
        outputPortFollows = command == WRITE_OUTPUT_PORT;
        switch (command) {
            case PULSE_RESET -> throw reset("port 0x64", Scope.PROCESSORS);
            case SELF_TEST -> answer(0x55);
            case READ_OUTPUT_PORT -> answer(3);
            default -> { }
        }
    }

    /** Power-on state, except that what tells of a reset of the processors stays when it was one. */
    void reset(boolean all) {
        matched = answer = 0;
        answered = outputPortFollows = false;
        if (all) {
            fast = A20;
            resetControl = 0;
        }
    }

    private static MachineStop reset(String how, Scope scope) {
        return new MachineStop(new StopReason.Reset(how, scope));
    }

    private void answer(int value) {
        answer = value;
        answered = true;
    }

    @Override
    public int width(int port) {
        return port == DEBUG_EXIT || port == BOCHS_POWER ? 4 : 1;
    }

    @Override
    public int read(int port, int size) {
        return switch (port) {
            case FAST -> fast;
            case RESET -> resetControl;
            case DEBUG_EXIT -> 0;
            case KEYBOARD_DATA -> {
                answered = false;
                yield answer;
            }
            case KEYBOARD -> READY | (answered ? 1 : 0);
            default -> -1;
        };
    }

    @Override
    public void write(int port, int size, int value) {
        switch (port) {
            case DEBUG_EXIT -> throw new MachineStop(new StopReason.DebugExit(value));
            case BOCHS_POWER -> {
                if ((value & 0x2000) != 0) {
                    throw new MachineStop(new StopReason.PowerOff());
                }
            }
            case SHUTDOWN -> {
                matched = (value & 0xFF) == WORD.charAt(matched) ? matched + 1 : 0;
                if (matched == WORD.length()) {
                    matched = 0;
                    throw new MachineStop(new StopReason.PowerOff());
                }
            }
            case FAST -> {
                boolean edge = (value & ~fast & FAST_RESET) != 0;
                fast = value & 0xFF;
                if (edge) {
                    throw reset("port 0x92", Scope.PROCESSORS);
                }
            }
            case RESET -> {
                boolean edge = (value & ~resetControl & RESET_CPU) != 0;
                resetControl = value & (RESET_SYSTEM | RESET_CPU | FULL_RESET);
                if (edge) {
                    throw reset("port 0xCF9", (value & RESET_SYSTEM) != 0 ? Scope.ALL : Scope.PROCESSORS);
                }
            }
            case KEYBOARD -> keyboardCommand(value & 0xFF);
            case KEYBOARD_DATA -> {
                if (outputPortFollows && (value & 1) == 0) {
                    throw reset("port 0x64", Scope.PROCESSORS);
                }
                outputPortFollows = false;
            }
            default -> { }
        }
    }
}
