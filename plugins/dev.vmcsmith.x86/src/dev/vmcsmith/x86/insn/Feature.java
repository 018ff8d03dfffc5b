// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import java.util.HashMap;
import java.util.Map;

/** The features of the table's feature column, each with the CPUID bit that announces it (SDM "CPUID—CPU Identification"). */
public enum Feature {
    FPU(1, 0, 3, 0), CX8(1, 0, 3, 8), CMOV(1, 0, 3, 15), CLFSH(1, 0, 3, 19), MMX(1, 0, 3, 23), FXSR(1, 0, 3, 24), SSE(1, 0, 3, 25), SSE2(1, 0, 3, 26),
    SSE3(1, 0, 2, 0), PCLMULQDQ(1, 0, 2, 1), MONITOR(1, 0, 2, 3), VMX(1, 0, 2, 5), SMX(1, 0, 2, 6), SSSE3(1, 0, 2, 9), CX16(1, 0, 2, 13),
    SSE4_1("SSE4.1", 1, 0, 2, 19), SSE4_2("SSE4.2", 1, 0, 2, 20), MOVBE(1, 0, 2, 22), POPCNT(1, 0, 2, 23), AES(1, 0, 2, 25), XSAVE(1, 0, 2, 26),
    RDRAND(1, 0, 2, 30),
    FSGSBASE(7, 0, 1, 0), SGX(7, 0, 1, 2), BMI1(7, 0, 1, 3), BMI2(7, 0, 1, 8), INVPCID(7, 0, 1, 10), RDSEED(7, 0, 1, 18), ADX(7, 0, 1, 19),
    SMAP(7, 0, 1, 20), CLFLUSHOPT(7, 0, 1, 23), CLWB(7, 0, 1, 24), SHA(7, 0, 1, 29),
    PKU(7, 0, 2, 3), WAITPKG(7, 0, 2, 5), RDPID(7, 0, 2, 22), CLDEMOTE(7, 0, 2, 25), MOVDIRI(7, 0, 2, 27), MOVDIR64B(7, 0, 2, 28), ENQCMD(7, 0, 2, 29),
    UINTR(7, 0, 3, 5), SERIALIZE(7, 0, 3, 14), PCONFIG(7, 0, 3, 18),
    RTM(7, 0, 1, 11), WRMSRNS(7, 1, 0, 19), MSRLIST(7, 1, 0, 27), PTWRITE(0x14, 0, 1, 4),
    XSAVEOPT(0xD, 1, 0, 0), XSAVEC(0xD, 1, 0, 1), XSAVES(0xD, 1, 0, 3),
    LZCNT(0x80000001, 0, 2, 5), PREFETCHW(0x80000001, 0, 2, 8), RDTSCP(0x80000001, 0, 3, 27), WBNOINVD(0x80000008, 0, 1, 9);

    private static final Map<String, Feature> BY_NAME = new HashMap<>();

    static {
        for (Feature feature : values()) {
            BY_NAME.put(feature.text, feature);
        }
    }

    /** The name in the table. */
    public final String text;
    public final int leaf;
    public final int subleaf;
    /** 0 to 3: EAX, EBX, ECX, EDX. */
    public final int register;
    public final int bit;

    Feature(int leaf, int subleaf, int register, int bit) {
        this(null, leaf, subleaf, register, bit);
    }

    Feature(String text, int leaf, int subleaf, int register, int bit) {
        this.text = text == null ? name() : text;
        this.leaf = leaf;
        this.subleaf = subleaf;
        this.register = register;
        this.bit = bit;
    }

    /** The feature of a row, or null when every processor has it. */
    public static Feature of(InstructionForm form) {
        return BY_NAME.get(form.feature);
    }
}
