// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsValues;
import dev.vmcsmith.vmx.VmcsView;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Collects what a reader finds and decides what of it counts. Not thread-safe. */
public final class DumpBuilder {
    private static final int MOST_UNKNOWN_LINES = 1000;
    private static final int LONGEST_LINE = 300;
    /** With so many contradictions the text mixes the dumps of several processors. */
    private static final int MIXED = 2;

    private final Producer producer;
    private final int firstLine;
    private String name = "";
    private Failure failure = Failure.NOT_SHOWN;
    private final Map<VmcsField, List<FieldValue>> printed = new EnumMap<>(VmcsField.class);
    private final Map<VmcsField, Long> highHalves = new EnumMap<>(VmcsField.class);
    private final Set<VmcsField> unreadable = EnumSet.noneOf(VmcsField.class);
    private final List<Withheld> withheld = new ArrayList<>();
    private final List<MsrLoad> msrLoads = new ArrayList<>();
    private final List<Evidence> unknownLines = new ArrayList<>();
    private final BitSet understood = new BitSet();

    public DumpBuilder(Producer producer, int firstLine) {
        this.producer = producer;
        this.firstLine = firstLine;
    }

    /** The place of a line. */
    public static Evidence evidence(Line line) {
        String text = line.text().strip();
        return new Evidence(line.number(), text.length() > LONGEST_LINE ? text.substring(0, LONGEST_LINE) + "..." : text);
    }

    public Producer producer() {
        return producer;
    }

    public void name(String newName) {
        name = newName;
    }

    public void failure(Failure newFailure) {
        failure = newFailure;
        if (failure.evidence() != null) {
            understood.set(failure.evidence().line());
        }
    }

    public Failure failure() {
        return failure;
    }

    /** Whether anything was found that belongs into a dump. */
    public boolean isEmpty() {
        return printed.isEmpty() && withheld.isEmpty() && !failure.isEntryFailure();
    }

    public boolean has(VmcsField field) {
        return printed.containsKey(field);
    }

    public int size() {
        return printed.size();
    }

    /** A field is printed with a value; one that does not fit into the field cannot be right. */
    public void put(VmcsField field, long value, Line line) {
        understand(line);
        if (field.truncate(value) != value) {
            unreadable(field, line);
            return;
        }
        List<FieldValue> values = printed.computeIfAbsent(field, key -> new ArrayList<>(1));
        if (values.size() < 8) {
            values.add(new FieldValue(field, value, evidence(line)));
        }
    }

    /** Bits 63:32 of a 64-bit field are printed by themselves. */
    public void putHigh(VmcsField field, long value, Line line) {
        Long before = highHalves.put(field, value);
        if (value >>> 32 != 0 || before != null && before != value) {
            unreadable(field, line);
        }
    }

    /** A field is printed, but its value cannot be read. */
    public void unreadable(VmcsField field, Line line) {
        if (unreadable.add(field)) {
            withheld.add(new Withheld(field, 0, Withheld.Why.UNREADABLE, evidence(line)));
        }
    }

    /** Something is printed under the field's name that is not the field. */
    public void another(VmcsField field, long value, Line line) {
        understand(line);
        if (withheld.size() < MOST_UNKNOWN_LINES) {
            withheld.add(new Withheld(field, value, Withheld.Why.ANOTHER_VALUE, evidence(line)));
        }
    }

    public void msrLoad(MsrLoad load) {
        if (msrLoads.size() < MOST_UNKNOWN_LINES) {
            msrLoads.add(load);
        }
    }

    public void unknown(Line line) {
        if (unknownLines.size() < MOST_UNKNOWN_LINES && !line.text().isBlank()) {
            unknownLines.add(evidence(line));
        }
    }

    /** The line says something about this dump, if not of a field. */
    public void understand(Line line) {
        understood.set(line.number());
    }

    /** Lines that another reader understands are not unknown. */
    public void leave(DumpBuilder other) {
        unknownLines.removeIf(line -> other.understood.get(line.line()));
    }

    /** Keeps the lines between the first and the last that are understood; for formats without sections. */
    public void keepUnknown(List<Line> lines) {
        int last = understood.length() - 1;
        for (Line line : lines) {
            if (line.number() > understood.nextSetBit(0) && line.number() < last && !understood.get(line.number())) {
                unknown(line);
            }
        }
    }

    /** What was found. */
    public Dump build() {
        Map<VmcsField, FieldValue> fields = agreed();
        VmcsValues view = new VmcsValues();
        fields.values().forEach(field -> view.set(field.field(), field.value()));
        if (failure.kind() == Failure.Kind.NOT_SHOWN) {
            failure = shownByExitReason(fields);
        }
        List<Withheld> all = new ArrayList<>(withheld);
        fields.values().removeIf(field -> {
            Withheld.Why why = isStale(field.field()) ? Withheld.Why.STALE
                    : isControlledOff(field.field(), view) ? Withheld.Why.CONTROL_OFF : null;
            if (why != null) {
                all.add(new Withheld(field.field(), field.value(), why, field.evidence()));
            }
            return why != null;
        });
        return new Dump(producer, name, failure, fields, all, msrLoads, unknownLines, firstLine);
    }

    /** The fields that are printed once, or always with the same value. */
    private Map<VmcsField, FieldValue> agreed() {
        boolean mayMix = producer != Producer.C_SOURCE;
        long contradictions = printed.values().stream().filter(DumpBuilder::contradict).count();
        Map<VmcsField, FieldValue> fields = new EnumMap<>(VmcsField.class);
        printed.forEach((field, values) -> {
            FieldValue first = values.getFirst();
            if (contradict(values) || mayMix && contradictions >= MIXED && values.size() == 1) {
                withheld.add(new Withheld(field, first.value(), Withheld.Why.CONTRADICTED, first.evidence()));
            } else if (!unreadable.contains(field)) {
                fields.put(field, whole(first));
            }
        });
        return fields;
    }

    /** With its high half, if that is printed by itself and the value has room for it. */
    private FieldValue whole(FieldValue value) {
        Long high = highHalves.get(value.field());
        boolean low = high != null && value.value() >>> 32 == 0;
        return low ? new FieldValue(value.field(), high << 32 | value.value(), value.evidence()) : value;
    }

    private static boolean contradict(List<FieldValue> values) {
        return values.stream().anyMatch(value -> value.value() != values.getFirst().value());
    }

    /** An ordinary exit reason may be left over from before a VM-instruction error, which may itself be an old one. */
    private static Failure shownByExitReason(Map<VmcsField, FieldValue> fields) {
        FieldValue reason = fields.get(VmcsField.EXIT_REASON);
        FieldValue error = fields.get(VmcsField.VM_INSTRUCTION_ERROR);
        if (reason == null || error != null && error.value() != 0 && (reason.value() & ExitReason.ENTRY_FAILURE) == 0) {
            return Failure.NOT_SHOWN;
        }
        FieldValue qualification = fields.get(VmcsField.EXIT_QUALIFICATION);
        Failure failure = Failure.exit((int) reason.value() & 0xFFFF,
                qualification == null ? OptionalLong.empty() : OptionalLong.of(qualification.value()), reason.evidence());
        boolean entryFailure = (reason.value() & ExitReason.ENTRY_FAILURE) != 0;
        return entryFailure == failure.isEntryFailure() ? failure : Failure.NOT_SHOWN;
    }

    private boolean isStale(VmcsField field) {
        if (field.area() != FieldArea.EXIT) {
            return false;
        }
        return switch (failure.kind()) {
            case VMFAIL -> field != VmcsField.VM_INSTRUCTION_ERROR;
            case ENTRY_FAILED -> field != VmcsField.EXIT_REASON && field != VmcsField.EXIT_QUALIFICATION;
            case VM_EXIT -> field == VmcsField.VM_INSTRUCTION_ERROR;
            case NOT_SHOWN -> false;
        };
    }

    private static boolean isControlledOff(VmcsField field, VmcsView view) {
        return !field.existsWith().isEmpty() && field.existsWith().stream().allMatch(bit -> isOff(bit, view));
    }

    private static boolean isOff(ControlBit bit, VmcsView view) {
        ControlBit activation = bit.field().activatedBy();
        if (activation != null && isOff(activation, view)) {
            return true;
        }
        VmcsField holder = bit.field().field();
        return view.known(holder) && !bit.in(view.value(holder));
    }
}
