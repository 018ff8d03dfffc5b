// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.expect;

import dev.vmcsmith.image.Expectations;
import dev.vmcsmith.image.LineTable;
import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.SerialPort;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.vmx.ExitReason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Watches a run as an observer; {@link #failures} then says which expectations it did not meet. */
public final class ExpectationCheck implements MachineObserver {
    private final Expectations expectations;
    private final LineTable lines;
    private final Machine machine;
    private final ExitLog exits = new ExitLog();
    private final Map<Long, ExitLog> exitsOf = new HashMap<>();
    private final Map<Expectations.Clause, ValueCheck> values = new IdentityHashMap<>();
    private final ByteArrayOutputStream serial = new ByteArrayOutputStream();

    /** For expectations that need to know no more than exits and serial text. */
    public ExpectationCheck(Expectations expectations) {
        this(expectations, LineTable.EMPTY, null);
    }

    /**
     * @param lines   of the image, to name the source line of an exit
     * @param machine whose registers, VMCSs and memory are looked at; null when no expectation is about these
     */
    public ExpectationCheck(Expectations expectations, LineTable lines, Machine machine) {
        this.expectations = expectations;
        this.lines = lines;
        this.machine = machine;
        expectations.clauses().forEach(clause -> prepare(clause, exits));
    }

    private void prepare(Expectations.Clause clause, ExitLog log) {
        if (clause instanceof Expectations.Of of) {
            prepare(of.clause(), exitsOf.computeIfAbsent(of.region(), region -> new ExitLog()));
        } else if (clause instanceof Expectations.ValueAt value) {
            ValueCheck check = new ValueCheck(value);
            values.put(clause, check);
            log.checks().add(check);
        }
    }

    @Override
    public void onVmExit(VmExit exit) {
        String name = name(exit.reason());
        exits.add(name, exit, machine);
        ExitLog own = exitsOf.isEmpty() ? null : exitsOf.get(exit.vmcs());
        if (own != null) {
            own.add(name, exit, machine);
        }
    }

    @Override
    public void onSerial(SerialPort port, int value) {
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
            Failure failure = failure(clause);
            if (failure != null) {
                failures.add(failure);
            }
        }
        return failures;
    }

    /** What is wrong with one of the expectations, null when it holds. */
    public Failure failure(Expectations.Clause clause) {
        return failure(clause, exits);
    }

    private Failure failure(Expectations.Clause clause, ExitLog log) {
        return switch (clause) {
            case Expectations.Of e -> {
                Failure failure = failure(e.clause(), exitsOf.get(e.region()));
                yield failure == null ? null : failure.of(e.vmcs());
            }
            case Expectations.Exits e -> new ExitPattern(e.reasons()).failure(e, log.names(), log.count(),
                    exit -> exit < log.places().size() ? at(log.places().get(exit)) : "");
            case Expectations.ExitCount e -> count(e, log);
            case Expectations.LogContains e -> log().contains(e.text()) ? null : new Failure(e.file(), e.line(), "the log to contain \""
                    + e.text() + "\"", without());
            case Expectations.LogLacks e -> log().contains(e.text()) ? new Failure(e.file(), e.line(), "a log without \"" + e.text()
                    + "\"", "a log with it") : null;
            case Expectations.LogMatches e -> Pattern.compile(e.pattern(), Pattern.MULTILINE).matcher(log()).find() ? null : new Failure(
                    e.file(), e.line(), "the log to match \"" + e.pattern() + "\"", without());
            case Expectations.ValueAt e -> values.get(e).failure(this::at);
            case Expectations.Memory e -> memory(e);
            case Expectations.MemoryText e -> text(e);
            case Expectations.Instructions e -> e.relation().holds(machine.instructionCount(), e.count()) ? null : new Failure(e.file(),
                    e.line(), "instructions " + e.relation().sign() + " " + e.count(), Long.toString(machine.instructionCount()));
        };
    }

    private static Failure count(Expectations.ExitCount e, ExitLog log) {
        long actual = log.count(e.reason());
        return e.relation().holds(actual, e.count()) ? null
            : new Failure(e.file(), e.line(), e.reason() + " exits " + e.relation().sign() + " " + e.count(), Long.toString(actual));
    }

    private String log() {
        return serial.toString(StandardCharsets.UTF_8);
    }

    private String without() {
        return serial.size() == 0 ? "an empty log" : "a log of " + log().length() + " characters without it";
    }

    private Failure memory(Expectations.Memory e) {
        long actual = machine.memory().read(0, e.address(), e.bytes());
        return e.relation().holds(actual, e.value()) ? null : new Failure(e.file(), e.line(),
                e.bytes() + (e.bytes() == 1 ? " byte" : " bytes") + " at physical address 0x" + Long.toHexString(e.address()) + " "
                        + e.relation().sign() + " 0x" + Long.toHexString(e.value()),
                "0x" + Long.toHexString(actual));
    }

    private Failure text(Expectations.MemoryText e) {
        byte[] found = new byte[e.text().getBytes(StandardCharsets.UTF_8).length];
        machine.memory().read(e.address(), found, 0, found.length);
        String actual = new String(found, StandardCharsets.UTF_8);
        return actual.equals(e.text()) ? null : new Failure(e.file(), e.line(), "the text \"" + e.text() + "\" at physical address 0x"
                + Long.toHexString(e.address()), "\"" + actual.replaceAll("\\p{Cntrl}", ".") + "\"");
    }

    /** The source line of the guest, as {@code " at FILE:LINE"}; nothing when no line is known. */
    private String at(long rip) {
        return lines.at(rip).map(row -> " at " + Path.of(row.file()).getFileName() + ":" + row.line()).orElse("");
    }
}
