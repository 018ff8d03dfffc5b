// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Basic exit reasons, bits 15:0 of the exit-reason field (SDM appendix "VMX Basic Exit Reasons"). Numbers that the SDM
 * skips are not here.
 */
public enum ExitReason {
    EXCEPTION_NMI(0, "exception-nmi", "Exception or non-maskable interrupt (NMI)", QualificationKind.EXCEPTION),
    EXTERNAL_INTERRUPT(1, "external-interrupt", "External interrupt", QualificationKind.NONE),
    TRIPLE_FAULT(2, "triple-fault", "Triple fault", QualificationKind.NONE),
    INIT(3, "init", "INIT signal", QualificationKind.NONE),
    SIPI(4, "sipi", "Start-up IPI (SIPI)", QualificationKind.SIPI),
    IO_SMI(5, "io-smi", "I/O system-management interrupt (SMI)", QualificationKind.IO_SMI),
    OTHER_SMI(6, "other-smi", "Other SMI", QualificationKind.NONE),
    INTERRUPT_WINDOW(7, "interrupt-window", "Interrupt window", QualificationKind.NONE),
    NMI_WINDOW(8, "nmi-window", "NMI window", QualificationKind.NONE),
    TASK_SWITCH(9, "task-switch", "Task switch", QualificationKind.TASK_SWITCH),
    CPUID(10, "cpuid", "CPUID", QualificationKind.NONE),
    GETSEC(11, "getsec", "GETSEC", QualificationKind.NONE),
    HLT(12, "hlt", "HLT", QualificationKind.NONE),
    INVD(13, "invd", "INVD", QualificationKind.NONE),
    INVLPG(14, "invlpg", "INVLPG", QualificationKind.LINEAR_ADDRESS),
    RDPMC(15, "rdpmc", "RDPMC", QualificationKind.NONE),
    RDTSC(16, "rdtsc", "RDTSC", QualificationKind.NONE),
    RSM(17, "rsm", "RSM", QualificationKind.NONE),
    VMCALL(18, "vmcall", "VMCALL", QualificationKind.NONE),
    VMCLEAR(19, "vmclear", "VMCLEAR", QualificationKind.DISPLACEMENT),
    VMLAUNCH(20, "vmlaunch", "VMLAUNCH", QualificationKind.NONE),
    VMPTRLD(21, "vmptrld", "VMPTRLD", QualificationKind.DISPLACEMENT),
    VMPTRST(22, "vmptrst", "VMPTRST", QualificationKind.DISPLACEMENT),
    VMREAD(23, "vmread", "VMREAD", QualificationKind.DISPLACEMENT),
    VMRESUME(24, "vmresume", "VMRESUME", QualificationKind.NONE),
    VMWRITE(25, "vmwrite", "VMWRITE", QualificationKind.DISPLACEMENT),
    VMXOFF(26, "vmxoff", "VMXOFF", QualificationKind.NONE),
    VMXON(27, "vmxon", "VMXON", QualificationKind.DISPLACEMENT),
    CR_ACCESS(28, "cr-access", "Control-register accesses", QualificationKind.CR_ACCESS),
    DR_ACCESS(29, "dr-access", "MOV DR", QualificationKind.DR_ACCESS),
    IO_INSTRUCTION(30, "io-instruction", "I/O instruction", QualificationKind.IO_INSTRUCTION),
    RDMSR(31, "rdmsr", "RDMSR", QualificationKind.NONE),
    WRMSR(32, "wrmsr", "WRMSR", QualificationKind.NONE),
    ENTRY_FAILURE_GUEST_STATE(33, "entry-failure-guest-state", "VM-entry failure due to invalid guest state",
            QualificationKind.ENTRY_FAILURE),
    ENTRY_FAILURE_MSR_LOADING(34, "entry-failure-msr-loading", "VM-entry failure due to MSR loading", QualificationKind.MSR_ENTRY),
    MWAIT(36, "mwait", "MWAIT", QualificationKind.MWAIT),
    MONITOR_TRAP_FLAG(37, "monitor-trap-flag", "Monitor trap flag", QualificationKind.NONE),
    MONITOR(39, "monitor", "MONITOR", QualificationKind.NONE),
    PAUSE(40, "pause", "PAUSE", QualificationKind.NONE),
    ENTRY_FAILURE_MACHINE_CHECK(41, "entry-failure-machine-check", "VM-entry failure due to machine-check event", QualificationKind.NONE),
    TPR_BELOW_THRESHOLD(43, "tpr-below-threshold", "TPR below threshold", QualificationKind.NONE),
    APIC_ACCESS(44, "apic-access", "APIC access", QualificationKind.APIC_ACCESS),
    VIRTUALIZED_EOI(45, "virtualized-eoi", "Virtualized EOI", QualificationKind.VECTOR),
    GDTR_IDTR_ACCESS(46, "gdtr-idtr-access", "Access to GDTR or IDTR", QualificationKind.DISPLACEMENT),
    LDTR_TR_ACCESS(47, "ldtr-tr-access", "Access to LDTR or TR", QualificationKind.DISPLACEMENT),
    EPT_VIOLATION(48, "ept-violation", "EPT violation", QualificationKind.EPT_VIOLATION),
    EPT_MISCONFIGURATION(49, "ept-misconfiguration", "EPT misconfiguration", QualificationKind.NONE),
    INVEPT(50, "invept", "INVEPT", QualificationKind.DISPLACEMENT),
    RDTSCP(51, "rdtscp", "RDTSCP", QualificationKind.NONE),
    PREEMPTION_TIMER(52, "preemption-timer", "VMX-preemption timer expired", QualificationKind.NONE),
    INVVPID(53, "invvpid", "INVVPID", QualificationKind.DISPLACEMENT),
    WBINVD(54, "wbinvd", "WBINVD or WBNOINVD", QualificationKind.NONE),
    XSETBV(55, "xsetbv", "XSETBV", QualificationKind.NONE),
    APIC_WRITE(56, "apic-write", "APIC write", QualificationKind.APIC_WRITE),
    RDRAND(57, "rdrand", "RDRAND", QualificationKind.NONE),
    INVPCID(58, "invpcid", "INVPCID", QualificationKind.DISPLACEMENT),
    VMFUNC(59, "vmfunc", "VMFUNC", QualificationKind.NONE),
    ENCLS(60, "encls", "ENCLS", QualificationKind.NONE),
    RDSEED(61, "rdseed", "RDSEED", QualificationKind.NONE),
    PML_FULL(62, "pml-full", "Page-modification log full", QualificationKind.PML_FULL),
    XSAVES(63, "xsaves", "XSAVES", QualificationKind.DISPLACEMENT),
    XRSTORS(64, "xrstors", "XRSTORS", QualificationKind.DISPLACEMENT),
    PCONFIG(65, "pconfig", "PCONFIG", QualificationKind.NONE),
    SPP_EVENT(66, "spp-event", "SPP-related event", QualificationKind.SPP),
    UMWAIT(67, "umwait", "UMWAIT", QualificationKind.NONE),
    TPAUSE(68, "tpause", "TPAUSE", QualificationKind.NONE),
    LOADIWKEY(69, "loadiwkey", "LOADIWKEY", QualificationKind.NONE),
    ENCLV(70, "enclv", "ENCLV", QualificationKind.NONE),
    ENQCMD_PASID_FAILURE(72, "enqcmd-pasid-failure", "ENQCMD PASID translation failure", QualificationKind.DISPLACEMENT),
    ENQCMDS_PASID_FAILURE(73, "enqcmds-pasid-failure", "ENQCMDS PASID translation failure", QualificationKind.DISPLACEMENT),
    BUS_LOCK(74, "bus-lock", "Bus lock", QualificationKind.NONE),
    INSTRUCTION_TIMEOUT(75, "instruction-timeout", "Instruction timeout", QualificationKind.INSTRUCTION_TIMEOUT),
    SEAMCALL(76, "seamcall", "SEAMCALL", QualificationKind.NONE),
    TDCALL(77, "tdcall", "TDCALL", QualificationKind.NONE),
    RDMSRLIST(78, "rdmsrlist", "RDMSRLIST", QualificationKind.NONE),
    WRMSRLIST(79, "wrmsrlist", "WRMSRLIST", QualificationKind.NONE),
    URDMSR(80, "urdmsr", "URDMSR", QualificationKind.NONE),
    UWRMSR(81, "uwrmsr", "UWRMSR", QualificationKind.NONE),
    RDMSR_IMMEDIATE(84, "rdmsr-immediate", "RDMSR (immediate form)", QualificationKind.NONE),
    WRMSRNS_IMMEDIATE(85, "wrmsrns-immediate", "WRMSRNS (immediate form)", QualificationKind.NONE);

    /** Exit reason bit 31: the exit is a VM-entry failure. */
    public static final long ENTRY_FAILURE = 1L << 31;
    /** Exit reason bit 29: the exit came from VMX root operation (dual-monitor treatment). */
    public static final long FROM_ROOT = 1L << 29;
    /** Exit reason bit 28: an MTF VM exit was pending. */
    public static final long PENDING_MTF = 1L << 28;
    /** Exit reason bit 27: the processor was in enclave mode. */
    public static final long ENCLAVE = 1L << 27;
    /** Exit reason bit 26: a bus lock was asserted before the exit. */
    public static final long BUS_LOCKED = 1L << 26;
    /** Exit reason bit 25: delivery of an event caused a shadow stack to become prematurely busy. */
    public static final long SHADOW_STACK_BUSY = 1L << 25;

    private static final ExitReason[] BY_NUMBER = new ExitReason[86];

    static {
        for (ExitReason reason : values()) {
            BY_NUMBER[reason.number] = reason;
        }
    }

    private final int number;
    private final String hvName;
    private final String sdmName;
    private final QualificationKind qualification;

    ExitReason(int number, String hvName, String sdmName, QualificationKind qualification) {
        this.number = number;
        this.hvName = hvName;
        this.sdmName = sdmName;
        this.qualification = qualification;
    }

    public int number() {
        return number;
    }

    /** The name in setup files, for example {@code cr-access}. */
    public String hvName() {
        return hvName;
    }

    public String sdmName() {
        return sdmName;
    }

    /** What the exit qualification holds for this reason. */
    public QualificationKind qualification() {
        return qualification;
    }

    /** Whether this is a VM-entry failure, for which the exit-reason field has bit 31 set. */
    public boolean isEntryFailure() {
        return this == ENTRY_FAILURE_GUEST_STATE || this == ENTRY_FAILURE_MSR_LOADING || this == ENTRY_FAILURE_MACHINE_CHECK;
    }

    /** Whether such an exit is caused by an instruction of the guest, so that the VM-exit instruction length is valid. */
    public boolean isInstruction() {
        return switch (this) {
            case TASK_SWITCH, CPUID, GETSEC, HLT, INVD, INVLPG, RDPMC, RDTSC, RSM, VMCALL, VMCLEAR, VMLAUNCH, VMPTRLD, VMPTRST, VMREAD,
                    VMRESUME, VMWRITE, VMXOFF, VMXON, CR_ACCESS, DR_ACCESS, IO_INSTRUCTION, RDMSR, WRMSR, MWAIT, MONITOR, PAUSE,
                    GDTR_IDTR_ACCESS, LDTR_TR_ACCESS, INVEPT, RDTSCP, INVVPID, WBINVD, XSETBV, RDRAND, INVPCID, VMFUNC, ENCLS, RDSEED,
                    XSAVES, XRSTORS, PCONFIG, UMWAIT, TPAUSE, LOADIWKEY, ENCLV, ENQCMD_PASID_FAILURE, ENQCMDS_PASID_FAILURE,
                    SEAMCALL, TDCALL, RDMSRLIST, WRMSRLIST, URDMSR, UWRMSR, RDMSR_IMMEDIATE, WRMSRNS_IMMEDIATE -> true;
            default -> false;
        };
    }

    /** Whether such an exit fills the VM-exit instruction-information field. */
    public boolean hasInstructionInformation() {
        return switch (this) {
            case VMCLEAR, VMPTRLD, VMPTRST, VMREAD, VMWRITE, VMXON, GDTR_IDTR_ACCESS, LDTR_TR_ACCESS, INVEPT, INVVPID, INVPCID, RDRAND,
                    RDSEED, XSAVES, XRSTORS, UMWAIT, TPAUSE, LOADIWKEY, ENQCMD_PASID_FAILURE, ENQCMDS_PASID_FAILURE, URDMSR, UWRMSR,
                    RDMSR_IMMEDIATE, WRMSRNS_IMMEDIATE -> true;
            default -> false;
        };
    }

    /**
     * The VM-exit information fields that such an exit gives a meaning, in the order of the SDM's sections. INS and OUTS also
     * fill instruction information and guest-linear address; an event whose delivery was under way is in the IDT-vectoring
     * information, whatever the reason.
     */
    public List<VmcsField> fields() {
        List<VmcsField> fields = new ArrayList<>();
        fields.add(VmcsField.EXIT_REASON);
        if (qualification != QualificationKind.NONE) {
            fields.add(VmcsField.EXIT_QUALIFICATION);
        }
        if (this == EPT_VIOLATION || this == SPP_EVENT) {
            fields.add(VmcsField.GUEST_LINEAR_ADDRESS);
        }
        if (this == EPT_VIOLATION || this == EPT_MISCONFIGURATION || this == SPP_EVENT) {
            fields.add(VmcsField.GUEST_PHYSICAL_ADDRESS);
        }
        if (this == EXCEPTION_NMI || this == EXTERNAL_INTERRUPT) {
            fields.add(VmcsField.EXIT_INTERRUPTION_INFORMATION);
        }
        if (this == EXCEPTION_NMI) {
            fields.add(VmcsField.EXIT_INTERRUPTION_ERROR_CODE);
        }
        if (isInstruction()) {
            fields.add(VmcsField.EXIT_INSTRUCTION_LENGTH);
        }
        if (hasInstructionInformation()) {
            fields.add(VmcsField.EXIT_INSTRUCTION_INFORMATION);
        }
        if (this == WRMSRLIST) {
            fields.add(VmcsField.MSR_DATA);
        }
        return fields;
    }

    /** The reason in bits 15:0 of the exit-reason field; null for a number that the SDM does not define. */
    public static ExitReason of(long exitReason) {
        int basic = (int) exitReason & 0xFFFF;
        return basic < BY_NUMBER.length ? BY_NUMBER[basic] : null;
    }

    /** The reason with this name in setup files; null if there is none. */
    public static ExitReason find(String hvName) {
        return Names.MAP.get(hvName);
    }

    /** The whole exit-reason field in words: the basic reason, then what the upper bits say. */
    public static String describe(long exitReason) {
        ExitReason reason = of(exitReason);
        StringBuilder text = new StringBuilder(reason == null ? "unknown reason " + (exitReason & 0xFFFF) : reason.sdmName);
        if ((exitReason & ENTRY_FAILURE) != 0 && (reason == null || !reason.isEntryFailure())) {
            text.append(", VM-entry failure");
        }
        append(text, exitReason, FROM_ROOT, ", from VMX root operation");
        append(text, exitReason, PENDING_MTF, ", with a pending MTF VM exit");
        append(text, exitReason, ENCLAVE, ", in enclave mode");
        append(text, exitReason, BUS_LOCKED, ", after a bus lock");
        append(text, exitReason, SHADOW_STACK_BUSY, ", shadow stack prematurely busy");
        return text.toString();
    }

    private static void append(StringBuilder text, long value, long bit, String words) {
        if ((value & bit) != 0) {
            text.append(words);
        }
    }

    /** By name, filled on first use. */
    private static final class Names {
        static final Map<String, ExitReason> MAP = new HashMap<>();

        static {
            for (ExitReason reason : values()) {
                MAP.put(reason.hvName, reason);
            }
        }
    }
}
