// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.x86.asm.Assembly;

/**
 * A piece of guest memory that the setup fills.
 *
 * @param address guest-physical
 * @param bytes   the content, empty when it could not be made
 * @param origin  the {@code guest code}, {@code data}, {@code file} or {@code elf}, or the {@code page tables}
 * @param code    labels and lines (counted from the line of the origin), null for the others
 * @param elf     the executable whose first segment this is, with its symbols and lines; null for all else
 */
public record GuestBlock(String name, long address, byte[] bytes, Symbol origin, Assembly code, BootImage elf) {
    GuestBlock(String name, long address, byte[] bytes, Symbol origin, Assembly code) {
        this(name, address, bytes, origin, code, null);
    }

    public long end() {
        return address + bytes.length;
    }
}
