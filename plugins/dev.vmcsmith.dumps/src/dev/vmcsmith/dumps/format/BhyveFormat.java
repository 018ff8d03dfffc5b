// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Hex;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.vmx.VmcsField;
import java.util.List;
import java.util.OptionalLong;

/**
 * What bhyve, xhyve and hyperkit print when VM entry fails: {@code vm exit[0]} and lines of a key and a value, the exit
 * reason in decimal without bit 31; hyperkit also {@code VMCS_GUEST_CR0: 0x0000000000000030}.
 */
final class BhyveFormat implements DumpFormat {
    private static final String EXIT = "vm exit[";
    private static final String FIELD = "VMCS_";

    @Override
    public List<DumpBuilder> read(List<Line> lines) {
        NamedFields fields = new NamedFields(Producer.BHYVE);
        Exit exit = null;
        for (Line line : lines) {
            String text = line.text().strip();
            if (text.startsWith(EXIT)) {
                if (exit != null) {
                    fields.begin(line);
                }
                exit = new Exit();
                int end = text.indexOf(']');
                fields.dump(line).understand(line);
                fields.dump(line).name("vCPU " + (end < 0 ? "" : text.substring(EXIT.length(), end)));
            } else if (text.startsWith(FIELD)) {
                field(text, line, fields);
            } else if (exit != null && exit.take(text, line)) {
                fields.dump(line).understand(line);
                fields.dump(line).failure(exit.failure());
            }
        }
        return fields.dumps();
    }

    private static void field(String text, Line line, NamedFields fields) {
        int colon = text.indexOf(':');
        VmcsField field = colon < 0 ? null : VmcsField.find(text.substring(0, colon));
        String digits = field == null ? null : Hex.digits(text.substring(colon + 1).strip());
        if (digits == null || text.indexOf("0x", colon) < 0) {
            return;
        }
        DumpBuilder dump = fields.dump(field, line);
        if (field == VmcsField.GUEST_IDTR_BASE || field == VmcsField.GUEST_IDTR_LIMIT) {
            dump.another(field, Hex.value(digits), line);
        } else {
            dump.put(field, Hex.value(digits), line);
        }
    }

    /** The lines below {@code vm exit}. */
    private static final class Exit {
        private long status;
        private long reason = -1;
        private long error;
        private OptionalLong qualification = OptionalLong.empty();
        private Line reasonLine;
        private Line errorLine;

        /** Whether the line belongs to the exit. */
        boolean take(String text, Line line) {
            String[] words = text.split(" +", 3);
            if (words.length < 2) {
                return false;
            }
            switch (words[0]) {
                case "status" -> status = decimal(words[1]);
                case "exit_reason" -> {
                    reason = decimal(words[1]);
                    reasonLine = line;
                }
                case "qualification" -> {
                    String digits = words[1].startsWith("0x") ? Hex.digits(words[1]) : null;
                    qualification = digits == null ? OptionalLong.empty() : OptionalLong.of(Hex.value(digits));
                }
                case "inst_error" -> {
                    error = decimal(words[1]);
                    errorLine = line;
                }
                case "reason", "rip", "inst_length", "inst_type" -> {
                    // Said again by the reason, or of no use.
                }
                default -> {
                    return false;
                }
            }
            return true;
        }

        Failure failure() {
            if (status > 0 && error > 0 && error < 64) {
                return Failure.vmfail((int) error, DumpBuilder.evidence(errorLine));
            }
            return status > 0 || reason < 0 || reason > 0xFFFF ? Failure.NOT_SHOWN
                    : Failure.exit((int) reason, qualification, DumpBuilder.evidence(reasonLine));
        }

        private static long decimal(String word) {
            boolean number = word.length() < 12 && !word.isEmpty() && word.chars().allMatch(c -> c >= '0' && c <= '9');
            return number ? Long.parseLong(word) : -1;
        }
    }
}
