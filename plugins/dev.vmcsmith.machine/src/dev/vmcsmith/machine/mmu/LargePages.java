// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.cpu.CpuModel;
import dev.vmcsmith.vmx.CpuidTable;

/**
 * What large pages a processor has (SDM "Paging-Mode Modifiers", "Enumeration of Paging Features by CPUID").
 *
 * @param largest     highest level of 4-level and 5-level paging that can map a page: 3 with 1-GByte pages, otherwise 2
 * @param reservedPde bits that are reserved in a PDE of 32-bit paging that maps a 4-MByte page: 21 to M - 19, with M the smaller of 40
 *                    and the width of physical addresses, or 32 without PSE-36
 */
record LargePages(int largest, int reservedPde) {
    private static final LargePages ALL = new LargePages(3, 1 << 21);
    private static final int EXTENDED = 0x80000001;
    private static final int EDX = 3, GIGABYTE_PAGES = 26, PSE_36 = 17;

    static LargePages of(CpuModel model) {
        return model == null ? ALL : of(model.has(EXTENDED, 0, EDX, GIGABYTE_PAGES), model.has(1, 0, EDX, PSE_36),
            model.physicalAddressBits());
    }

    /** What CPUID does not tell is taken as supported. */
    static LargePages of(CpuidTable cpuid) {
        boolean gigabyte = cpuid.find(EXTENDED, 0) == null || (cpuid.edx(EXTENDED, 0) >> GIGABYTE_PAGES & 1) != 0;
        boolean pse36 = cpuid.find(1, 0) == null || (cpuid.edx(1, 0) >> PSE_36 & 1) != 0;
        int width = cpuid.physicalAddressBits();
        return of(gigabyte, pse36, width > 0 ? width : 52);
    }

    private static LargePages of(boolean gigabyte, boolean pse36, int physicalBits) {
        int m = pse36 ? Math.min(40, physicalBits) : 32;
        return new LargePages(gigabyte ? 3 : 2, (1 << 22) - (1 << m - 19));
    }
}
