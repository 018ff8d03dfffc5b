// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;

/**
 * One field of a VMCS.
 *
 * @param name the SDM's name, such as {@code Guest CS access rights}
 * @param hvName the name in a setup, such as {@code cs.access-rights}
 * @param encoding the operand of VMREAD and VMWRITE
 * @param width in bits: 16, 32 or 64 (natural width is 64)
 * @param value unsigned
 * @param meaning the value decoded for the user; empty when the number says it all
 * @param changedSinceLastStop whether the value differs from the one at the previous stop
 */
public record VmcsFieldValue(
        String name, String hvName, int encoding, int width, @JsonAdapter(HexLong.class) long value, String meaning,
        boolean changedSinceLastStop) {

    /** The value in hexadecimal with all digits of its width. */
    public String hex() {
        return String.format("0x%0" + width / 4 + "x", value);
    }
}
