// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.EventInFlight;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.InterceptPolicy;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.x86.insn.Op;

/**
 * VMX non-root operation: what exits and what behaves differently (SDM chapter "VMX Non-Root Operation"). Every question is
 * answered from the control fields as VM entry loaded them.
 */
final class Intercepts extends VmxPolicy {
    private static final int TASK_GATE = 3;

    private final Cpu cpu;
    private final Vmcs vmcs;
    private final Controls controls;
    private final ExitInformation exit;
    private final CrIntercepts cr;
    final Bitmaps bitmaps;
    private final InstructionIntercepts instructions;
    private final EventIntercepts events;
    final Boundary boundary;
    private final VirtualApic apic;
    private final EptFeatures ept;
    private final VirtualRegisters registers;
    private long eptp;
    private long hlat;
    private int vpid;

    Intercepts(Vmx vmx) {
        super(vmx);
        cpu = vmx.cpu;
        vmcs = vmx.vmcs;
        controls = vmx.controls;
        exit = vmx.exit;
        cr = new CrIntercepts(vmx);
        bitmaps = new Bitmaps(vmx);
        instructions = new InstructionIntercepts(vmx);
        events = new EventIntercepts(vmx);
        apic = new VirtualApic(vmx);
        boundary = new Boundary(vmx, apic);
        ept = new EptFeatures(vmx);
        registers = new VirtualRegisters(vmx);
    }

    // --- VM entry and VM exit ------------------------------------------------------------------------------------------

    /** Takes over the settings of the current VMCS. */
    void load() {
        cr.load();
        bitmaps.load();
        events.load();
        apic.load();
        eptp = controls.secondary(Controls.EPT) ? vmcs.value(VmcsField.EPT_POINTER) : 0;
        hlat = !controls.tertiary(Controls.HLAT) ? 0
            : InterceptPolicy.hlat(vmcs.value(VmcsField.HLAT_POINTER) & EptEntry.ADDRESS, vmcs.value(VmcsField.HLAT_PREFIX_SIZE));
        vpid = controls.secondary(Controls.VPID) ? (int) vmcs.value(VmcsField.VPID) : 0;
        registers.load();
    }

    /** The guest is about to run: timers and windows start. */
    void arm() {
        instructions.restartPauseLoop();
        boundary.arm();
    }

    /** The guest stops running; the preemption timer is saved. */
    void disarm() {
        boundary.disarm();
    }

    void save(VmxState state) {
        boundary.save(state);
        apic.save(state);
        instructions.save(state);
        events.save(state);
    }

    /** Takes over the settings of the restored VMCS, and what had happened since VM entry. */
    void restore(VmxState state) {
        load();
        boundary.restore(state);
        apic.restore(state);
        instructions.restore(state);
        events.restore(state);
    }

    void switchEptp(long pointer) {
        eptp = pointer;
        cpu.stateChanged();
    }

    /** Takes the exit described in {@link Vmx#exit}. */
    private boolean exit() {
        vmx.exits.take(exit);
        return true;
    }

    private boolean instructionExit(ExitReason reason, long qualification, Insn insn) {
        exit.instruction(reason.number(), qualification, cpu.rip - insn.length, insn.length);
        return exit();
    }

    @Override
    public void takeExit(Cpu c, VmExitSignal signal, int instructionLength) {
        exit.event(signal.reason, signal.qualification, cpu.rip);
        ept.describe(exit, signal, events.nmiUnblocked());
        exit.instructionLength = instructionLength;
        exit.vectoring = true;
        boolean fault = !cpu.delivering.valid || cpu.delivering.type == EventInFlight.HARDWARE_EXCEPTION;
        exit.resume = fault && signal.reason != ExitReason.TASK_SWITCH.number() ? ExitInformation.Resume.SET : ExitInformation.Resume.KEEP;
        exit();
    }

    // --- where are we ----------------------------------------------------------------------------------------------------

    @Override
    public boolean vmxOperation() {
        return true;
    }

    @Override
    public boolean nonRoot() {
        return true;
    }

    // --- instructions ----------------------------------------------------------------------------------------------------

    @Override
    public boolean instruction(Cpu c, Kind kind, Insn insn, long operand) {
        return instructions.exits(kind, insn, operand) && exit();
    }

    @Override
    public boolean enabled(Cpu c, Kind kind) {
        return instructions.enabled(kind);
    }

    @Override
    public boolean movToCr(Cpu c, int number, int gpr, long value, Insn insn) {
        return cr.movToExits(number, value) && instructionExit(ExitReason.CR_ACCESS, CrIntercepts.movToQualification(number, gpr), insn);
    }

    @Override
    public boolean movFromCr(Cpu c, int number, int gpr, Insn insn) {
        return cr.movFromExits(number) && instructionExit(ExitReason.CR_ACCESS, CrIntercepts.movFromQualification(number, gpr), insn);
    }

    @Override
    public boolean clts(Cpu c, Insn insn) {
        return cr.cltsExits() && instructionExit(ExitReason.CR_ACCESS, CrIntercepts.cltsQualification(), insn);
    }

    @Override
    public boolean lmsw(Cpu c, int source, boolean memory, long linear, Insn insn) {
        if (!cr.lmswExits(source)) {
            return false;
        }
        exit.instruction(ExitReason.CR_ACCESS.number(), CrIntercepts.lmswQualification(source, memory), cpu.rip - insn.length, insn.length);
        exit.linear = memory ? linear : 0;
        return exit();
    }

    @Override
    public long visibleCr0(Cpu c) {
        return cr.visible0(cpu.cr0);
    }

    @Override
    public long visibleCr4(Cpu c) {
        return cr.visible4(cpu.cr4);
    }

    @Override
    public long effectiveCr0(Cpu c, long value) {
        return cr.effective0(cpu.cr0, value);
    }

    @Override
    public long effectiveCr4(Cpu c, long value) {
        return cr.effective4(cpu.cr4, value);
    }

    @Override
    public boolean cr0Allowed(Cpu c, long value) {
        return controls.secondary(Controls.UNRESTRICTED) ? vmx.cr0SupportedUnrestricted(value) : vmx.cr0Supported(value);
    }

    @Override
    public boolean cr4Allowed(Cpu c, long value) {
        return vmx.cr4Supported(value);
    }

    @Override
    public boolean movDr(Cpu c, int dr, boolean write, int gpr, Insn insn) {
        return controls.primary(Controls.MOV_DR) && instructionExit(ExitReason.DR_ACCESS, dr | (write ? 0 : 1 << 4) | gpr << 8, insn);
    }

    @Override
    public boolean rdmsr(Cpu c, int msr, Insn insn) {
        return bitmaps.msrExits(msr, false) && instructionExit(ExitReason.RDMSR, 0, insn);
    }

    @Override
    public boolean wrmsr(Cpu c, int msr, long value, Insn insn) {
        return bitmaps.msrExits(msr, true) && instructionExit(ExitReason.WRMSR, insn.decoded.op() == Op.WRMSRNS ? 1 : 0, insn);
    }

    @Override
    public boolean msrList(Cpu c, int msr, boolean write, long data, Insn insn) {
        if (!bitmaps.msrExits(msr, write)) {
            return false;
        }
        exit.instruction((write ? ExitReason.WRMSRLIST : ExitReason.RDMSRLIST).number(), msr & 0xFFFF_FFFFL, cpu.rip - insn.length,
            insn.length);
        exit.msrData = write ? data : 0;
        return exit();
    }

    @Override
    public boolean io(Cpu c, int port, int size, boolean in, boolean string, boolean rep, boolean immediate, long linear, Insn insn) {
        if (!bitmaps.ioExits(port, size)) {
            return false;
        }
        long qualification = size - 1 | (in ? 1 << 3 : 0) | (string ? 1 << 4 : 0) | (rep ? 1 << 5 : 0) | (immediate ? 1 << 6 : 0)
            | (port & 0xFFFFL) << 16;
        exit.instruction(ExitReason.IO_INSTRUCTION.number(), qualification, cpu.rip - insn.length, insn.length);
        if (string) {
            exit.linear = linear;
            boolean reported = vmx.capabilities.reportsInsOutsInformation();
            exit.instructionInformation = reported ? InstructionInformation.string(insn.decoded, in) : 0;
        }
        return exit();
    }

    @Override
    public long tsc(Cpu c, long hostTsc) {
        return registers.tsc(hostTsc);
    }

    @Override
    public long visibleSpecCtrl(Cpu c, long actual) {
        return registers.visibleSpecCtrl(actual);
    }

    @Override
    public long effectiveSpecCtrl(Cpu c, long value) {
        return registers.effectiveSpecCtrl(value);
    }

    @Override
    public int readTprShadow(Cpu c) {
        return apic.readTpr();
    }

    @Override
    public boolean writeTprShadow(Cpu c, int cr8) {
        return apic.writeTpr(cr8);
    }

    @Override
    public boolean readVirtualApicMsr(Cpu c, int msr) {
        return apic.readMsr(msr);
    }

    @Override
    public boolean writeVirtualApicMsr(Cpu c, int msr, long value) {
        return apic.writeMsr(msr, value);
    }

    @Override
    public void iret(Cpu c) {
        events.iret();
    }

    @Override
    public void busLock(Cpu c) {
        if (controls.secondary(Controls.BUS_LOCK_DETECTION)) {
            boundary.busLocked();
        }
    }

    // --- events --------------------------------------------------------------------------------------------------------

    @Override
    public boolean exception(Cpu c, int type, int vector, boolean hasErrorCode, int errorCode, long payload, int instructionLength) {
        return events.exception(type, vector, hasErrorCode, errorCode, payload, instructionLength) && exit();
    }

    @Override
    public boolean externalInterrupt(Cpu c) {
        return events.externalInterrupt() && (apic.takesPostedInterrupt(exit.interruption & 0xFF) || exit());
    }

    @Override
    public boolean interruptsIgnoreIf(Cpu c) {
        return controls.pin(Controls.EXTERNAL_INTERRUPT_EXITING);
    }

    /** SDM "Instruction Timeout": every instruction comes to a boundary at once, but for exceptions that raise each other endlessly. */
    @Override
    public boolean instructionTimeout(Cpu c) {
        if (!controls.secondary(Controls.INSTRUCTION_TIMEOUT)) {
            return false;
        }
        exit.event(ExitReason.INSTRUCTION_TIMEOUT.number(), 0, cpu.rip);
        exit.vectoring = true;
        return exit();
    }

    @Override
    public boolean tripleFault(Cpu c) {
        exit.event(ExitReason.TRIPLE_FAULT.number(), 0, cpu.rip);
        return exit();
    }

    @Override
    public boolean taskSwitch(Cpu c, int selector, int source, int instructionLength) {
        exit.event(ExitReason.TASK_SWITCH.number(), selector & 0xFFFF | (long) source << 30, cpu.rip - instructionLength);
        exit.instructionLength = instructionLength;
        exit.vectoring = source == TASK_GATE;
        return exit();
    }

    @Override
    public boolean init(Cpu c) {
        exit.event(ExitReason.INIT.number(), 0, cpu.rip);
        exit.keepsPendingDebug = true;
        return exit();
    }

    @Override
    public boolean sipi(Cpu c, int vector) {
        exit.event(ExitReason.SIPI.number(), vector & 0xFF, cpu.rip);
        return exit();
    }

    @Override
    public boolean trapLike(Cpu c) {
        return boundary.trapLike() && exit();
    }

    @Override
    public boolean boundary(Cpu c) {
        return boundary.check() ? exit() : boundary.deliverVirtualInterrupt();
    }

    @Override
    public long deadline(Cpu c) {
        return boundary.deadline();
    }

    // --- memory --------------------------------------------------------------------------------------------------------

    @Override
    public long eptPointer(Cpu c) {
        return eptp;
    }

    @Override
    public int eptControls(Cpu c) {
        return (controls.secondary(Controls.MODE_BASED_EXECUTE) ? EPT_MODE_BASED_EXECUTE : 0)
            | (controls.tertiary(Controls.PAGING_WRITE) ? EPT_PAGING_WRITE : 0)
            | (controls.tertiary(Controls.VERIFY_PAGING) ? EPT_VERIFY_PAGING : 0);
    }

    @Override
    public long hlat(Cpu c) {
        return hlat;
    }

    @Override
    public int vpid(Cpu c) {
        return vpid;
    }

    @Override
    public void eptFlagsChange(Cpu c, long guestPhysical, boolean dirty) {
        ept.log(guestPhysical, dirty, events.nmiUnblocked());
    }

    @Override
    public void eptViolation(Cpu c, long qualification, long linear, long physical) {
        ept.violation(qualification, linear, physical);
    }

    @Override
    public boolean subPageWritable(Cpu c, long guestPhysical, long linear) {
        return ept.subPageWritable(guestPhysical, linear);
    }

    @Override
    public void apicAccessElsewhere(Cpu c, int offset, boolean linear) {
        apic.accessElsewhere(offset, linear);
    }

    @Override
    public long apicAccessPage(Cpu c) {
        return apic.accessPage();
    }

    @Override
    public long apicAccess(Cpu c, int offset, int size, boolean write) {
        return apic.access(offset, size, write);
    }

    @Override
    public void apicWritten(Cpu c, int offset) {
        apic.written(offset);
    }
}
