// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Evidence;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.vmx.VmInstructionError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code VMLAUNCH failed: VM-instruction error 7} or {@code exit reason 0x80000021} and no VMCS: the text says how VM entry ended
 * and nothing else; the encoding of the field, 4400H, may stand between. For texts in which no other reader finds anything, because
 * a dump states its failure itself.
 */
final class FailureStatements implements DumpFormat {
    private static final Pattern VMFAIL = Pattern.compile(
            "(?:instruction[ _-]?error|vm[ _-]?(?:launch|resume|entry)\\b[^0-9]{0,40}?\\berror)(?:[ _]?(?:code|number|field))?"
                    + "(?:\\s|is|was|\\(0x4400\\)|[:=#(])*(0x[0-9a-f]{1,8}|[0-9]{1,2})\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern ENTRY_FAILED = Pattern.compile("\\b(?:0x)?800000(21|22|29)h?\\b", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST_LINE = 2_000;

    @Override
    public List<DumpBuilder> read(List<Line> lines) {
        List<DumpBuilder> dumps = new ArrayList<>();
        Set<String> stated = new HashSet<>();
        for (Line line : lines) {
            Failure failure = line.text().length() > LONGEST_LINE ? null : failure(line);
            if (failure != null && stated.add(failure.text())) {
                DumpBuilder dump = new DumpBuilder(Producer.UNNAMED, line.number());
                dump.failure(failure);
                dump.understand(line);
                dumps.add(dump);
            }
        }
        return dumps;
    }

    private static Failure failure(Line line) {
        Evidence evidence = DumpBuilder.evidence(line);
        Matcher vmfail = VMFAIL.matcher(line.text());
        while (vmfail.find()) {
            int error = Long.decode(vmfail.group(1).replaceFirst("^0+(?=[0-9])", "")).intValue();
            if (VmInstructionError.of(error) != null) {
                return Failure.vmfail(error, evidence);
            }
        }
        Matcher exit = ENTRY_FAILED.matcher(line.text());
        return exit.find() ? Failure.exit(Integer.parseInt(exit.group(1), 16), OptionalLong.empty(), evidence) : null;
    }
}
