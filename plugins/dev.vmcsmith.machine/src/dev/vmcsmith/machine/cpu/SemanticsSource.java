// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/** A topic that knows the semantics of some operations of the instruction table. */
@FunctionalInterface
public interface SemanticsSource {
    /** The semantics for this decoded instruction (operation, operand form, width), or null when this topic does not know it. */
    Semantics bind(Insn insn);
}
