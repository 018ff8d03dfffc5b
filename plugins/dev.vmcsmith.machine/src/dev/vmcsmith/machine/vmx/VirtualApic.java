// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.EventInFlight;
import dev.vmcsmith.machine.cpu.LocalApicPort;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.machine.event.Delivery;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;

/**
 * The virtual-APIC page (SDM chapter "APIC Virtualization and Virtual Interrupts"): TPR shadow, APIC-access page, x2APIC MSRs,
 * virtual and posted interrupts.
 */
final class VirtualApic {
    private static final int TPR = 0x80, PPR = 0xA0, EOI = 0xB0, ISR = 0x100, IRR = 0x200, ICR_LOW = 0x300, ICR_HIGH = 0x310,
        SELF_IPI = 0x3F0;
    private static final int ACCESS_READ = 0, ACCESS_WRITE = 1, ACCESS_FETCH = 2, ACCESS_EVENT = 3, ACCESS_EVENT_PHYSICAL = 10,
        ACCESS_PHYSICAL = 15;
    /**
     * Bits of the ICR that have to be as {@link #SELF} for a self-IPI to be virtualized: all but the vector, destination mode and
     * level.
     */
    private static final int SELF_CHECKED = 0xFFFF_B700, SELF = 0x4_0000;
    /** Bits of the ICR that have to be 0 for an IPI to be virtualized: all but the vector and the level. */
    private static final int IPI_CHECKED = 0xFFFF_BF00;
    /** Bits of the ICR that WRMSR does not accept. */
    private static final int ICR_RESERVED = 0xFFF3_2000;
    private static final int NO_EXIT = -1;
    private static final int OUTSTANDING = 32;
    private static final int X2APIC_EOI = 0x80B;

    private final Vmx vmx;
    private final Cpu cpu;
    private final Vmcs vmcs;
    private final Controls controls;
    private final PhysicalMemory memory;
    private final VirtualIpis ipis;
    private long page;
    private long accessPage = -1;
    private int threshold;
    /** A trap-like exit that follows the current instruction: its reason and qualification. */
    private int pendingReason = NO_EXIT;
    private long pendingQualification;

    VirtualApic(Vmx vmx) {
        this.vmx = vmx;
        cpu = vmx.cpu;
        vmcs = vmx.vmcs;
        controls = vmx.controls;
        memory = vmx.memory;
        ipis = new VirtualIpis(vmx);
    }

    void load() {
        page = vmcs.value(VmcsField.VIRTUAL_APIC_ADDRESS);
        accessPage = controls.secondary(Controls.APIC_ACCESSES) ? vmcs.value(VmcsField.APIC_ACCESS_ADDRESS) : -1;
        threshold = (int) vmcs.value(VmcsField.TPR_THRESHOLD) & 15;
        pendingReason = NO_EXIT;
        if (interruptDelivery()) {
            updatePpr();
        } else if (tprShadow() && accessPage >= 0) {
            compareThreshold();
        }
    }

    void save(VmxState state) {
        state.apicExitReason = pendingReason;
        state.apicExitQualification = pendingQualification;
    }

    void restore(VmxState state) {
        pendingReason = state.apicExitReason;
        pendingQualification = state.apicExitQualification;
    }

    private boolean tprShadow() {
        return controls.primary(Controls.TPR_SHADOW);
    }

    private boolean interruptDelivery() {
        return controls.secondary(Controls.INTERRUPT_DELIVERY);
    }

    // --- boundaries ----------------------------------------------------------------------------------------------------

    boolean wantsBoundary() {
        return pendingReason != NO_EXIT || interruptDelivery() && recognized();
    }

    /** Prepares the report of a trap-like exit that the last instruction, or VM entry, has caused. */
    boolean pendingExit(ExitInformation exit) {
        if (pendingReason == NO_EXIT) {
            return false;
        }
        exit.event(pendingReason, pendingQualification, cpu.rip);
        exit.keepsPendingDebug = true;
        pendingReason = NO_EXIT;
        return true;
    }

    /** Delivers the pending virtual interrupt; false when there is none. The caller knows that interrupts are not blocked. */
    boolean deliverPending() {
        if (!interruptDelivery() || !recognized()) {
            return false;
        }
        int vector = rvi();
        setBit(ISR, vector, true);
        setBit(IRR, vector, false);
        write(PPR, vector & 0xF0);
        setStatus(Math.max(highest(IRR), 0), vector);
        Delivery.interrupt(cpu, vector, EventInFlight.EXTERNAL_INTERRUPT);
        return true;
    }

    private void pend(ExitReason reason, long qualification) {
        pendingReason = reason.number();
        pendingQualification = qualification;
        cpu.attention |= Attention.VMX;
    }

    // --- TPR -----------------------------------------------------------------------------------------------------------

    /** The TPR class, or -1 without a TPR shadow. */
    int readTpr() {
        return tprShadow() ? read(TPR) >>> 4 & 15 : -1;
    }

    boolean writeTpr(int cr8) {
        if (!tprShadow()) {
            return false;
        }
        write(TPR, (cr8 & 15) << 4);
        virtualizeTpr();
        return true;
    }

    private void virtualizeTpr() {
        if (interruptDelivery()) {
            updatePpr();
        } else {
            compareThreshold();
        }
    }

    private void compareThreshold() {
        if ((read(TPR) >>> 4 & 15) < threshold) {
            pend(ExitReason.TPR_BELOW_THRESHOLD, 0);
        }
    }

    // --- virtual interrupts ----------------------------------------------------------------------------------------------

    private void updatePpr() {
        int tpr = read(TPR) & 0xFF;
        int svi = svi();
        write(PPR, tpr >>> 4 >= svi >>> 4 ? tpr : svi & 0xF0);
        evaluate();
    }

    private void evaluate() {
        if (recognized()) {
            cpu.attention |= Attention.VMX;
        }
    }

    private boolean recognized() {
        return rvi() >>> 4 > (read(PPR) >>> 4 & 15);
    }

    private void virtualizeEoi() {
        int vector = svi();
        setBit(ISR, vector, false);
        setStatus(rvi(), Math.max(highest(ISR), 0));
        updatePpr();
        VmcsField bitmap = VmcsField.at(VmcsField.EOI_EXIT_BITMAP_0.ordinal() + (vector >>> 6));
        if ((vmcs.value(bitmap) >>> (vector & 63) & 1) != 0) {
            pend(ExitReason.VIRTUALIZED_EOI, vector);
        }
    }

    private void virtualizeSelfIpi(int vector) {
        setBit(IRR, vector, true);
        setStatus(Math.max(rvi(), vector), svi());
        evaluate();
    }

    /** SDM "Posted-Interrupt Processing": an acknowledged interrupt with the notification vector moves the requests over, with no exit. */
    boolean takesPostedInterrupt(int vector) {
        if (!controls.pin(Controls.POSTED_INTERRUPTS) || vector != vmcs.value(VmcsField.POSTED_INTERRUPT_NOTIFICATION_VECTOR)) {
            return false;
        }
        long descriptor = vmcs.value(VmcsField.POSTED_INTERRUPT_DESCRIPTOR_ADDRESS);
        memory.write64(descriptor + OUTSTANDING, memory.read64(descriptor + OUTSTANDING) & ~1L);
        endHostInterrupt();
        int highest = 0;
        for (int word = 0; word < 8; word++) {
            int requests = memory.read32(descriptor + 4 * word);
            if (requests != 0) {
                memory.write32(descriptor + 4 * word, 0);
                write(IRR + (word << 4), read(IRR + (word << 4)) | requests);
                highest = word << 5 | 31 - Integer.numberOfLeadingZeros(requests);
            }
        }
        setStatus(Math.max(rvi(), highest), svi());
        evaluate();
        return true;
    }

    /** Writes zero to the EOI register of the local APIC. */
    private void endHostInterrupt() {
        LocalApicPort local = cpu.platform.apic(cpu);
        if (local != null && local.x2apic()) {
            local.writeMsr(X2APIC_EOI, 0);
        } else {
            memory.write(cpu.id, (cpu.msr.apicBase & ~0xFFFL) + EOI, 4, 0);
        }
    }

    private int rvi() {
        return (int) vmcs.value(VmcsField.GUEST_INTERRUPT_STATUS) & 0xFF;
    }

    private int svi() {
        return (int) vmcs.value(VmcsField.GUEST_INTERRUPT_STATUS) >>> 8 & 0xFF;
    }

    private void setStatus(int rvi, int svi) {
        vmcs.set(VmcsField.GUEST_INTERRUPT_STATUS, rvi | svi << 8);
    }

    // --- x2APIC MSRs -----------------------------------------------------------------------------------------------------

    boolean readMsr(int msr) {
        int offset = (msr & 0xFF) << 4;
        boolean virtual = controls.secondary(Controls.X2APIC_MODE) && (offset == TPR || controls.secondary(Controls.APIC_REGISTERS));
        if (virtual) {
            long value = memory.read64(page + offset);
            cpu.gpr[Cpu.RAX] = value & 0xFFFF_FFFFL;
            cpu.gpr[Cpu.RDX] = value >>> 32;
        }
        return virtual;
    }

    boolean writeMsr(int msr, long value) {
        if (!controls.secondary(Controls.X2APIC_MODE)) {
            return false;
        }
        int offset = (msr & 0xFF) << 4;
        boolean virtual = offset == TPR || interruptDelivery() && (offset == EOI || offset == SELF_IPI) || ipis() && offset == ICR_LOW;
        if (!virtual) {
            return false;
        }
        if (offset == EOI ? value != 0 : offset == ICR_LOW ? (value & ICR_RESERVED & 0xFFFF_FFFFL) != 0 : value >>> 8 != 0) {
            throw CpuFault.gp();
        }
        memory.write64(page + offset, value);
        switch (offset) {
            case TPR -> virtualizeTpr();
            case EOI -> virtualizeEoi();
            case ICR_LOW -> virtualizeIpi((int) value, (int) (value >>> 32));
            default -> selfIpi((int) value);
        }
        return true;
    }

    private void selfIpi(int vector) {
        if (vector < 16) {
            pend(ExitReason.APIC_WRITE, SELF_IPI);
        } else {
            virtualizeSelfIpi(vector);
        }
    }

    // --- APIC-access page --------------------------------------------------------------------------------------------------

    long accessPage() {
        return accessPage;
    }

    /** SDM "VM Exits Due to APIC Accesses": instruction fetches and guest-physical accesses are never virtualized. */
    void accessElsewhere(int offset, boolean linear) {
        throw exit(offset, linear ? ACCESS_FETCH : cpu.delivering.valid ? ACCESS_EVENT_PHYSICAL : ACCESS_PHYSICAL);
    }

    private static VmExitSignal exit(int offset, int type) {
        return new VmExitSignal(ExitReason.APIC_ACCESS.number(), offset & 0xFFF | type << 12);
    }

    /** Where an access to the APIC-access page goes instead; throws the exit when it is not virtualized. */
    long access(int offset, int size, boolean write) {
        boolean inRegister = (offset & 15) + size <= 4;
        if (!tprShadow() || !inRegister || !(write ? writable(offset & ~15) : readable(offset & ~15))) {
            throw exit(offset, cpu.delivering.valid ? ACCESS_EVENT : write ? ACCESS_WRITE : ACCESS_READ);
        }
        return page + offset;
    }

    private boolean readable(int register) {
        if (register == TPR || interruptDelivery() && (register == EOI || register == ICR_LOW)) {
            return true;
        }
        return controls.secondary(Controls.APIC_REGISTERS) && switch (register) {
            case 0x20, 0x30, EOI, 0xD0, 0xE0, 0xF0, 0x280, ICR_LOW, ICR_HIGH, 0x380, 0x3E0 -> true;
            default -> register >= ISR && register < 0x280 || register >= 0x320 && register <= 0x370;
        };
    }

    private boolean writable(int register) {
        if (register == TPR || interruptDelivery() && (register == EOI || register == ICR_LOW) || ipis() && register == ICR_LOW) {
            return true;
        }
        return controls.secondary(Controls.APIC_REGISTERS) && switch (register) {
            case 0x20, EOI, 0xD0, 0xE0, 0xF0, 0x280, ICR_LOW, ICR_HIGH, 0x380, 0x3E0 -> true;
            default -> register >= 0x320 && register <= 0x370;
        };
    }

    /** SDM "APIC-Write Emulation". */
    void written(int offset) {
        int register = offset & ~15;
        switch (register) {
            case TPR -> {
                write(TPR, read(TPR) & 0xFF);
                virtualizeTpr();
            }
            case EOI -> {
                if (interruptDelivery()) {
                    write(EOI, 0);
                    virtualizeEoi();
                } else {
                    pend(ExitReason.APIC_WRITE, EOI);
                }
            }
            case ICR_LOW -> icrWritten();
            case ICR_HIGH -> write(ICR_HIGH, read(ICR_HIGH) & 0xFF00_0000);
            default -> pend(ExitReason.APIC_WRITE, register);
        }
    }

    /** A self-IPI, fixed, edge, with a legal vector is virtualized, and with IPI virtualization one to a physical destination. */
    private void icrWritten() {
        int icr = read(ICR_LOW);
        if (interruptDelivery() && (icr & SELF_CHECKED) == SELF && (icr & 0xF0) != 0) {
            virtualizeSelfIpi(icr & 0xFF);
        } else {
            virtualizeIpi(icr, read(ICR_HIGH) >>> 24);
        }
    }

    private boolean ipis() {
        return controls.tertiary(Controls.IPI);
    }

    private void virtualizeIpi(int icr, int destination) {
        if (!ipis() || (icr & IPI_CHECKED) != 0 || !ipis.post(icr & 0xFF, destination)) {
            pend(ExitReason.APIC_WRITE, ICR_LOW);
        }
    }

    // --- the page --------------------------------------------------------------------------------------------------------

    private int read(int register) {
        return memory.read32(page + register);
    }

    private void write(int register, int value) {
        memory.write32(page + register, value);
    }

    private void setBit(int registers, int vector, boolean value) {
        int register = registers + (vector >>> 5 << 4);
        int bit = 1 << (vector & 31);
        write(register, value ? read(register) | bit : read(register) & ~bit);
    }

    /** The highest vector set in ISR or IRR, -1 when none is. */
    private int highest(int registers) {
        for (int word = 7; word >= 0; word--) {
            int bits = read(registers + (word << 4));
            if (bits != 0) {
                return word << 5 | 31 - Integer.numberOfLeadingZeros(bits);
            }
        }
        return -1;
    }
}
