// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.util.Map;
import java.util.Set;

/**
 * How to get from a function, stopped at one instruction, back to its caller: a row of the compiler's call frame information. Registers are
 * numbered as instructions encode them, RAX 0 to R15 15; offsets are bytes from the canonical frame address, the caller's stack pointer
 * after its call.
 *
 * @param register the canonical frame address is this register's value
 * @param offset plus this
 * @param returnOffset where the return address is
 * @param saved where the caller's values of registers are that the function has changed
 * @param lost registers whose values in the caller cannot be known
 * @param wordSize bytes of an address and of a saved register: 4 or 8
 */
public record CallFrame(int register, long offset, long returnOffset, Map<Integer, Long> saved, Set<Integer> lost, int wordSize) {
}
