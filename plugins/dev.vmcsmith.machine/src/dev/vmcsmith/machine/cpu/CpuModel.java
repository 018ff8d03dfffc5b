// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/** What a CPU profile decides: CPUID leaves, VMX capability MSRs, address widths, which reserved bits exist. */
public interface CpuModel {
    /**
     * Answers CPUID. The dynamic bits (APIC id, OSXSAVE, OSPKE, XSAVE sizes) are filled in by {@code isa.Cpuid}.
     *
     * @return eax, ebx, ecx, edx; not to be modified
     */
    int[] cpuid(int leaf, int subleaf);

    /** The value of a read-only capability MSR (0x480..0x493), or null when the profile does not have it. */
    Long capability(int msr);

    int physicalAddressBits();

    int linearAddressBits();

    /** Bits of CR4 that software may set. */
    long cr4Mask();

    /** Bits of IA32_EFER that software may set. */
    long eferMask();

    /** Components that XSETBV may enable. */
    long xcr0Mask();

    /** Bits of IA32_PERF_GLOBAL_CTRL that software may set; 0 when there is no such register. */
    default long perfGlobalCtrlMask() {
        return 0;
    }

    /** Tests a CPUID feature bit: register 0..3 = eax, ebx, ecx, edx. */
    default boolean has(int leaf, int subleaf, int register, int bit) {
        return (cpuid(leaf, subleaf)[register] >>> bit & 1) != 0;
    }
}
