// SPDX-License-Identifier: EPL-2.0
/**
 * From a setup's plan to a bootable image: the runtime (assembly text in {@code runtime/}), the code of handlers and of the life cycle,
 * EPTs, and what a debugger needs. Finds no mistakes of its own: a plan without errors compiles.
 */
package dev.vmcsmith.lang.compiler;
