// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * The past of a machine: snapshots now and then, and between them exact repetition. Instants are numbers of executed instructions. Going
 * back before a change that the user has made to the state undoes it.
 */
final class Timeline {
    private static final long FIRST_INTERVAL = 1_000_000;
    private static final int MOST_CHECKPOINTS = 64;

    /**
     * A snapshot and what was known then.
     *
     * @param afterChange whether the user had just changed the state: repetition from before would not lead here
     */
    private record Checkpoint(Snapshot snapshot, long instant, Recorder.Position position, boolean afterChange) {
    }

    private final Machine machine;
    private final Recorder recorder;
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private long interval = FIRST_INTERVAL;

    Timeline(Machine machine, Recorder recorder) {
        this.machine = machine;
        this.recorder = recorder;
    }

    /** The present begins the past that one can go back to. */
    void begin() {
        add(false);
    }

    private void add(boolean afterChange) {
        checkpoints.add(new Checkpoint(machine.snapshot(), machine.instructionCount(), recorder.save(), afterChange));
    }

    /** Instructions until the next snapshot is due. */
    long untilNext() {
        return checkpoints.isEmpty() ? Long.MAX_VALUE : Math.max(1, checkpoints.getLast().instant + interval - machine.instructionCount());
    }

    /** Takes a snapshot when one is due; keeps their number bounded by making them rarer. */
    void advance() {
        if (checkpoints.isEmpty() || machine.instructionCount() < checkpoints.getLast().instant + interval) {
            return;
        }
        add(false);
        if (checkpoints.size() > MOST_CHECKPOINTS) {
            interval *= 2;
            for (int i = checkpoints.size() - 2; i > 0; i -= 2) {
                if (!checkpoints.get(i).afterChange) {
                    machine.drop(checkpoints.remove(i).snapshot);
                }
            }
        }
    }

    /** The user has changed the state: what was known of the future is void. */
    void changed() {
        if (!checkpoints.isEmpty()) {
            recorder.forgetAfter(recorder.now());
            add(true);
        }
    }

    /** The earliest instant one can go to. */
    long beginning() {
        return checkpoints.getFirst().instant;
    }

    /** Whether there is a past at all. */
    boolean exists() {
        return !checkpoints.isEmpty();
    }

    /** The latest instant before another from which repetition can start. */
    long checkpointBefore(long instant) {
        long best = beginning();
        for (Checkpoint checkpoint : checkpoints) {
            if (checkpoint.instant < instant) {
                best = checkpoint.instant;
            }
        }
        return best;
    }

    /** The latest instant from which repetition leads to a VM exit. */
    long checkpointBeforeExit(long number) {
        long best = beginning();
        for (Checkpoint checkpoint : checkpoints) {
            if (checkpoint.position.exits() < number) {
                best = checkpoint.instant;
            }
        }
        return best;
    }

    /** Goes to an instant between the beginning and the present. */
    void goTo(long instant) {
        Checkpoint from = checkpoints.getFirst();
        for (Checkpoint checkpoint : checkpoints) {
            if (checkpoint.instant <= instant) {
                from = checkpoint;
            }
        }
        restore(from);
        while (machine.instructionCount() < instant) {
            long most = Math.min(instant - machine.instructionCount(), untilNext());
            StopReason reason = machine.run(StopCondition.NONE.withMaxInstructions(most));
            if (!(reason instanceof StopReason.InstructionLimit || reason instanceof StopReason.Paused)) {
                return;
            }
            advance();
        }
    }

    private void restore(Checkpoint to) {
        int index = checkpoints.indexOf(to);
        for (Checkpoint later : checkpoints.subList(index + 1, checkpoints.size())) {
            if (later.afterChange) {
                recorder.forgetAfter(later.position);
            }
        }
        checkpoints.subList(index + 1, checkpoints.size()).clear();
        machine.restore(to.snapshot);
        recorder.restore(to.position);
    }
}
