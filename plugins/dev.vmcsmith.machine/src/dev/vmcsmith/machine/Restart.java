// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import dev.vmcsmith.machine.StopReason.Reset.Scope;
import dev.vmcsmith.machine.boot.Firmware;
import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.device.Board;
import dev.vmcsmith.machine.event.Reset;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.machine.vmx.Vmx;
import java.util.List;

/**
 * What firmware does at the reset vector. With a shutdown code in CMOS it goes on where the software says, in the words at 0x467; else it
 * boots, which the machine does only when it was told to.
 */
final class Restart {
    private static final int CONTINUE_WITH_EOI = 5, CONTINUE = 0xA;
    private static final long CONTINUE_AT = 0x467;
    private static final int PIC_COMMAND = 0x20, EOI = 0x20;

    private final List<Cpu> cpus;
    private final List<Vmx> vmx;
    private final Board board;
    private final PhysicalMemory memory;
    private Runnable boot = () -> { };
    private boolean boots;

    Restart(List<Cpu> cpus, List<Vmx> vmx, Board board, PhysicalMemory memory) {
        this.cpus = cpus;
        this.vmx = vmx;
        this.board = board;
        this.memory = memory;
    }

    /** @param loader puts the program into memory and processor 0 at its beginning; done at once */
    void setBoot(Runnable loader) {
        boot = () -> {
            Firmware.install(memory, cpus.size());
            loader.run();
        };
        boot.run();
    }

    /** Whether a reset or a triple fault boots the program again; otherwise it ends the run. */
    void setBoots(boolean on) {
        boots = on;
    }

    /** Starts the processors again after what ended a run, if that is a reset; false when the run ends. */
    boolean after(StopReason reason) {
        boolean tripleFault = reason instanceof StopReason.TripleFault;
        if (!tripleFault && !(reason instanceof StopReason.Reset)) {
            return false;
        }
        Scope scope = reason instanceof StopReason.Reset reset ? reset.scope() : Scope.ALL;
        int code = tripleFault ? 0 : board.takeShutdownCode();
        if (code == CONTINUE || code == CONTINUE_WITH_EOI) {
            continueAtVector(scope, code == CONTINUE_WITH_EOI);
            return true;
        }
        if (boots) {
            cpus.forEach(cpu -> start(cpu, true));
            board.reset(scope == Scope.ALL);
            boot.run();
        }
        return boots;
    }

    private void continueAtVector(Scope scope, boolean endOfInterrupt) {
        for (Cpu cpu : cpus) {
            if (scope != Scope.BOOTSTRAP_PROCESSOR || cpu.id == 0) {
                start(cpu, scope == Scope.ALL);
                board.resetApic(cpu);
            }
        }
        if (scope == Scope.ALL) {
            board.reset(true);
        }
        if (endOfInterrupt) {
            board.portWrite(PIC_COMMAND, 1, EOI);
        }
        int vector = memory.read32(CONTINUE_AT);
        Reset.realMode(cpus.get(0), vector >>> 16, vector & 0xFFFF);
    }

    private void start(Cpu cpu, boolean powerUp) {
        if (!vmx.isEmpty()) {
            vmx.get(cpu.id).reset();
        }
        Activity activity = cpu.id == 0 ? Activity.ACTIVE : Activity.WAIT_FOR_SIPI;
        if (powerUp) {
            Reset.powerUp(cpu, activity);
        } else {
            Reset.init(cpu, activity);
        }
    }
}
