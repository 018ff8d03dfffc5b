// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Evidence;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.MsrLoad;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Hex;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.dumps.text.Tokens;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import java.util.List;
import java.util.OptionalLong;

/** What {@code vmcs_dump_vcpu} of Xen prints, and the line that announces the failure. */
final class XenFormat extends SectionsFormat {
    private static final int LOOK_AHEAD = 24;

    XenFormat() {
        super(Producer.XEN);
    }

    /** Whether a dump in the lines is Xen's: its console prefix, its banner, or its table of segments. */
    static boolean isXen(List<Line> lines) {
        for (Line line : lines) {
            String text = line.text();
            if (line.xen() || text.contains("* VMCS Area") || text.strip().equals("sel  attr  limit   base")) {
                return true;
            }
        }
        return false;
    }

    @Override
    boolean wrote(List<Line> lines) {
        return isXen(lines);
    }

    @Override
    void special(Reading reading, int at) {
        Tokens tokens = reading.tokens();
        if (tokens.is(at, "reason") && (tokens.is(at - 1, "(") || tokens.is(at - 1, "exit"))) {
            entryFailure(reading, at);
        } else if (tokens.is(at, "error") && (tokens.is(at - 1, "VMLAUNCH") || tokens.is(at - 1, "VMRESUME")) && tokens.is(at + 1, ":")) {
            vmfail(reading, at);
        } else if (tokens.is(at, "msr") && reading.announced().number() == ExitReason.ENTRY_FAILURE_MSR_LOADING.number()) {
            loadedMsr(reading, at);
        } else if (tokens.is(at, "VCPU") && number(tokens.text(at + 1), 0).isPresent() && tokens.endsLine(at + 1)) {
            reading.announce("VCPU " + tokens.text(at + 1));
        } else if (tokens.is(at, "sel") && tokens.is(at + 1, "attr") || tokens.is(at, "*") && tokens.is(at + 1, "*")) {
            reading.useful(at);
        } else if (reading.section() != null && reading.section().equals("guest") && tokens.is(at + 1, ":")) {
            segment(reading, at);
        }
    }

    /** {@code d2v0 vmentry failure (reason 0x80000021): Invalid guest state (0)}. */
    private static void entryFailure(Reading reading, int at) {
        Tokens tokens = reading.tokens();
        String digits = Hex.digits(tokens.text(at + 1));
        if (digits == null || digits.length() != 8 || !tokens.is(at + 2, ")")) {
            return;
        }
        long reason = Hex.value(digits);
        if ((reason & ExitReason.ENTRY_FAILURE) == 0) {
            return;
        }
        OptionalLong qualification = OptionalLong.empty();
        for (int i = at + 3; i < at + LOOK_AHEAD && !tokens.is(i, "*"); i++) {
            if (tokens.is(i, "state") && tokens.is(i + 1, "(") && tokens.is(i + 3, ")")) {
                qualification = number(tokens.text(i + 2), 0);
                break;
            }
            if (tokens.is(i, "entry") && tokens.is(i - 1, "(") && tokens.is(i + 2, ")")) {
                qualification = number(tokens.text(i + 1), 1);
                break;
            }
        }
        String name = name(tokens, at);
        reading.announce(Failure.exit((int) reason & 0xFFFF, qualification, evidence(tokens, at)));
        reading.useful(at);
        nameNext(reading, name);
    }

    private static void vmfail(Reading reading, int at) {
        Tokens tokens = reading.tokens();
        String digits = Hex.digits(tokens.text(at + 2));
        if (digits != null && digits.length() <= 4) {
            reading.announce(Failure.vmfail((int) Hex.value(digits), evidence(tokens, at)));
            nameNext(reading, name(tokens, at));
        }
    }

    private static void nameNext(Reading reading, String name) {
        if (!name.isEmpty()) {
            reading.rename(name);
        }
    }

    /** {@code d2v0} among the words before. */
    private static String name(Tokens tokens, int at) {
        for (int i = at - 1; i > at - 10 && i >= 0; i--) {
            String word = tokens.text(i);
            int v = word.indexOf('v');
            if (v > 1 && word.charAt(0) == 'd' && word.chars().allMatch(c -> c == 'd' || c == 'v' || c >= '0' && c <= '9')) {
                return word;
            }
        }
        return "";
    }

    private static Evidence evidence(Tokens tokens, int at) {
        return DumpBuilder.evidence(tokens.line(at));
    }

    private static OptionalLong number(String word, long more) {
        boolean decimal = !word.isEmpty() && word.length() < 10 && word.chars().allMatch(c -> c >= '0' && c <= '9');
        return decimal ? OptionalLong.of(Long.parseLong(word) + more) : OptionalLong.empty();
    }

    /** {@code   msr 00000277 val 7010600070106 (mbz 0)}. */
    private static void loadedMsr(Reading reading, int at) {
        Tokens tokens = reading.tokens();
        String msr = Hex.digits(tokens.text(at + 1));
        String value = Hex.digits(tokens.text(at + 3));
        String reserved = Hex.digits(tokens.text(at + 6));
        boolean shaped = tokens.is(at + 2, "val") && tokens.is(at + 5, "mbz") && msr != null && value != null && reserved != null;
        OptionalLong entry = reading.announced().qualification();
        if (shaped && msr.length() <= 8 && reserved.length() <= 8 && entry.isPresent()) {
            reading.announce(new MsrLoad((int) entry.getAsLong() - 1, (int) Hex.value(msr), (int) Hex.value(reserved), Hex.value(value),
                    evidence(tokens, at)));
        }
    }

    /** {@code   CS: 0010 0209b 00000000 0000000000000000} and {@code GDTR:            00000057 fffff80459c61fb0}. */
    private static void segment(Reading reading, int at) {
        Tokens tokens = reading.tokens();
        String name = tokens.text(at);
        VmcsField base = field(name, "BASE");
        if (base == null) {
            return;
        }
        VmcsField selector = field(name, "SELECTOR");
        int value = at + 2;
        if (selector != null) {
            if (!digits(tokens, value, 4) || !digits(tokens, value + 1, 5)) {
                return;
            }
            put(reading, selector, value);
            put(reading, field(name, "ACCESS_RIGHTS"), value + 1);
            value += 2;
        }
        if (digits(tokens, value, 8) && reading.values().read(value + 1, 16)) {
            put(reading, field(name, "LIMIT"), value);
            if (reading.values().whole()) {
                reading.dump().put(base, reading.values().value(), tokens.line(value + 1));
            } else {
                reading.dump().unreadable(base, tokens.line(value + 1));
            }
        }
        reading.useful(value);
    }

    private static boolean digits(Tokens tokens, int at, int count) {
        String digits = Hex.digits(tokens.text(at));
        return digits != null && digits.length() == count;
    }

    private static void put(Reading reading, VmcsField field, int at) {
        reading.dump().put(field, Hex.value(Hex.digits(reading.tokens().text(at))), reading.tokens().line(at));
    }

    private static VmcsField field(String segment, String part) {
        return switch (segment) {
            case "CS", "DS", "SS", "ES", "FS", "GS", "LDTR", "TR" -> VmcsField.valueOf("GUEST_" + segment + '_' + part);
            case "GDTR", "IDTR" -> part.equals("BASE") || part.equals("LIMIT") ? VmcsField.valueOf("GUEST_" + segment + '_' + part) : null;
            default -> null;
        };
    }
}
