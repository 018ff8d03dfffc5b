// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/**
 * How VMX sees and changes what a processor does. {@code isa}, {@code event}, {@code mmu} and the engine call it at every point
 * where VMX non-root operation can intercept, or where behaviour differs in VMX operation; {@code vmx} implements it.
 *
 * <p><b>Instruction intercepts</b> return true when a VM exit was taken: all state is the host's by then and the caller returns
 * at once, touching nothing. While such a method runs, {@code cpu.rip} is the address of the next instruction, so the guest RIP
 * to save is {@code cpu.rip - insn.length}. An implementation may instead throw a {@link VmExitSignal}: the engine then puts RIP
 * back to the start of the instruction and calls {@link #takeExit}. The order against faults is the SDM's (section "Relative
 * Priority of Faults and VM Exits"): the caller has done the checks that come first.
 */
public interface InterceptPolicy {
    /** Plain operation: no VMX, nothing intercepted. */
    InterceptPolicy NONE = new InterceptPolicy() {
    };

    // --- where are we -------------------------------------------------------------------------------------------------

    /** Between VMXON and VMXOFF. */
    default boolean vmxOperation() {
        return false;
    }

    default boolean nonRoot() {
        return false;
    }

    /** Completes a VM exit found in the middle of something. {@code cpu.rip} is the start of the interrupted instruction. */
    default void takeExit(Cpu cpu, VmExitSignal signal, int instructionLength) {
        throw new IllegalStateException("VM exit without VMX: " + signal.getMessage());
    }

    // --- instructions --------------------------------------------------------------------------------------------------

    /** Instructions whose interception needs no more than their name. */
    enum Kind {
        CPUID, GETSEC, HLT, INVD, WBINVD, RDPMC, RDTSC, RDTSCP, RSM, PAUSE, MONITOR, MWAIT, XSETBV, RDRAND, RDSEED, INVLPG, INVPCID,
        XSAVES, XRSTORS, ENCLS, PCONFIG, UMWAIT, TPAUSE, MSR_LIST,
        /** Descriptor-table accesses. */
        SGDT, SIDT, LGDT, LIDT, SLDT, STR, LLDT, LTR
    }

    /**
     * An instruction of a {@link Kind} is about to execute.
     *
     * @param operand INVLPG: the linear address. INVPCID, XSAVES, XRSTORS and the descriptor-table instructions: the linear
     *                address of the memory operand, or 0
     */
    default boolean instruction(Cpu cpu, Kind kind, Insn insn, long operand) {
        return false;
    }

    /** MOV to CR0, CR3, CR4 or CR8 with the value of the register. */
    default boolean movToCr(Cpu cpu, int cr, int gpr, long value, Insn insn) {
        return false;
    }

    /** MOV from CR3 or CR8. */
    default boolean movFromCr(Cpu cpu, int cr, int gpr, Insn insn) {
        return false;
    }

    default boolean clts(Cpu cpu, Insn insn) {
        return false;
    }

    /**
     * LMSW.
     *
     * @param linear linear address of the memory operand, when {@code memory}
     */
    default boolean lmsw(Cpu cpu, int source, boolean memory, long linear, Insn insn) {
        return false;
    }

    /** What MOV from CR0, SMSW and CLTS see of CR0: the read shadow where the mask says so. */
    default long visibleCr0(Cpu cpu) {
        return cpu.cr0;
    }

    default long visibleCr4(Cpu cpu) {
        return cpu.cr4;
    }

    /** What CR0 becomes when software writes {@code value}: bits owned by the host keep their value. */
    default long effectiveCr0(Cpu cpu, long value) {
        return value;
    }

    default long effectiveCr4(Cpu cpu, long value) {
        return value;
    }

    /** Whether CR0 may have this value now: the fixed bits of VMX operation. */
    default boolean cr0Allowed(Cpu cpu, long value) {
        return true;
    }

    default boolean cr4Allowed(Cpu cpu, long value) {
        return true;
    }

    default boolean movDr(Cpu cpu, int dr, boolean write, int gpr, Insn insn) {
        return false;
    }

    default boolean rdmsr(Cpu cpu, int msr, Insn insn) {
        return false;
    }

    default boolean wrmsr(Cpu cpu, int msr, long value, Insn insn) {
        return false;
    }

    /**
     * RDMSRLIST or WRMSRLIST has come to an MSR.
     *
     * @param data what WRMSRLIST is about to write
     */
    default boolean msrList(Cpu cpu, int msr, boolean write, long data, Insn insn) {
        return false;
    }

    /**
     * IN, OUT, INS, OUTS.
     *
     * @param linear linear address of the memory operand of INS and OUTS
     */
    default boolean io(Cpu cpu, int port, int size, boolean in, boolean string, boolean rep, boolean immediate, long linear, Insn insn) {
        return false;
    }

    /** The TSC as RDTSC, RDTSCP and RDMSR see it. */
    default long tsc(Cpu cpu, long hostTsc) {
        return hostTsc;
    }

    /** What RDMSR sees of IA32_SPEC_CTRL, whose value is {@code actual}. */
    default long visibleSpecCtrl(Cpu cpu, long actual) {
        return actual;
    }

    /** What IA32_SPEC_CTRL becomes when WRMSR writes {@code value}. */
    default long effectiveSpecCtrl(Cpu cpu, long value) {
        return value;
    }

    /** CR8 (TPR) with a TPR shadow: the shadow's class, or -1 for the APIC's own. */
    default int readTprShadow(Cpu cpu) {
        return -1;
    }

    /** Writes CR8 under a TPR shadow; false when there is none and the APIC's own is meant. */
    default boolean writeTprShadow(Cpu cpu, int cr8) {
        return false;
    }

    /** RDMSR of an x2APIC register that APIC virtualization answers: true when {@code edx:eax} have been written. */
    default boolean readVirtualApicMsr(Cpu cpu, int msr) {
        return false;
    }

    default boolean writeVirtualApicMsr(Cpu cpu, int msr, long value) {
        return false;
    }

    /** Called by IRET before anything else: it unblocks NMIs even when it faults. VMX may track virtual-NMI blocking instead. */
    default void iret(Cpu cpu) {
        cpu.nmiBlocked = false;
        cpu.attention |= cpu.nmiPending ? Attention.NMI : 0;
    }

    /** Instructions that a secondary control must enable in the guest (RDTSCP, INVPCID, XSAVES, ENCLV...): false means #UD. */
    default boolean enabled(Cpu cpu, Kind kind) {
        return true;
    }

    /** A locked access crossed a cache line: the processor asserted a bus lock. */
    default void busLock(Cpu cpu) {
    }

    // --- events --------------------------------------------------------------------------------------------------------

    /**
     * An exception, NMI or software exception is about to be delivered (CR2 and DR6 not yet written). To exit, throw a
     * {@link VmExitSignal} or take the exit and return true. {@code cpu.rip} is the value that would be pushed.
     *
     * @param type    an interruption type of {@link EventInFlight}
     * @param payload #PF: linear address; #DB: DR6 bits
     */
    default boolean exception(Cpu cpu, int type, int vector, boolean hasErrorCode, int errorCode, long payload, int instructionLength) {
        return false;
    }

    /** An external interrupt is pending and not blocked by the guest. The vector is not yet acknowledged. True: exit taken. */
    default boolean externalInterrupt(Cpu cpu) {
        return false;
    }

    /** Whether RFLAGS.IF blocks external interrupts now (with external-interrupt exiting it does not). */
    default boolean interruptsIgnoreIf(Cpu cpu) {
        return false;
    }

    /** No instruction boundary is in sight. True when an exit was taken. */
    default boolean instructionTimeout(Cpu cpu) {
        return false;
    }

    default boolean tripleFault(Cpu cpu) {
        return false;
    }

    /** @param source 0 CALL, 1 IRET, 2 JMP, 3 task gate in the IDT */
    default boolean taskSwitch(Cpu cpu, int selector, int source, int instructionLength) {
        return false;
    }

    /** INIT signal. In VMX root operation it is blocked: {@link #initBlocked}. */
    default boolean init(Cpu cpu) {
        return false;
    }

    default boolean initBlocked(Cpu cpu) {
        return false;
    }

    default boolean sipi(Cpu cpu, int vector) {
        return false;
    }

    /**
     * Called between two instructions while {@link Attention#VMX} is set, before debug traps: monitor trap flag and the trap-like
     * exits of APIC virtualization. True when an exit was taken.
     */
    default boolean trapLike(Cpu cpu) {
        return false;
    }

    /**
     * Called between two instructions while {@link Attention#VMX} is set, after debug traps: preemption timer, interrupt and NMI
     * windows, in the SDM's order. True when an exit was taken. The implementation clears and sets the attention bit itself.
     */
    default boolean boundary(Cpu cpu) {
        return false;
    }

    /** Virtual time (see {@link Platform#time}) at which the policy wants {@link Attention#VMX}; Long.MAX_VALUE for never. */
    default long deadline(Cpu cpu) {
        return Long.MAX_VALUE;
    }

    // --- memory --------------------------------------------------------------------------------------------------------

    /** The EPT pointer in force, or 0 when accesses are not translated by EPT. */
    default long eptPointer(Cpu cpu) {
        return 0;
    }

    /** {@link #eptControls}: the "mode-based execute control for EPT" VM-execution control. */
    int EPT_MODE_BASED_EXECUTE = 1;
    /** {@link #eptControls}: the "EPT paging-write control" VM-execution control. */
    int EPT_PAGING_WRITE = 2;
    /** {@link #eptControls}: the "guest-paging verification" VM-execution control, which is nothing without {@link #EPT_PAGING_WRITE}. */
    int EPT_VERIFY_PAGING = 4;

    /** The controls in force that change what entries of EPT paging structures mean, by bit. */
    default int eptControls(Cpu cpu) {
        return 0;
    }

    /** {@link #hlat}: HLAT paging is on. */
    int HLAT_ON = 1;
    /** {@link #hlat}: it translates those linear addresses alone whose bit 63 is 1. */
    int HLAT_UPPER_HALF = 2;

    /** The HLAT pointer with the bits above in place of those that it reserves; 0 without HLAT paging. */
    default long hlat(Cpu cpu) {
        return 0;
    }

    /**
     * {@link #hlat} while HLAT paging is on.
     *
     * @param table      address of the first table, without the bits that the HLAT pointer reserves
     * @param prefixSize of the VMCS
     */
    static long hlat(long table, long prefixSize) {
        return table | HLAT_ON | (prefixSize != 0 ? HLAT_UPPER_HALF : 0);
    }

    /** Whether HLAT paging comes before that of CR3 for a linear address. */
    static boolean hlatTranslates(long hlat, long linear) {
        return (hlat & HLAT_ON) != 0 && (linear < 0 || (hlat & HLAT_UPPER_HALF) == 0);
    }

    /** Current VPID, 0 in root operation. */
    default int vpid(Cpu cpu) {
        return 0;
    }

    /**
     * Accessed or dirty flags of EPT entries are about to be set. Page-modification logging throws the VM exit when the log is full.
     *
     * @param dirty the dirty flag is: the page is logged
     */
    default void eptFlagsChange(Cpu cpu, long guestPhysical, boolean dirty) {
    }

    /**
     * An EPT violation that may become #VE instead of a VM exit: throw a {@link CpuFault} after filling the information area, or
     * return to have the exit taken.
     */
    default void eptViolation(Cpu cpu, long qualification, long linear, long physical) {
    }

    /**
     * Whether the sub-page of a page that EPT write-protects may be written; throws the VM exit when the sub-page table cannot tell.
     * The EPT entry of the page asks for it.
     */
    default boolean subPageWritable(Cpu cpu, long guestPhysical, long linear) {
        return false;
    }

    /** Physical page of the APIC-access page, or -1. Accesses to it reach {@link #apicAccess}. */
    default long apicAccessPage(Cpu cpu) {
        return -1;
    }

    /**
     * The processor reads code, or an entry of a paging structure, from the APIC-access page: throws the VM exit.
     *
     * @param linear there is a linear address in that page: an instruction fetch
     */
    default void apicAccessElsewhere(Cpu cpu, int offset, boolean linear) {
    }

    /**
     * A data access to the APIC-access page.
     *
     * @return physical address to use instead (the virtual-APIC page), or throws the VM exit
     */
    default long apicAccess(Cpu cpu, int offset, int size, boolean write) {
        return -1;
    }

    /** A write to the virtual-APIC page through {@link #apicAccess} has been done: side effects or an APIC-write exit. */
    default void apicWritten(Cpu cpu, int offset) {
    }
}
