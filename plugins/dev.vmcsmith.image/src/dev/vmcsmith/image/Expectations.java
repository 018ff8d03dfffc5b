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

    /**
     * The run has exactly these VM exits, in this order.
     *
     * @param reasons each a reason or {@code any}, {@code REASON*N} for N of them, {@code REASON+} for one or more; {@code ...} for any
     *                number of exits of any reason
     */
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

    /** The text on the serial port does not contain this text. */
    public record LogLacks(String text, String file, int line) implements Clause {
    }

    /** Some of the text on the serial port matches a regular expression of {@link java.util.regex.Pattern}. */
    public record LogMatches(String pattern, String file, int line) implements Clause {
    }

    /**
     * A register of the guest or a VMCS field compares as stated when a VM exit has been taken.
     *
     * @param exit     number of the exit from 1; 0 for every exit with the reason, of which there is at least one
     * @param reason   empty when the exit is given by its number
     * @param name     of the variable, for people
     * @param register whether {@code number} is that of a general register (0 RAX to 15 R15) or a field's encoding
     * @param low      lowest bit that counts
     * @param bits     how many bits count
     */
    public record ValueAt(long exit, String reason, String name, boolean register, int number, int low, int bits, Relation relation,
            long value, String file, int line) implements Clause {
    }

    /** Memory of the machine compares as stated at the end of the run: {@code bytes} (1, 2, 4 or 8) at a physical address. */
    public record Memory(long address, int bytes, Relation relation, long value, String file, int line) implements Clause {
    }

    /** Memory of the machine holds a text, in UTF-8, at a physical address at the end of the run. */
    public record MemoryText(long address, String text, String file, int line) implements Clause {
    }

    /**
     * What is said of VM exits, of those of one VMCS alone: they are counted from 1 for themselves.
     *
     * @param vmcs   the name of the VMCS, for people
     * @param region physical address of its region
     */
    public record Of(String vmcs, long region, Clause clause) implements Clause {
        @Override
        public String file() {
            return clause.file();
        }

        @Override
        public int line() {
            return clause.line();
        }
    }

    /** The number of instructions of the whole run compares as stated. */
    public record Instructions(Relation relation, long count, String file, int line) implements Clause {
    }

    /** How a count compares to the number written. */
    public enum Relation {
        EQUAL("=="), NOT_EQUAL("!="), AT_LEAST(">="), AT_MOST("<="), MORE(">"), LESS("<");

        private final String sign;

        Relation(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }

        /** Compares unsigned numbers. */
        public boolean holds(long actual, long written) {
            int order = Long.compareUnsigned(actual, written);
            return switch (this) {
                case EQUAL -> order == 0;
                case NOT_EQUAL -> order != 0;
                case AT_LEAST -> order >= 0;
                case AT_MOST -> order <= 0;
                case MORE -> order > 0;
                case LESS -> order < 0;
            };
        }
    }

    /** Text of the note: one clause per line, {@code [of "VMCS" REGION] KIND "FILE" LINE ARGUMENTS}. */
    public String encode() {
        StringBuilder out = new StringBuilder();
        clauses.forEach(clause -> encode(clause, out));
        return out.toString();
    }

    private static void encode(Clause clause, StringBuilder out) {
        String at = " " + NoteText.quote(clause.file()) + " " + clause.line();
        switch (clause) {
            case Of of -> {
                out.append("of ").append(NoteText.quote(of.vmcs)).append(' ').append(of.region).append(' ');
                encode(of.clause, out);
                return;
            }
            case Exits exits -> {
                out.append("exits").append(at);
                exits.reasons.forEach(reason -> out.append(' ').append(NoteText.quote(reason)));
            }
            case ExitCount count -> out.append("count").append(at).append(' ').append(NoteText.quote(count.reason)).append(' ')
                    .append(count.relation.sign).append(' ').append(count.count);
            case LogContains log -> out.append("log").append(at).append(' ').append(NoteText.quote(log.text));
            case LogLacks log -> out.append("log-lacks").append(at).append(' ').append(NoteText.quote(log.text));
            case LogMatches log -> out.append("log-matches").append(at).append(' ').append(NoteText.quote(log.pattern));
            case ValueAt v -> out.append("value").append(at).append(' ').append(v.exit).append(' ').append(NoteText.quote(v.reason))
                    .append(' ').append(NoteText.quote(v.name)).append(v.register ? " register " : " field ").append(v.number).append(' ')
                    .append(v.low).append(' ').append(v.bits).append(' ').append(v.relation.sign).append(' ')
                    .append(NoteText.quote(Long.toHexString(v.value)));
            case Memory m -> out.append("memory").append(at).append(' ').append(m.address).append(' ').append(m.bytes).append(' ')
                    .append(m.relation.sign).append(' ').append(NoteText.quote(Long.toHexString(m.value)));
            case MemoryText m -> out.append("memory-text").append(at).append(' ').append(m.address).append(' ')
                    .append(NoteText.quote(m.text));
            case Instructions i -> out.append("instructions").append(at).append(' ').append(i.relation.sign).append(' ').append(i.count);
        }
        out.append('\n');
    }

    /** Reads what {@link #encode()} wrote. A clause of an unknown kind is an error: an unchecked expectation would pass. */
    public static Expectations decode(String text) throws ImageFormatException {
        List<Clause> clauses = new ArrayList<>();
        for (String line : text.lines().toList()) {
            clauses.add(clause(line, new NoteText.Words("expectations", line)));
        }
        return new Expectations(clauses);
    }

    private static Clause clause(String line, NoteText.Words words) throws ImageFormatException {
        String kind = words.word();
        if (kind.equals("of")) {
            return new Of(words.string(), words.number(Long.MAX_VALUE), clause(line, words));
        }
        String file = words.string();
        int number = (int) words.number(Integer.MAX_VALUE);
        return switch (kind) {
            case "exits" -> {
                List<String> reasons = new ArrayList<>();
                while (words.hasMore()) {
                    reasons.add(words.string());
                }
                yield new Exits(reasons, file, number);
            }
            case "count" -> new ExitCount(words.string(), relation(words), words.number(Long.MAX_VALUE), file, number);
            case "log" -> new LogContains(words.string(), file, number);
            case "log-lacks" -> new LogLacks(words.string(), file, number);
            case "log-matches" -> new LogMatches(words.string(), file, number);
            case "value" -> new ValueAt(words.number(Long.MAX_VALUE), words.string(), words.string(), words.word().equals("register"),
                    (int) words.number(0x7FFF), (int) words.number(63), (int) words.number(64), relation(words), hex(words), file, number);
            case "memory" -> new Memory(words.number(Long.MAX_VALUE), (int) words.number(8), relation(words), hex(words), file, number);
            case "memory-text" -> new MemoryText(words.number(Long.MAX_VALUE), words.string(), file, number);
            case "instructions" -> new Instructions(relation(words), words.number(Long.MAX_VALUE), file, number);
            default -> throw NoteText.damaged("expectations", line);
        };
    }

    private static long hex(NoteText.Words words) throws ImageFormatException {
        String digits = words.string();
        try {
            return Long.parseUnsignedLong(digits, 16);
        } catch (NumberFormatException e) {
            throw NoteText.damaged("expectations", digits);
        }
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
