// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Value;
import org.eclipse.emf.ecore.EObject;

/**
 * What one VMCS field gets.
 *
 * @param value    as far as it is known before the image is laid out
 * @param symbol   name of the thing of the image whose address is the value, null when {@code value} is all there is
 * @param origin   what in the file decides it: a field setting, a control group, a preset, or the VMCS
 * @param explicit whether the file names the field
 */
public record FieldPlan(Value value, String symbol, EObject origin, boolean explicit) {
    static FieldPlan of(long value, EObject origin) {
        return new FieldPlan(Value.of(value), null, origin, false);
    }

    static FieldPlan image(String symbol, EObject origin) {
        return new FieldPlan(Value.UNKNOWN, symbol, origin, false);
    }
}
