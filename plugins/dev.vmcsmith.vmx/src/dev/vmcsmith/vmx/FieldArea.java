// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

/** The area of a VMCS field: bits 11:10 of its encoding (SDM "Field Encoding in VMCS"). */
public enum FieldArea {
    CONTROL("control"), EXIT("exit"), GUEST("guest"), HOST("host");

    private static final FieldArea[] BY_TYPE = values();
    private final String hvName;

    FieldArea(String hvName) {
        this.hvName = hvName;
    }

    /** The name of the block in a setup file that holds the fields of this area, for example {@code guest}. */
    public String hvName() {
        return hvName;
    }

    /** Only VM-exit information fields are read-only (VM-instruction error 13, unless IA32_VMX_MISC[29] is set). */
    public boolean readOnly() {
        return this == EXIT;
    }

    static FieldArea ofEncoding(int encoding) {
        return BY_TYPE[encoding >> 10 & 3];
    }
}
