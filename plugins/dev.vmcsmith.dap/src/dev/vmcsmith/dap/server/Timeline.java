// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The run of a machine as far as it is known: snapshots now and then, and between them exact repetition. Instants are numbers of executed
 * instructions. Snapshots are close together near the present and rarer the farther away they are, so that a short way back is quick in a
 * run of any length. The future stays known after going back, until the user changes the state; going back before such a change undoes it.
 */
final class Timeline {
    /** Instructions between two snapshots near the present, where few exits occur. */
    private static final long WIDEST = 250_000;
    private static final long NARROWEST = 10_000;
    /** Exits between two snapshots near the present, where many occur: an exit takes as long as hundreds of instructions. */
    private static final long EXITS = 1_000;
    /** A snapshot this many times its gap away from the present may be dropped. */
    private static final long SPREAD = 16;
    private static final int ADVANCES_PER_MEASUREMENT = 32;
    private static final int SHARE_OF_HEAP = 4;

    /**
     * A snapshot and what was known then.
     *
     * @param afterChange whether the user had just changed the state: repetition from before would not lead here
     */
    private record Checkpoint(Snapshot snapshot, long instant, Recorder.Position position, boolean afterChange) {
    }

    private final Machine machine;
    private final Recorder recorder;
    private final BooleanSupplier cancelled;
    /** Ascending by instant. */
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private long closest = NARROWEST;
    /** How many times rarer than usual snapshots are, because memory is short. */
    private long rarer = 1;
    private int advances;
    /** How often a way has led back before a change of the user. */
    private long undoings;
    private volatile long start;
    private volatile long reached;
    private volatile long to;
    /** Where a search back in time began; −1 when the way is to a known instant. */
    private volatile long searchStart = -1;
    private volatile long searchedTo;
    private volatile long firstInstant;

    /** @param cancelled whether the user does not want to wait any longer; a way to another instant may then end before it */
    Timeline(Machine machine, Recorder recorder, BooleanSupplier cancelled) {
        this.machine = machine;
        this.recorder = recorder;
        this.cancelled = cancelled;
    }

    /** The present begins the past that one can go back to. */
    void begin() {
        checkpoints.add(take(false));
        firstInstant = beginning();
    }

    private Checkpoint take(boolean afterChange) {
        return new Checkpoint(machine.snapshot(), machine.instructionCount(), recorder.save(), afterChange);
    }

    /** Index of the latest snapshot that is not after an instant; the first when all are. */
    private int indexAt(long instant) {
        int index = 0;
        for (int i = 1; i < checkpoints.size() && checkpoints.get(i).instant <= instant; i++) {
            index = i;
        }
        return index;
    }

    /** Instructions until the next snapshot is due. */
    long untilNext() {
        if (checkpoints.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long now = machine.instructionCount();
        return Math.max(1, checkpoints.get(indexAt(now)).instant + closest - now);
    }

    /** Takes a snapshot when one is due; drops those that are too many. */
    void advance() {
        if (checkpoints.isEmpty()) {
            return;
        }
        long now = machine.instructionCount();
        int before = indexAt(now);
        if (now < checkpoints.get(before).instant + closest) {
            return;
        }
        Checkpoint taken = take(false);
        adapt(checkpoints.get(before), taken);
        checkpoints.add(before + 1, taken);
        thin(now);
        if (++advances % ADVANCES_PER_MEASUREMENT == 0 && bytes() > Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP) {
            rarer *= 2;
            closest *= 2;
            thin(now);
        }
    }

    /** The next stretch will have about as many exits for its length as the last one. */
    private void adapt(Checkpoint last, Checkpoint now) {
        long exits = Math.max(1, now.position.exits() - last.position.exits());
        closest = Math.clamp((now.instant - last.instant) * EXITS / exits, NARROWEST, Math.min(WIDEST, 2 * closest)) * rarer;
    }

    private void thin(long now) {
        for (int i = checkpoints.size() - 2; i > 0; i--) {
            Checkpoint candidate = checkpoints.get(i);
            long gap = checkpoints.get(i + 1).instant - checkpoints.get(i - 1).instant;
            boolean close = gap <= Math.max(closest, Math.abs(now - candidate.instant) / SPREAD);
            if (!candidate.afterChange && candidate.instant != now && close) {
                machine.drop(candidate.snapshot);
                checkpoints.remove(i);
            }
        }
    }

    private long bytes() {
        long sum = 0;
        for (int i = 0; i < checkpoints.size(); i++) {
            sum += checkpoints.get(i).snapshot.bytesBesides(i == 0 ? null : checkpoints.get(i - 1).snapshot);
        }
        return sum;
    }

    /** The user has changed the state: what was known of the future is void. */
    void changed() {
        if (!checkpoints.isEmpty()) {
            recorder.forgetAfter(recorder.now());
            dropFrom(indexAt(machine.instructionCount()) + 1);
            checkpoints.add(take(true));
        }
    }

    private void dropFrom(int index) {
        List<Checkpoint> gone = checkpoints.subList(index, checkpoints.size());
        gone.forEach(checkpoint -> machine.drop(checkpoint.snapshot));
        gone.clear();
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
        return checkpoints.get(indexAt(instant - 1)).instant;
    }

    /** The latest instant from which repetition leads to a VM exit. */
    long checkpointBeforeExit(long number) {
        return checkpoints.get(indexBeforeExit(number)).instant;
    }

    private int indexBeforeExit(long number) {
        int index = 0;
        for (int i = 1; i < checkpoints.size() && checkpoints.get(i).position.exits() < number; i++) {
            index = i;
        }
        return index;
    }

    /**
     * Goes some way to another instant. When the user cancels that, comes back to the present, and the answer is empty. A way that has
     * undone a change of the user cannot be taken back: then the machine stays where it is.
     */
    <T> Optional<T> unlessCancelled(Supplier<T> way) {
        Checkpoint present = take(false);
        long undone = undoings;
        searchStart = -1;
        try {
            T outcome = way.get();
            if (cancelled.getAsBoolean() && undone == undoings) {
                load(present);
                return Optional.empty();
            }
            return Optional.of(outcome);
        } finally {
            machine.drop(present.snapshot);
        }
    }

    /** What the user looks for is not after an instant: the search has got there from the present. */
    void searching(long present, long got) {
        searchedTo = got;
        searchStart = present;
    }

    /** Goes to an instant of the known run. */
    void goTo(long instant) {
        long now = machine.instructionCount();
        if (instant < now || checkpoints.get(indexAt(instant)).instant > now) {
            restore(indexAt(instant));
        }
        start = machine.instructionCount();
        reached = start;
        to = instant;
        while (machine.instructionCount() < instant && !cancelled.getAsBoolean()) {
            long most = Math.min(instant - machine.instructionCount(), untilNext());
            StopReason reason = machine.run(StopCondition.NONE.withMaxInstructions(most));
            if (!(reason instanceof StopReason.InstructionLimit || reason instanceof StopReason.Paused)) {
                return;
            }
            reached = machine.instructionCount();
            advance();
        }
    }

    private void restore(int index) {
        Checkpoint to = checkpoints.get(index);
        boolean back = to.instant <= machine.instructionCount();
        for (int later = index + 1; back && later < checkpoints.size(); later++) {
            if (checkpoints.get(later).afterChange) {
                recorder.forgetAfter(checkpoints.get(later).position);
                dropFrom(later);
                undoings++;
            }
        }
        load(to);
    }

    private void load(Checkpoint to) {
        machine.restore(to.snapshot);
        recorder.restore(to.position);
    }

    /**
     * Looks at the instant of a VM exit, when it has just been taken, and comes back to the present. Undoes nothing.
     *
     * @throws RequestFailure when the run does not lead there
     */
    <T> T lookAtExit(long number, Supplier<T> look) {
        Checkpoint present = take(false);
        try {
            load(checkpoints.get(indexBeforeExit(number)));
            StopReason reason;
            do {
                reason = machine.run(StopCondition.NONE.withExits(exit -> exit.number() == number));
            } while (reason instanceof StopReason.Paused);
            if (!(reason instanceof StopReason.VmExitStop)) {
                throw new RequestFailure("VM exit " + number + " cannot be gone to: " + reason.text());
            }
            return look.get();
        } finally {
            load(present);
            machine.drop(present.snapshot);
        }
    }

    /** Executes one instruction to see what it does and comes back to the present. */
    <T> T tryOut(Supplier<T> attempt) {
        Checkpoint present = take(false);
        recorder.quiet(true);
        try {
            return attempt.get();
        } finally {
            recorder.quiet(false);
            load(present);
            machine.drop(present.snapshot);
        }
    }

    /** How far the machine is on its way to another instant, in percent. May be asked at any time. */
    int percent() {
        if (searchStart >= 0) {
            return (int) Math.clamp(100 * (searchStart - searchedTo) / Math.max(1, searchStart - firstInstant), 0, 100);
        }
        long distance = Math.abs(to - reached);
        return start == to ? 0 : (int) Math.clamp(100 - 100 * distance / Math.max(1, Math.abs(to - start)), 0, 100);
    }
}
