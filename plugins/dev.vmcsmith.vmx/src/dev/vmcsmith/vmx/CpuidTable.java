// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import java.util.List;

/** The CPUID leaves of a processor. Immutable. */
public final class CpuidTable {
    /** No leaf is known. */
    public static final CpuidTable UNKNOWN = new CpuidTable(List.of());

    private final List<CpuidLeaf> leaves;

    public CpuidTable(List<CpuidLeaf> leaves) {
        this.leaves = List.copyOf(leaves);
    }

    public List<CpuidLeaf> leaves() {
        return leaves;
    }

    /** The leaf, or null when the processor's documentation does not show it. */
    public CpuidLeaf find(int leaf, int subleaf) {
        for (CpuidLeaf candidate : leaves) {
            if (candidate.leaf() == leaf && (candidate.subleaf() == subleaf || candidate.subleaf() == CpuidLeaf.ANY)) {
                return candidate;
            }
        }
        return null;
    }

    /** Whether the leaf is known. */
    public boolean has(int leaf, int subleaf) {
        return find(leaf, subleaf) != null;
    }

    /** EAX of a leaf, 0 when it is not known. The other three registers alike. */
    public int eax(int leaf, int subleaf) {
        CpuidLeaf found = find(leaf, subleaf);
        return found == null ? 0 : found.eax();
    }

    public int ebx(int leaf, int subleaf) {
        CpuidLeaf found = find(leaf, subleaf);
        return found == null ? 0 : found.ebx();
    }

    public int ecx(int leaf, int subleaf) {
        CpuidLeaf found = find(leaf, subleaf);
        return found == null ? 0 : found.ecx();
    }

    public int edx(int leaf, int subleaf) {
        CpuidLeaf found = find(leaf, subleaf);
        return found == null ? 0 : found.edx();
    }

    /** Width of physical addresses in bits (MAXPHYADDR), from leaf 80000008H; -1 when the leaf is not known. */
    public int physicalAddressBits() {
        CpuidLeaf found = find(0x8000_0008, 0);
        return found == null || found.eax() == 0 ? -1 : found.eax() & 0xFF;
    }

    /** Width of linear addresses in bits; -1 when the leaf is not known. */
    public int linearAddressBits() {
        CpuidLeaf found = find(0x8000_0008, 0);
        return found == null || found.eax() == 0 ? -1 : found.eax() >> 8 & 0xFF;
    }

    /** Display family, with the extended family added in. */
    public int family() {
        int signature = eax(1, 0);
        int family = signature >> 8 & 0xF;
        return family == 0xF ? family + (signature >> 20 & 0xFF) : family;
    }

    /** Display model, with the extended model joined. */
    public int model() {
        int signature = eax(1, 0);
        return signature >> 4 & 0xF | signature >> 12 & 0xF0;
    }

    public int stepping() {
        return eax(1, 0) & 0xF;
    }
}
