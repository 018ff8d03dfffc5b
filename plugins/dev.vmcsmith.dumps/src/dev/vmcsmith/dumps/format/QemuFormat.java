// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Evidence;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Hex;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * {@code KVM: entry failed, hardware error 0x80000021} and the registers that QEMU prints below it, {@code CS =f000 ffff0000
 * 0000ffff 00009b00}. Registers that KVM keeps in a VMCS field with other bits (CR0, CR4, EFER, and in real mode the
 * segments and RFLAGS) are not the fields.
 */
final class QemuFormat implements DumpFormat {
    private static final String ERROR = "entry failed, hardware error 0x";
    private static final String OLD_ERROR = "unhandled exit ";

    @Override
    public List<DumpBuilder> read(List<Line> lines) {
        List<DumpBuilder> dumps = new ArrayList<>();
        DumpBuilder dump = null;
        boolean real = false;
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            String text = line.text();
            Failure failure = failure(line);
            boolean registers = isName(text, "EAX=") || isName(text, "RAX=");
            if (failure != null || registers && (dump == null || dump.size() > 0)) {
                dump = new DumpBuilder(Producer.QEMU, line.number());
                dump.failure(failure == null ? Failure.NOT_SHOWN : failure);
                dump.understand(line);
                dumps.add(dump);
                real = isRealMode(lines, i);
            } else if (dump != null) {
                if (isRegisters(text) || dump.size() == 0 && isAdvice(text)) {
                    dump.understand(line);
                }
                segment(dump, line, real);
                table(dump, line);
                word(dump, line, "RIP=", 16, VmcsField.GUEST_RIP, false);
                word(dump, line, "EIP=", 8, VmcsField.GUEST_RIP, false);
                word(dump, line, "RSP=", 16, VmcsField.GUEST_RSP, false);
                word(dump, line, "ESP=", 8, VmcsField.GUEST_RSP, false);
                word(dump, line, "RFL=", 8, VmcsField.GUEST_RFLAGS, real);
                word(dump, line, "EFL=", 8, VmcsField.GUEST_RFLAGS, real);
                word(dump, line, "CR0=", 8, VmcsField.GUEST_CR0, true);
                word(dump, line, "CR4=", 8, VmcsField.GUEST_CR4, true);
                word(dump, line, "EFER=", 16, VmcsField.GUEST_IA32_EFER, true);
            }
        }
        dumps.removeIf(DumpBuilder::isEmpty);
        return dumps;
    }

    /** {@code DR6=00000000ffff0ff0 DR7=0000000000000400} and the like, other fields or none. */
    private static boolean isRegisters(String text) {
        int equals = text.indexOf('=');
        return (equals == 2 || equals == 3) && text.substring(0, equals).chars().allMatch(c -> c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')
                || text.startsWith("EFER=") || text.startsWith("Code=");
    }

    /** What QEMU adds to the error about guests without unrestricted mode; broken into lines anywhere. */
    private static boolean isAdvice(String text) {
        return text.startsWith("If you're ru") || text.contains(", the failure can be") || text.contains("for Intel VT.")
                || text.contains("less recent Intel processors");
    }

    private static boolean isName(String text, String name) {
        return text.startsWith(name);
    }

    /** The failure that the line states; null if it states none. */
    static Failure failure(Line line) {
        String error = line.text().contains(ERROR) ? ERROR : OLD_ERROR;
        int at = line.text().indexOf(error);
        if (at < 0) {
            return null;
        }
        String word = line.text().substring(at + error.length());
        int end = 0;
        while (end < word.length() && Character.digit(word.charAt(end), 16) >= 0) {
            end++;
        }
        String digits = Hex.digits(word.substring(0, end));
        long number = digits == null ? 0 : Hex.value(digits);
        Evidence evidence = DumpBuilder.evidence(line);
        if ((number & ExitReason.ENTRY_FAILURE) != 0 && number >>> 32 == 0) {
            return Failure.exit((int) number & 0xFFFF, OptionalLong.empty(), evidence);
        }
        return number > 0 && number < 64 && error.equals(ERROR) ? Failure.vmfail((int) number, evidence) : null;
    }

    /** Whether CR0.PE is not shown to be 1 in the registers from this line on. */
    private static boolean isRealMode(List<Line> lines, int from) {
        for (int i = from; i < lines.size() && i < from + 40; i++) {
            String digits = after(lines.get(i).text(), "CR0=");
            if (digits != null) {
                return (Hex.value(digits) & 1) == 0;
            }
        }
        return true;
    }

    /** {@code CS =0010 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]}; access rights are bits 23:8 of the last number. */
    private static void segment(DumpBuilder dump, Line line, boolean real) {
        String text = line.text();
        int equals = text.indexOf('=');
        if (equals != 3 && equals != 2) {
            return;
        }
        String name = switch (text.substring(0, equals).strip()) {
            case "CS", "DS", "SS", "ES", "FS", "GS", "TR" -> text.substring(0, equals).strip();
            case "LDT" -> "LDTR";
            default -> "";
        };
        String[] words = text.substring(equals + 1).strip().split(" +", 5);
        if (name.isEmpty() || words.length < 4 || !digits(words[0], 4) || !digits(words[1], 8, 16) || !digits(words[2], 8)
                || !digits(words[3], 8)) {
            return;
        }
        long flags = Hex.value(words[3]);
        long rights = (flags & 0x8000) == 0 ? 0x1_0000 : flags >>> 8 & 0xF0FF;
        put(dump, name, "SELECTOR", Hex.value(words[0]), line, real);
        put(dump, name, "BASE", Hex.value(words[1]), line, real);
        put(dump, name, "LIMIT", Hex.value(words[2]), line, real);
        put(dump, name, "ACCESS_RIGHTS", rights, line, real);
    }

    private static void put(DumpBuilder dump, String segment, String part, long value, Line line, boolean real) {
        VmcsField field = VmcsField.valueOf("GUEST_" + segment + '_' + part);
        if (real) {
            dump.another(field, value, line);
        } else {
            dump.put(field, value, line);
        }
    }

    /** {@code GDT=     ffff8880ffffc000 0000007f}. */
    private static void table(DumpBuilder dump, Line line) {
        String text = line.text();
        if (!text.startsWith("GDT=") && !text.startsWith("IDT=")) {
            return;
        }
        String[] words = text.substring(4).strip().split(" +", 3);
        if (words.length >= 2 && digits(words[0], 8, 16) && digits(words[1], 8)) {
            boolean gdt = text.startsWith("GDT=");
            dump.put(gdt ? VmcsField.GUEST_GDTR_BASE : VmcsField.GUEST_IDTR_BASE, Hex.value(words[0]), line);
            dump.put(gdt ? VmcsField.GUEST_GDTR_LIMIT : VmcsField.GUEST_IDTR_LIMIT, Hex.value(words[1]), line);
        }
    }

    private static void word(DumpBuilder dump, Line line, String name, int least, VmcsField field, boolean another) {
        String digits = after(line.text(), name);
        if (digits == null || digits.length() < least) {
            return;
        }
        if (another) {
            dump.another(field, Hex.value(digits), line);
        } else {
            dump.put(field, Hex.value(digits), line);
        }
    }

    /** The hexadecimal word after a name that begins a word; null if there is none. */
    static String after(String text, String name) {
        int at = text.indexOf(name);
        if (at < 0 || at > 0 && text.charAt(at - 1) != ' ') {
            return null;
        }
        int from = at + name.length();
        int end = text.indexOf(' ', from);
        return Hex.digits(text.substring(from, end < 0 ? text.length() : end));
    }

    private static boolean digits(String word, int... counts) {
        String digits = Hex.digits(word);
        for (int count : counts) {
            if (digits != null && digits.length() == count && word.length() == count) {
                return true;
            }
        }
        return false;
    }
}
