// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import java.util.OptionalLong;

/**
 * The registers of one stack frame: of a processor as it is, or as a VMCS keeps them. Names are those of the VMCS guest-state area
 * ({@code rip}, {@code cs.access-rights}, {@code gdtr.base}, {@code ia32-efer}) and {@code rax} to {@code r15}, {@code cr2}, {@code dr0}.
 */
interface RegisterFile {

    /** The value, or empty when the register has no value here. */
    OptionalLong get(String name);

    /**
     * Changes a register.
     *
     * @throws RequestFailure when it cannot be changed here
     */
    void set(String name, long value);

    /** 16, 32 or 64: how code and general registers of this frame are shown. */
    int codeBits();
}
