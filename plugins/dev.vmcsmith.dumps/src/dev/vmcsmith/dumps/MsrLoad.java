// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

/**
 * An entry of the VM-entry MSR-load area, as the text lists it.
 *
 * @param entry its place in the area, from 0
 * @param reserved bits 63:32 of its first quadword
 */
public record MsrLoad(int entry, int msr, int reserved, long value, Evidence evidence) {
}
