// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/** Model-specific registers that are plain storage for the processor. EFER, FS and GS base live in {@link Cpu}. */
public final class ModelRegisters {
    /** IA32_DEBUGCTL: TF traps after branches only. */
    public static final long BTF = 2;

    public long sysenterCs;
    public long sysenterEsp;
    public long sysenterEip;
    public long star;
    public long lstar;
    public long cstar;
    public long fmask;
    public long kernelGsBase;
    public int tscAux;
    /** Added to the platform's tick count to give IA32_TIME_STAMP_COUNTER. */
    public long tscOffset;
    /** IA32_TSC_ADJUST. */
    public long tscAdjust;
    public long pat = 0x0007040600070406L;
    public long debugctl;
    public long miscEnable = 1;
    public long powerControl;
    /** IA32_FEATURE_CONTROL as firmware leaves it: locked, VMX enabled. */
    public long featureControl = 5;
    public long apicBase = 0xFEE00900L;
    public long biosSignature;
    public long mtrrDefType = 0x806;
    public final long[] mtrrFixed = new long[11];
    public final long[] mtrrVariable = new long[20];
    public int pkru;
    /** IA32_PKRS: protection keys of supervisor pages. */
    public int pkrs;
    /** IA32_PERF_GLOBAL_CTRL: kept, though nothing is counted. */
    public long perfGlobalCtrl;
    /** IA32_UMWAIT_CONTROL. */
    public int umwaitControl;
    public long xss;
    public long spec;
    public long bndcfgs;

    /** PKRU in bits 31:0, IA32_PKRS in bits 63:32. */
    public long protectionKeys() {
        return pkru & 0xFFFF_FFFFL | (long) pkrs << 32;
    }

    public void copyFrom(ModelRegisters o) {
        sysenterCs = o.sysenterCs;
        sysenterEsp = o.sysenterEsp;
        sysenterEip = o.sysenterEip;
        star = o.star;
        lstar = o.lstar;
        cstar = o.cstar;
        fmask = o.fmask;
        kernelGsBase = o.kernelGsBase;
        tscAux = o.tscAux;
        tscOffset = o.tscOffset;
        tscAdjust = o.tscAdjust;
        pat = o.pat;
        debugctl = o.debugctl;
        miscEnable = o.miscEnable;
        powerControl = o.powerControl;
        featureControl = o.featureControl;
        apicBase = o.apicBase;
        biosSignature = o.biosSignature;
        mtrrDefType = o.mtrrDefType;
        System.arraycopy(o.mtrrFixed, 0, mtrrFixed, 0, mtrrFixed.length);
        System.arraycopy(o.mtrrVariable, 0, mtrrVariable, 0, mtrrVariable.length);
        pkru = o.pkru;
        pkrs = o.pkrs;
        perfGlobalCtrl = o.perfGlobalCtrl;
        umwaitControl = o.umwaitControl;
        xss = o.xss;
        spec = o.spec;
        bndcfgs = o.bndcfgs;
    }
}
