// SPDX-License-Identifier: EPL-2.0
/**
 * The engine that compiles: blocks that are executed often become JVM code, which HotSpot then optimizes as a whole.
 * Never here: what an instruction does, when a run ends.
 */
package dev.vmcsmith.machine.engine.jit;
