// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Hex;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The guest state in a VirtualBox log, {@code gs={002b base=0000000000000000 limit=ffffffff flags=0000c0f3}}, and its status
 * code for a failed VM entry. CR0, CR4 and EFER are the guest's own, not the fields.
 */
final class VirtualBoxFormat implements DumpFormat {
    private static final String INVALID_GUEST = "VERR_VMX_INVALID_GUEST_STATE";
    private static final String[] SEGMENTS = {"cs", "ds", "ss", "es", "fs", "gs", "ldtr", "tr"};
    private static final String[] PARTS = {"base=", "limit=", "flags="};
    private static final String[] PART_NAMES = {"BASE", "LIMIT", "ACCESS_RIGHTS"};
    private static final int[] DIGITS = {16, 8, 8};

    @Override
    public List<DumpBuilder> read(List<Line> lines) {
        List<DumpBuilder> dumps = new ArrayList<>();
        DumpBuilder dump = null;
        Set<String> seen = new HashSet<>();
        boolean real = lines.stream().anyMatch(line -> isRealMode(line.text()));
        Failure failure = Failure.NOT_SHOWN;
        for (Line line : lines) {
            String text = line.text();
            if (failure.kind() == Failure.Kind.NOT_SHOWN && text.contains(INVALID_GUEST)) {
                failure = Failure.exit(33, OptionalLong.empty(), DumpBuilder.evidence(line));
            }
            for (String segment : text.indexOf('{') < 0 ? new String[0] : SEGMENTS) {
                int at = text.indexOf(segment + "={");
                if (at >= 0 && (at == 0 || !Character.isLetter(text.charAt(at - 1)))) {
                    if (dump == null || !seen.add(segment)) {
                        dump = new DumpBuilder(Producer.VIRTUALBOX, line.number());
                        dumps.add(dump);
                        seen.clear();
                        seen.add(segment);
                    }
                    segment(dump, name(segment), text.substring(at + segment.length() + 2), line, real);
                }
            }
            if (dump != null) {
                word(dump, line, "rip=", 16, VmcsField.GUEST_RIP, false);
                word(dump, line, "rsp=", 16, VmcsField.GUEST_RSP, false);
                word(dump, line, "eflags=", 8, VmcsField.GUEST_RFLAGS, real);
            }
        }
        for (DumpBuilder each : dumps) {
            each.failure(failure);
        }
        dumps.removeIf(DumpBuilder::isEmpty);
        return dumps;
    }

    /** In real mode the guest may run in virtual-8086 mode with other segments and flags in the VMCS. */
    private static boolean isRealMode(String text) {
        String cr0 = QemuFormat.after(text, "cr0=");
        return text.contains("Real-on-v86 active = true") || cr0 != null && (Hex.value(cr0) & 1) == 0;
    }

    private static void word(DumpBuilder dump, Line line, String name, int digits, VmcsField field, boolean another) {
        String word = QemuFormat.after(line.text(), name);
        if (word != null && word.length() == digits) {
            put(dump, field, Hex.value(word), line, another);
        }
    }

    private static void put(DumpBuilder dump, VmcsField field, long value, Line line, boolean another) {
        if (another) {
            dump.another(field, value, line);
        } else {
            dump.put(field, value, line);
        }
    }

    private static String name(String segment) {
        return segment.toUpperCase(Locale.ROOT);
    }

    private static void segment(DumpBuilder dump, String segment, String text, Line line, boolean real) {
        int end = text.indexOf('}');
        String inside = end < 0 ? "" : text.substring(0, end);
        String selector = Hex.digits(inside.split(" ", 2)[0]);
        if (selector == null || selector.length() != 4) {
            return;
        }
        put(dump, VmcsField.valueOf("GUEST_" + segment + "_SELECTOR"), Hex.value(selector), line, real);
        for (int i = 0; i < PARTS.length; i++) {
            int at = inside.indexOf(PARTS[i]);
            String digits = at < 0 ? null : Hex.digits(inside.substring(at + PARTS[i].length()).split(" ", 2)[0]);
            if (digits != null && digits.length() == DIGITS[i]) {
                put(dump, VmcsField.valueOf("GUEST_" + segment + '_' + PART_NAMES[i]), Hex.value(digits), line, real);
            }
        }
    }
}
