// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.List;
import java.util.Map;

/**
 * Result of an assembler run. With problems the bytes are a best effort and must not be run.
 *
 * @param origin address of the first byte
 * @param bytes code and data
 * @param labels addresses of labels, in order of definition; local ones as {@code global.local}. Not {@code equ} names.
 * @param constants values of {@code equ} names
 * @param lines one entry per statement that made bytes, ascending by address
 * @param problems all problems, by line
 */
public record Assembly(long origin, byte[] bytes, Map<String, Long> labels, Map<String, Long> constants, List<LineEntry> lines,
        List<AssemblyProblem> problems) {
    /** Whether there are no problems. */
    public boolean ok() {
        return problems.isEmpty();
    }
}
