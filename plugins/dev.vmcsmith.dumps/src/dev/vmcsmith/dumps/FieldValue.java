// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import dev.vmcsmith.vmx.VmcsField;

/** A field's value and where the text prints it. */
public record FieldValue(VmcsField field, long value, Evidence evidence) {
}
