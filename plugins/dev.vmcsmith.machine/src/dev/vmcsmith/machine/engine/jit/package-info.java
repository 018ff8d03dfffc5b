// SPDX-License-Identifier: EPL-2.0
/**
 * The engine that compiles: a block that is executed often becomes JVM code, together with the blocks of its page that it goes on to;
 * HotSpot then optimizes that as a whole.
 * Never here: what an instruction does, when a run ends.
 */
package dev.vmcsmith.machine.engine.jit;
