// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a text shows of one VMCS. As a view it knows exactly the fields whose printed values count. Immutable. */
public final class Dump implements VmcsView {
    private final Producer producer;
    private final String name;
    private final Failure failure;
    private final Map<VmcsField, FieldValue> fields;
    private final List<Withheld> withheld;
    private final List<MsrLoad> msrLoads;
    private final List<Evidence> unknownLines;
    private final int firstLine;

    Dump(Producer producer, String name, Failure failure, Map<VmcsField, FieldValue> fields, List<Withheld> withheld,
            List<MsrLoad> msrLoads, List<Evidence> unknownLines, int firstLine) {
        this.producer = producer;
        this.name = name;
        this.failure = failure;
        this.fields = new EnumMap<>(VmcsField.class);
        this.fields.putAll(fields);
        this.withheld = List.copyOf(withheld);
        this.msrLoads = List.copyOf(msrLoads);
        this.unknownLines = List.copyOf(unknownLines);
        this.firstLine = firstLine;
    }

    public Producer producer() {
        return producer;
    }

    /** Which processor it is, in the producer's words; empty when the text does not say. */
    public String name() {
        return name;
    }

    public Failure failure() {
        return failure;
    }

    /** The fields whose values count, in the order of {@link VmcsField}. */
    public Collection<FieldValue> fields() {
        return Collections.unmodifiableCollection(fields.values());
    }

    /** The field's value and its place; null when the field is not known. */
    public FieldValue field(VmcsField field) {
        return fields.get(field);
    }

    /** What is printed but does not count. */
    public List<Withheld> withheld() {
        return withheld;
    }

    /** The entries of the VM-entry MSR-load area that the text lists. */
    public List<MsrLoad> msrLoads() {
        return msrLoads;
    }

    /** Lines within the dump that no reader understands; the first 1000 of them. */
    public List<Evidence> unknownLines() {
        return unknownLines;
    }

    /** The line that the dump begins in. */
    public int firstLine() {
        return firstLine;
    }

    @Override
    public boolean known(VmcsField field) {
        return fields.containsKey(field);
    }

    @Override
    public long value(VmcsField field) {
        FieldValue value = fields.get(field);
        return value == null ? 0 : value.value();
    }
}
