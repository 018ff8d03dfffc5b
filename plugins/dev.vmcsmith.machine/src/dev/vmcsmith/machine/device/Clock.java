// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;
import java.util.ArrayList;
import java.util.List;

/** Virtual time in nanoseconds and the timers that wait for it. Time moves only as instructions execute, or when all is idle. */
public final class Clock {
    /** Something that fires at a time. At most one deadline each. */
    public static final class Timer {
        private final Runnable action;
        private long deadline = Long.MAX_VALUE;

        private Timer(Runnable action) {
            this.action = action;
        }

        public long deadline() {
            return deadline;
        }
    }

    private final List<Timer> timers = new ArrayList<>();
    private final Runnable changed;
    private long now;

    /** @param changed called when a deadline was set, so that whoever runs instructions looks at {@link #next()} again */
    public Clock(Runnable changed) {
        this.changed = changed;
    }

    public Timer timer(Runnable action) {
        Timer timer = new Timer(action);
        timers.add(timer);
        return timer;
    }

    public long now() {
        return now;
    }

    /** Moves time on; fires nothing. */
    public void set(long time) {
        now = time;
    }

    public void arm(Timer timer, long deadline) {
        timer.deadline = deadline;
        changed.run();
    }

    public void disarm(Timer timer) {
        timer.deadline = Long.MAX_VALUE;
    }

    /** The earliest deadline, or Long.MAX_VALUE. */
    public long next() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < timers.size(); i++) {
            next = Math.min(next, timers.get(i).deadline);
        }
        return next;
    }

    /** Nobody waits any more. */
    void disarmAll() {
        timers.forEach(this::disarm);
    }

    /** Saves or loads the time and all deadlines. */
    void exchange(StateBuffer s) {
        now = s.of(now);
        for (Timer timer : timers) {
            timer.deadline = s.of(timer.deadline);
        }
    }

    /** Fires what is due, in order of creation. */
    public void fire() {
        for (int i = 0; i < timers.size(); i++) {
            Timer timer = timers.get(i);
            if (timer.deadline <= now) {
                timer.deadline = Long.MAX_VALUE;
                timer.action.run();
            }
        }
    }
}
