// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.expect;

import dev.vmcsmith.image.Expectations;
import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.vmx.ExitReason;
import java.nio.charset.StandardCharsets;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Watches a run as an observer; {@link #failures} then says which expectations it did not meet. */
public final class ExpectationCheck implements MachineObserver {
    /** Exits kept by name; beyond it only the count grows. */
    private static final int KEPT = 1_000_000;
    private static final int SHOWN = 12;

    private final Expectations expectations;
    private final List<String> exits = new ArrayList<>();
    private final ByteArrayOutputStream serial = new ByteArrayOutputStream();
    private long exitCount;

    public ExpectationCheck(Expectations expectations) {
        this.expectations = expectations;
    }

    @Override
    public void onVmExit(VmExit exit) {
        exitCount++;
        if (exits.size() < KEPT) {
            exits.add(name(exit.reason()));
        }
    }

    @Override
    public void onSerial(int value) {
        serial.write(value);
    }

    private static String name(int reason) {
        ExitReason known = ExitReason.of(reason);
        return known == null ? "reason " + reason : known.hvName();
    }

    /** The expectations not met, in the order they are written. */
    public List<Failure> failures() {
        List<Failure> failures = new ArrayList<>();
        for (Expectations.Clause clause : expectations.clauses()) {
            Failure failure = switch (clause) {
                case Expectations.Exits e -> exits(e);
                case Expectations.ExitCount e -> count(e);
                case Expectations.LogContains e -> log(e);
            };
            if (failure != null) {
                failures.add(failure);
            }
        }
        return failures;
    }

    private Failure exits(Expectations.Exits e) {
        List<String> wanted = e.reasons();
        int n = 0;
        while (n < wanted.size() && n < exits.size() && wanted.get(n).equals(exits.get(n))) {
            n++;
        }
        if (n == wanted.size() && exitCount == n) {
            return null;
        }
        if (n == wanted.size()) {
            return new Failure(e.file(), e.line(), n + " exits", exitCount + " exits, the first one too many is " + exits.get(n));
        }
        if (n == exits.size()) {
            return new Failure(e.file(), e.line(), "exit " + (n + 1) + " to be " + wanted.get(n), "only " + n + " exits");
        }
        return new Failure(e.file(), e.line(), "exit " + (n + 1) + " to be " + wanted.get(n), exits.get(n) + " (exits were "
            + String.join(", ", exits.subList(0, Math.min(SHOWN, exits.size()))) + (exits.size() > SHOWN ? ", ..." : "") + ")");
    }

    private Failure count(Expectations.ExitCount e) {
        long actual = exits.stream().filter(e.reason()::equals).count();
        return e.relation().holds(actual, e.count()) ? null
            : new Failure(e.file(), e.line(), e.reason() + " exits " + e.relation().sign() + " " + e.count(), Long.toString(actual));
    }

    private Failure log(Expectations.LogContains e) {
        String text = serial.toString(StandardCharsets.UTF_8);
        return text.contains(e.text()) ? null : new Failure(e.file(), e.line(), "the log to contain \"" + e.text() + "\"",
            text.isEmpty() ? "an empty log" : "a log of " + text.length() + " characters without it");
    }
}
