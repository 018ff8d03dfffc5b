// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.util.ArrayList;
import java.util.List;

/**
 * What a run of the image must show to be good: the {@code expect} clauses of a setup. Exits are named as in {@code .hv}
 * ({@code cpuid}, {@code cr-access}).
 */
public record Expectations(List<Clause> clauses) {
    public static final Expectations NONE = new Expectations(List.of());

    public Expectations {
        clauses = List.copyOf(clauses);
    }

    public boolean isEmpty() {
        return clauses.isEmpty();
    }

    /** One clause and the place in the source where it is written (line from 1). */
    public sealed interface Clause {
        String file();

        int line();
    }

    /** The run has exactly these VM exits, in this order. */
    public record Exits(List<String> reasons, String file, int line) implements Clause {
        public Exits {
            reasons = List.copyOf(reasons);
        }
    }

    /** The number of VM exits for one reason compares as stated. */
    public record ExitCount(String reason, Relation relation, long count, String file, int line) implements Clause {
    }

    /** The text on the serial port contains this text. */
    public record LogContains(String text, String file, int line) implements Clause {
    }

    /** How a count compares to the number written. */
    public enum Relation {
        EQUAL("=="), AT_LEAST(">="), AT_MOST("<=");

        private final String sign;

        Relation(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }

        public boolean holds(long actual, long written) {
            return switch (this) {
                case EQUAL -> actual == written;
                case AT_LEAST -> actual >= written;
                case AT_MOST -> actual <= written;
            };
        }
    }

    /** Text of the note: one clause per line, {@code KIND "FILE" LINE ARGUMENTS}. */
    public String encode() {
        StringBuilder out = new StringBuilder();
        for (Clause clause : clauses) {
            String at = " " + NoteText.quote(clause.file()) + " " + clause.line();
            switch (clause) {
                case Exits exits -> {
                    out.append("exits").append(at);
                    exits.reasons.forEach(reason -> out.append(' ').append(NoteText.quote(reason)));
                }
                case ExitCount count -> out.append("count").append(at).append(' ').append(NoteText.quote(count.reason)).append(' ')
                        .append(count.relation.sign).append(' ').append(count.count);
                case LogContains log -> out.append("log").append(at).append(' ').append(NoteText.quote(log.text));
            }
            out.append('\n');
        }
        return out.toString();
    }

    /** Reads what {@link #encode()} wrote. A clause of an unknown kind is an error: an unchecked expectation would pass. */
    public static Expectations decode(String text) throws ImageFormatException {
        List<Clause> clauses = new ArrayList<>();
        for (String line : text.lines().toList()) {
            NoteText.Words words = new NoteText.Words("expectations", line);
            String kind = words.word();
            String file = words.string();
            int number = (int) words.number(Integer.MAX_VALUE);
            switch (kind) {
                case "exits" -> {
                    List<String> reasons = new ArrayList<>();
                    while (words.hasMore()) {
                        reasons.add(words.string());
                    }
                    clauses.add(new Exits(reasons, file, number));
                }
                case "count" -> clauses.add(new ExitCount(words.string(), relation(words), words.number(Long.MAX_VALUE), file, number));
                case "log" -> clauses.add(new LogContains(words.string(), file, number));
                default -> throw NoteText.damaged("expectations", line);
            }
        }
        return new Expectations(clauses);
    }

    private static Relation relation(NoteText.Words words) throws ImageFormatException {
        String sign = words.word();
        for (Relation relation : Relation.values()) {
            if (relation.sign.equals(sign)) {
                return relation;
            }
        }
        throw NoteText.damaged("expectations", sign);
    }
}
