// SPDX-License-Identifier: EPL-2.0
/**
 * The interpreter: decoded basic blocks, each instruction bound once to its semantics.
 * Never here: what an instruction does, when a run ends.
 */
package dev.vmcsmith.machine.engine.interpreter;
