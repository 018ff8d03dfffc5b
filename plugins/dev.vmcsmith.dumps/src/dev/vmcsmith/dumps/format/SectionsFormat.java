// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.MsrLoad;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Hex;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.dumps.text.Tokens;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * Dumps with sections {@code *** Guest State ***}, {@code *** Host State ***} and {@code *** Control State ***}: what Linux
 * KVM and Xen have in common. Each line break may stand anywhere between words.
 */
abstract class SectionsFormat implements DumpFormat {
    private static final KeyTable KEYS = new KeyTable("sections.keys");
    /** So many lines without a value end a dump. */
    private static final int END_OF_DUMP = 40;
    /** So few values outside of sections are a remark, not a dump. */
    private static final int FEWEST_LOOSE = 2;

    private final Producer producer;

    SectionsFormat(Producer producer) {
        this.producer = producer;
    }

    /** Whether this producer wrote the lines. */
    abstract boolean wrote(List<Line> lines);

    /** Looks for what only this producer prints. */
    abstract void special(Reading reading, int at);

    @Override
    public List<DumpBuilder> read(List<Line> lines) {
        List<DumpBuilder> dumps = new ArrayList<>();
        if (wrote(lines)) {
            for (List<Line> part : Speakers.separate(lines, line -> line.text().contains("*** Guest State ***"))) {
                dumps.addAll(new Reading(part).read());
            }
        }
        return dumps;
    }

    /** Reads one text. */
    final class Reading {
        private final List<Line> lines;
        private final Tokens tokens;
        private final ValueReader values;
        private final List<DumpBuilder> dumps = new ArrayList<>();
        private final DumpBuilder loose;
        private DumpBuilder dump;
        private boolean hasGuestSection;
        private String section;
        private String context = "";
        private Failure announced = Failure.NOT_SHOWN;
        private String announcedName = "";
        private final List<MsrLoad> announcedLoads = new ArrayList<>();
        private int lastUseful;
        private int lineSeen = -1;
        private final BitSet usedLines = new BitSet();

        Reading(List<Line> lines) {
            this.lines = lines;
            tokens = new Tokens(lines);
            values = new ValueReader(tokens);
            loose = new DumpBuilder(producer, lines.isEmpty() ? 1 : lines.getFirst().number());
        }

        Tokens tokens() {
            return tokens;
        }

        ValueReader values() {
            return values;
        }

        String section() {
            return section;
        }

        /** The dump that a value here belongs to. */
        DumpBuilder dump() {
            return dump == null ? loose : dump;
        }

        List<DumpBuilder> read() {
            int at = 0;
            while (at < tokens.size()) {
                followLines(at);
                int next = banner(at);
                next = next > at ? next : value(at);
                next = next > at ? next : autoload(at);
                if (next == at) {
                    special(this, at);
                    next = at + 1;
                }
                at = next;
            }
            if (announced.isEntryFailure()) {
                begin(lines.getLast());
            }
            if (dumps.stream().allMatch(DumpBuilder::isEmpty) && loose.size() >= FEWEST_LOOSE) {
                dumps.add(loose);
            }
            dumps.removeIf(DumpBuilder::isEmpty);
            return dumps;
        }

        private void followLines(int at) {
            int line = tokens.lineIndex(at);
            if (line == lineSeen) {
                return;
            }
            if (section != null && lineSeen >= 0 && !usedLines.get(lineSeen)) {
                dump().unknown(lines.get(lineSeen));
            }
            lineSeen = line;
            if (section != null && line - lastUseful > END_OF_DUMP) {
                section = null;
                context = "";
            }
        }

        /** Notes that the line says something. */
        void useful(int at) {
            lastUseful = tokens.lineIndex(Math.min(at, tokens.size() - 1));
            usedLines.set(lastUseful);
        }

        private int banner(int at) {
            if (!tokens.is(at, "State") || !tokens.is(at - 2, "*") || !tokens.is(at + 1, "*")) {
                return at;
            }
            String name = tokens.text(at - 1);
            if (!name.equals("Guest") && !name.equals("Host") && !name.equals("Control")) {
                return at;
            }
            if (dump == null || name.equals("Guest") && hasGuestSection) {
                begin(tokens.line(at));
            }
            hasGuestSection |= name.equals("Guest");
            section = name.toLowerCase(Locale.ROOT);
            context = "";
            useful(at);
            return at + 1;
        }

        /** Begins a dump, with what was said ahead of it. */
        private void begin(Line line) {
            dump = new DumpBuilder(producer, line.number());
            dump.name(announcedName);
            dump.failure(announced);
            announcedLoads.forEach(dump::msrLoad);
            dumps.add(dump);
            hasGuestSection = false;
            announced = Failure.NOT_SHOWN;
            announcedLoads.clear();
        }

        /** The next section belongs to another dump, which has this name. */
        void announce(String name) {
            end();
            announcedName = name;
        }

        /** The next dump has this name. */
        void rename(String name) {
            announcedName = name;
        }

        /** The next dump is of a VM entry that failed in this way. */
        void announce(Failure failure) {
            end();
            announced = failure;
        }

        /** The next dump lists this entry of the MSR-load area. */
        void announce(MsrLoad load) {
            announcedLoads.add(load);
        }

        Failure announced() {
            return announced;
        }

        private void end() {
            if (announced.isEntryFailure()) {
                begin(announced.evidence() == null ? lines.getLast() : new Line(announced.evidence().line(), "", "", false));
            }
            dump = null;
            section = null;
            context = "";
        }

        private int value(int at) {
            KeyTable.Key key = KEYS.at(tokens, at, section, context);
            if (key == null) {
                return at;
            }
            int from = at + key.words().length;
            if (!values.read(from, key.digits())) {
                return at;
            }
            if (section == null && !longEnough(from, key.digits())) {
                return at;
            }
            Line line = tokens.line(from);
            if (key.sets() != null) {
                context = key.sets();
            }
            useful(at);
            useful(from);
            if (key.fields().length == 2) {
                return selectorAndOffset(key, from, line);
            }
            if (key.words().length > 2 && key.words()[1].equals("|")) {
                return twoBytes(key, line);
            }
            put(key.fields()[0], line);
            return values.next();
        }

        private boolean longEnough(int at, int digits) {
            String word = Hex.digits(tokens.text(at));
            return word != null && word.length() >= digits;
        }

        private void put(VmcsField field, Line line) {
            int next = values.next();
            if (!values.whole()) {
                dump().unreadable(field, line);
            } else if (tokens.is(next, "(") && (tokens.is(next + 1, "effective") || tokens.is(next + 1, "autoload"))) {
                dump().another(field, values.value(), line);
            } else {
                dump().put(field, values.value(), line);
            }
        }

        /** {@code CS:RIP=0010:ffffffff81001720}. */
        private int selectorAndOffset(KeyTable.Key key, int from, Line line) {
            put(key.fields()[0], line);
            int colon = values.next();
            if (!tokens.is(colon, ":") || !values.read(colon + 1, 16)) {
                return colon;
            }
            put(key.fields()[1], tokens.line(colon + 1));
            return values.next();
        }

        /** {@code SVI|RVI = 00|ef}. */
        private int twoBytes(KeyTable.Key key, Line line) {
            long high = values.value();
            int sign = values.next();
            if (!tokens.is(sign, "|") || !values.read(sign + 1, 2)) {
                return sign;
            }
            dump().put(key.fields()[0], high << 8 | values.value(), line);
            return values.next();
        }

        /** {@code MSR guest autoload:}, then {@code  0: msr=0x0000038f value=0x0000000700000000}. */
        private int autoload(int at) {
            if (tokens.is(at, "autoload") && tokens.is(at + 1, ":")) {
                context = tokens.text(at - 1) + "-autoload";
                useful(at);
                return at + 2;
            }
            if (!context.endsWith("-autoload") || !tokens.is(at, "msr") || !tokens.is(at + 1, "=") || !values.read(at + 2, 8)) {
                return at;
            }
            long msr = values.value();
            boolean whole = values.whole();
            int value = values.next();
            if (!tokens.is(value, "value") || !tokens.is(value + 1, "=") || !values.read(value + 2, 16)) {
                return at;
            }
            useful(value);
            String entry = tokens.text(at - 2);
            boolean numbered = !entry.isEmpty() && entry.length() < 5 && entry.chars().allMatch(c -> c >= '0' && c <= '9');
            if (whole && values.whole() && numbered && context.equals("guest-autoload")) {
                dump().msrLoad(new MsrLoad(Integer.parseInt(entry), (int) msr, (int) (msr >>> 32), values.value(),
                        DumpBuilder.evidence(tokens.line(at))));
            }
            return values.next();
        }
    }
}
