// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.cpu.CpuModel;
import dev.vmcsmith.machine.vmx.MachineCapabilities;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuidLeaf;
import dev.vmcsmith.vmx.CpuidTable;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.Arrays;
import java.util.Set;

/** A CPU profile as the processor sees it, with the features removed that this machine has no semantics for. */
public final class ProfileModel implements CpuModel {
    private static final int[] NONE = new int[4];
    /** Leaf 1 ECX: DTES64, DS-CPL, SMX, EIST, TM2, FMA, xTPR, PDCM, DCA, AVX, F16C. */
    private static final int LEAF_1_ECX = 1 << 2 | 1 << 4 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 12 | 1 << 14 | 1 << 15 | 1 << 18 | 1 << 28
        | 1 << 29;
    /** Leaf 1 EDX: DS, ACPI, HTT, TM, PBE. */
    private static final int LEAF_1_EDX = 1 << 21 | 1 << 22 | 1 << 28 | 1 << 29 | 1 << 31;
    /** Leaf 7 EBX: HLE, AVX2, RTM, PQM, MPX, PQE, AVX-512, Processor Trace. */
    private static final int LEAF_7_EBX = 1 << 4 | 1 << 5 | 1 << 11 | 1 << 12 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 17 | 1 << 21 | 1 << 25
        | 1 << 26 | 1 << 27 | 1 << 28 | 1 << 30 | 1 << 31;
    /** Leaf 7 ECX: what is left is UMIP, PKU, WAITPKG, LA57, RDPID, CLDEMOTE, MOVDIRI, MOVDIR64B, PKS. */
    private static final int LEAF_7_ECX_KEPT = 1 << 2 | 1 << 3 | 1 << 5 | 1 << 16 | 1 << 22 | 1 << 25 | 1 << 27 | 1 << 28 | 1 << 31;
    /** Leaf 7, subleaf 1, EAX: what is left is WRMSRNS, MSRLIST. */
    private static final int LEAF_7_1_EAX_KEPT = 1 << 19 | 1 << 27;
    /** Leaf 7 EDX: what is left is SERIALIZE, PCONFIG, IBRS and IBPB, STIBP, L1D_FLUSH, SSBD. */
    private static final int LEAF_7_EDX_KEPT = 1 << 14 | 1 << 18 | 1 << 26 | 1 << 27 | 1 << 28 | 1 << 31;
    private static final int POWER_LEAF = 6, PMU_LEAF = 0xA, SGX_LEAF = 0x12;
    /** Leaf 6 EAX: what is left is the APIC timer that always runs. */
    private static final int POWER_EAX_KEPT = 1 << 2;
    /** Performance counters, resource director, Processor Trace, Key Locker, last branch records, AMX, history reset, AVX10. */
    private static final Set<Integer> ABSENT_LEAVES = Set.of(PMU_LEAF, 0xF, 0x10, 0x14, 0x19, 0x1C, 0x1D, 0x1E, 0x20, 0x23, 0x24);

    private final CpuProfile profile;
    private final VmxCapabilities capabilities;
    private final int physicalBits;
    private final int linearBits;
    private final long cr4Mask;
    private final long perfGlobalCtrlMask;
    /** What was asked lately. */
    private final Answer[] answers = new Answer[64];

    private record Answer(int leaf, int subleaf, int[] registers) {
    }

    public ProfileModel(CpuProfile profile) {
        this.profile = profile;
        CpuidTable table = profile.cpuid();
        physicalBits = table.physicalAddressBits() > 0 ? table.physicalAddressBits() : 36;
        linearBits = table.linearAddressBits() > 0 ? table.linearAddressBits() : 48;
        cr4Mask = cr4();
        perfGlobalCtrlMask = perfGlobalCtrl(table);
        capabilities = MachineCapabilities.of(profile.capabilities(), cr4Mask);
    }

    /** The VMX capabilities, as RDMSR reads them and as VM entry checks against them. */
    public VmxCapabilities capabilities() {
        return capabilities;
    }

    public CpuProfile profile() {
        return profile;
    }

    @Override
    public int[] cpuid(int leaf, int subleaf) {
        int slot = leaf * 31 + subleaf & answers.length - 1;
        Answer known = answers[slot];
        if (known == null || known.leaf != leaf || known.subleaf != subleaf) {
            known = answers[slot] = new Answer(leaf, subleaf, registers(leaf, subleaf));
        }
        return known.registers;
    }

    private int[] registers(int leaf, int subleaf) {
        CpuidLeaf found = profile.cpuid().find(leaf, subleaf);
        int highest = profile.cpuid().eax(leaf < 0 ? 0x80000000 : 0, 0);
        if (found == null) {
            if (Integer.compareUnsigned(leaf, highest) <= 0 || leaf >>> 28 == 4) {
                return NONE;
            }
            int basic = profile.cpuid().eax(0, 0);
            found = profile.cpuid().find(basic, subleaf);
            return found == null ? NONE : new int[] {found.eax(), found.ebx(), found.ecx(), found.edx()};
        }
        if (ABSENT_LEAVES.contains(leaf)) {
            return NONE;
        }
        int[] r = {found.eax(), found.ebx(), found.ecx(), found.edx()};
        switch (leaf) {
            case 1 -> {
                r[1] = r[1] & ~0xFF0000 | 1 << 16;
                r[2] = r[2] & ~LEAF_1_ECX | 1 << 21;
                r[3] &= ~LEAF_1_EDX;
            }
            case 7 -> {
                r[1] &= subleaf == 0 ? ~LEAF_7_EBX : 0;
                r[2] &= subleaf == 0 ? LEAF_7_ECX_KEPT : 0;
                r[3] &= subleaf == 0 ? LEAF_7_EDX_KEPT : 0;
                r[0] = subleaf == 0 ? 1 : subleaf == 1 ? r[0] & LEAF_7_1_EAX_KEPT : 0;
            }
            case 0xD -> extendedState(subleaf, r);
            case SGX_LEAF -> Arrays.fill(r, subleaf < 2 ? 4 : 0, 4, 0);
            case POWER_LEAF -> {
                r[0] &= POWER_EAX_KEPT;
                r[1] = r[2] = r[3] = 0;
            }
            default -> { }
        }
        return r;
    }

    /** Leaf 0DH: x87 and SSE state only. */
    private static void extendedState(int subleaf, int[] r) {
        switch (subleaf) {
            case 0 -> {
                r[0] &= 3;
                r[1] = r[2] = 576;
                r[3] = 0;
            }
            case 1 -> {
                r[0] &= 0xF;
                r[1] = 576;
                r[2] = r[3] = 0;
            }
            default -> Arrays.fill(r, 0);
        }
    }

    @Override
    public Long capability(int msr) {
        return capabilities.known(msr) ? capabilities.msr(msr) : null;
    }

    @Override
    public int physicalAddressBits() {
        return physicalBits;
    }

    @Override
    public int linearAddressBits() {
        return linearBits;
    }

    @Override
    public long cr4Mask() {
        return cr4Mask;
    }

    private long cr4() {
        long mask = 0x1FF | 1 << 9 | 1 << 10;
        mask |= has(7, 0, 2, 2) ? 1 << 11 : 0;
        mask |= has(7, 0, 2, 16) ? 1 << 12 : 0;
        mask |= has(1, 0, 2, 5) ? 1 << 13 : 0;
        mask |= has(1, 0, 2, 6) ? 1 << 14 : 0;
        mask |= has(7, 0, 1, 0) ? 1 << 16 : 0;
        mask |= has(1, 0, 2, 17) ? 1 << 17 : 0;
        mask |= has(1, 0, 2, 26) ? 1 << 18 : 0;
        mask |= has(7, 0, 1, 7) ? 1 << 20 : 0;
        mask |= has(7, 0, 1, 20) ? 1 << 21 : 0;
        mask |= has(7, 0, 2, 3) ? 1 << 22 : 0;
        mask |= has(7, 0, 2, 31) ? 1 << 24 : 0;
        return mask;
    }

    /** One bit for each counter of the profile: general ones from bit 0, fixed ones from bit 32. */
    private static long perfGlobalCtrl(CpuidTable table) {
        int eax = table.eax(PMU_LEAF, 0);
        if ((eax & 0xFF) < 2) {
            return 0;
        }
        int general = Math.min(eax >>> 8 & 0xFF, 32);
        return (1L << general) - 1 | (1L << (table.edx(PMU_LEAF, 0) & 0x1F)) - 1 << 32;
    }

    @Override
    public long perfGlobalCtrlMask() {
        return perfGlobalCtrlMask;
    }

    @Override
    public long eferMask() {
        long mask = 0;
        mask |= has(0x80000001, 0, 3, 11) || has(0x80000001, 0, 3, 29) ? 1 : 0;
        mask |= has(0x80000001, 0, 3, 29) ? 0x500 : 0;
        mask |= has(0x80000001, 0, 3, 20) ? 0x800 : 0;
        return mask;
    }

    @Override
    public long xcr0Mask() {
        return 3;
    }
}
