// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.expect;

import dev.vmcsmith.image.Expectations;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.IntFunction;

/** A list of expected exits with repetitions and gaps, matched by keeping the set of steps that could be next. */
final class ExitPattern {
    private static final int SHOWN = 12;

    /** @param reason null for any; {@code loop} for any number of exits, none included */
    private record Step(String reason, boolean loop) {
        boolean matches(String exit) {
            return reason == null || reason.equals(exit);
        }
    }

    private final List<Step> steps = new ArrayList<>();

    ExitPattern(List<String> words) {
        for (String word : words) {
            int times = word.indexOf('*');
            if (word.equals("...")) {
                steps.add(new Step(null, true));
            } else if (word.endsWith("+")) {
                String reason = reason(word.substring(0, word.length() - 1));
                steps.add(new Step(reason, false));
                steps.add(new Step(reason, true));
            } else {
                int count = times < 0 ? 1 : Integer.parseInt(word.substring(times + 1));
                for (int i = 0; i < count; i++) {
                    steps.add(new Step(reason(times < 0 ? word : word.substring(0, times)), false));
                }
            }
        }
    }

    private static String reason(String word) {
        return word.equals("any") ? null : word;
    }

    /** @param line where the guest was at an exit (from 0), to be put behind its name */
    Failure failure(Expectations.Exits e, List<String> exits, long exitCount, IntFunction<String> line) {
        BitSet next = new BitSet();
        next.set(0);
        skipLoops(next);
        for (int n = 0; n < exits.size(); n++) {
            BitSet after = after(next, exits.get(n));
            if (after.isEmpty()) {
                return mismatch(e, next, n, exits, exitCount, line);
            }
            next = after;
        }
        if (next.get(steps.size())) {
            return null;
        }
        return new Failure(e.file(), e.line(), "exit " + (exits.size() + 1) + " to be " + wanted(next), "only " + exits.size() + " exits"
                + (exits.isEmpty() ? "" : ", the last one " + exits.getLast() + line.apply(exits.size() - 1)));
    }

    private Failure mismatch(Expectations.Exits e, BitSet next, int n, List<String> exits, long exitCount, IntFunction<String> line) {
        if (next.nextSetBit(0) == steps.size()) {
            return new Failure(e.file(), e.line(), n + " exits", exitCount + " exits, the first one too many is " + exits.get(n)
                    + line.apply(n));
        }
        return new Failure(e.file(), e.line(), "exit " + (n + 1) + " to be " + wanted(next), exits.get(n) + line.apply(n) + " (exits were "
                + String.join(", ", exits.subList(0, Math.min(SHOWN, exits.size()))) + (exits.size() > SHOWN ? ", ..." : "") + ")");
    }

    private BitSet after(BitSet next, String exit) {
        BitSet after = new BitSet();
        for (int i = next.nextSetBit(0); i >= 0 && i < steps.size(); i = next.nextSetBit(i + 1)) {
            if (steps.get(i).matches(exit)) {
                after.set(steps.get(i).loop ? i : i + 1);
            }
        }
        skipLoops(after);
        return after;
    }

    /** A loop may be left at once. */
    private void skipLoops(BitSet next) {
        for (int i = next.nextSetBit(0); i >= 0 && i < steps.size(); i = next.nextSetBit(i + 1)) {
            if (steps.get(i).loop) {
                next.set(i + 1);
            }
        }
    }

    private String wanted(BitSet next) {
        StringJoiner words = new StringJoiner(" or ");
        next.stream().filter(i -> i < steps.size()).mapToObj(i -> steps.get(i).reason == null ? "any exit" : steps.get(i).reason).distinct()
                .forEach(words::add);
        return words.toString();
    }
}
