// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

/**
 * What CPUID returns for one leaf (EAX) and sub-leaf (ECX).
 *
 * @param leaf the value of EAX, unsigned
 * @param subleaf the value of ECX; {@link #ANY} when the leaf does not look at it
 */
public record CpuidLeaf(int leaf, int subleaf, int eax, int ebx, int ecx, int edx) {
    /** The sub-leaf of a leaf that ignores ECX. */
    public static final int ANY = -1;
}
