// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * An unmodifiable VMCS view on a map; fields that the map lacks are unknown. Values are cut to the field's width.
 */
public final class VmcsMap implements VmcsView {
    private final Map<VmcsField, Long> values;

    public VmcsMap(Map<VmcsField, Long> values) {
        Objects.requireNonNull(values);
        this.values = new EnumMap<>(VmcsField.class);
        values.forEach((field, value) -> this.values.put(field, field.truncate(value)));
    }

    @Override
    public boolean known(VmcsField field) {
        return values.containsKey(field);
    }

    @Override
    public long value(VmcsField field) {
        Long value = values.get(field);
        return value == null ? 0 : value;
    }
}
