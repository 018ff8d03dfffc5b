// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

/** The values of one VMCS as far as somebody knows them: a processor knows all, a source file or a dump only some. */
public interface VmcsView {
    /** Whether the field's value is known. */
    boolean known(VmcsField field);

    /** The value, zero-extended from the field's width; 0 when it is not known. Never throws. */
    long value(VmcsField field);
}
