// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.VmxOperation;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmInstructionError;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.x86.Cr0;

/** VMX of one logical processor: where it is, its current VMCS, and the parts that make it work. */
public final class Vmx {
    /** The current-VMCS pointer and the VMXON pointer when there is none. */
    public static final long NO_VMCS = -1L;

    final Cpu cpu;
    final VmxCapabilities capabilities;
    final PhysicalMemory memory;
    final VmxHost host;

    final Vmcs vmcs = new Vmcs();
    final VmcsRegion region;
    final Controls controls = new Controls();
    final MsrLists msrLists;
    final GuestState guestState;
    final HostState hostState;
    final EventInjection injection;
    final ExitInformation exit = new ExitInformation();
    final VmExit exits;
    final VmEntry entry;
    final Intercepts intercepts;
    private final RootOperation root;
    private final VmxPolicy outside;

    long vmxonPointer = NO_VMCS;
    long currentPointer = NO_VMCS;
    /** Virtual-NMI blocking, with the "virtual NMIs" control. */
    boolean virtualNmiBlocked;
    /** Every VM exit saves IA32_BNDCFGS on a processor with one of its controls. */
    final boolean savesBndcfgs;
    /** Every VM exit saves IA32_PKRS, or IA32_SPEC_CTRL, on a processor whose VM entries can load it. */
    final boolean savesPkrs;
    final boolean savesSpecCtrl;
    private int failure;

    /** Gives a processor VMX; sets {@code cpu.intercepts}. */
    public Vmx(Cpu cpu, VmxCapabilities capabilities, PhysicalMemory memory, VmxHost host) {
        this.cpu = cpu;
        this.capabilities = capabilities;
        this.memory = memory;
        this.host = host;
        region = new VmcsRegion(memory, capabilities);
        savesBndcfgs = capabilities.allows(ControlBit.ENTRY_LOAD_IA32_BNDCFGS) || capabilities.allows(ControlBit.EXIT_CLEAR_IA32_BNDCFGS);
        savesPkrs = capabilities.allows(ControlBit.ENTRY_LOAD_PKRS);
        savesSpecCtrl = capabilities.allows(ControlBit.ENTRY_LOAD_IA32_SPEC_CTRL);
        msrLists = new MsrLists(this);
        guestState = new GuestState(this);
        hostState = new HostState(this);
        injection = new EventInjection(this);
        exits = new VmExit(this);
        entry = new VmEntry(this);
        intercepts = new Intercepts(this);
        root = new RootOperation(this);
        outside = new VmxPolicy.Outside(this);
        cpu.intercepts = outside;
    }

    /** The VMX of a processor, or null when it has none. */
    static Vmx of(Cpu cpu) {
        return cpu.intercepts instanceof VmxPolicy policy ? policy.vmx : null;
    }

    // --- state for observers -----------------------------------------------------------------------------------------

    /** Between VMXON and VMXOFF. */
    public boolean inOperation() {
        return cpu.intercepts != outside;
    }

    public boolean nonRoot() {
        return cpu.intercepts == intercepts;
    }

    /** Physical address of the current VMCS, or {@link #NO_VMCS}. */
    public long currentPointer() {
        return currentPointer;
    }

    public long vmxonPointer() {
        return vmxonPointer;
    }

    /** The current VMCS, or null when there is none. */
    public VmcsView current() {
        return currentPointer == NO_VMCS ? null : vmcs;
    }

    /** VMLAUNCH of the current VMCS has succeeded since its VMCLEAR. */
    public boolean launched() {
        return vmcs.launched();
    }

    /** Whether the processor has the field. */
    public boolean exists(VmcsField field) {
        return region.exists(field);
    }

    /** Changes a field of the current VMCS from outside, as a debugger does. In non-root operation it takes effect at the next VM entry. */
    public void write(VmcsField field, long value) {
        if (currentPointer == NO_VMCS) {
            throw new IllegalStateException("there is no current VMCS");
        }
        vmcs.set(field, value);
    }

    /** A copy of the VMCS in a region, current here or not. */
    public Vmcs copy(long pointer) {
        Vmcs copy = new Vmcs();
        if (pointer == currentPointer) {
            copy.copyFrom(vmcs);
        } else {
            region.load(pointer, copy);
        }
        return copy;
    }

    /** Changes a field of the VMCS in a region, current here or not. */
    public void write(long pointer, VmcsField field, long value) {
        if (pointer == currentPointer) {
            vmcs.set(field, value);
        } else if (region.exists(field)) {
            region.write(pointer, field, value);
        }
    }

    /** Power-on or INIT outside VMX operation. */
    public void reset() {
        vmxonPointer = NO_VMCS;
        currentPointer = NO_VMCS;
        virtualNmiBlocked = false;
        cpu.intercepts = outside;
    }

    /** A copy of the state, for a snapshot. */
    public VmxState save() {
        VmxState state = new VmxState();
        state.vmcs.copyFrom(vmcs);
        state.place = nonRoot() ? VmxState.Place.NON_ROOT : inOperation() ? VmxState.Place.ROOT : VmxState.Place.OUTSIDE;
        state.vmxonPointer = vmxonPointer;
        state.currentPointer = currentPointer;
        state.virtualNmiBlocked = virtualNmiBlocked;
        intercepts.save(state);
        return state;
    }

    /** Goes back to a saved state; the caller restores the processor too and then calls {@code cpu.stateChanged()}. */
    public void restore(VmxState state) {
        vmcs.copyFrom(state.vmcs);
        vmcs.touchAll();
        vmxonPointer = state.vmxonPointer;
        currentPointer = state.currentPointer;
        if (state.place == VmxState.Place.NON_ROOT) {
            controls.load(vmcs);
            intercepts.restore(state);
        }
        virtualNmiBlocked = state.virtualNmiBlocked;
        cpu.intercepts = switch (state.place) {
            case OUTSIDE -> outside;
            case ROOT -> root;
            case NON_ROOT -> intercepts;
        };
    }

    // --- transitions -------------------------------------------------------------------------------------------------

    void enterOperation(long pointer) {
        vmxonPointer = pointer;
        currentPointer = NO_VMCS;
        cpu.intercepts = root;
        cpu.stateChanged();
    }

    void leaveOperation() {
        makeCurrent(NO_VMCS);
        vmxonPointer = NO_VMCS;
        cpu.intercepts = outside;
        cpu.attention |= cpu.initPending ? Attention.INIT : 0;
        cpu.stateChanged();
    }

    void enterNonRoot() {
        cpu.intercepts = intercepts;
    }

    void enterRoot() {
        cpu.intercepts = root;
    }

    /** Writes back the VMCS that was current and reads the new one. */
    void makeCurrent(long pointer) {
        if (currentPointer == pointer) {
            return;
        }
        if (currentPointer != NO_VMCS) {
            region.store(currentPointer, vmcs);
        }
        currentPointer = pointer;
        if (pointer != NO_VMCS) {
            region.load(pointer, vmcs);
        }
    }

    // --- conventions of the VMX instructions -----------------------------------------------------------------------

    void succeed() {
        failure = 0;
        cpu.setStatusFlags(0);
    }

    /**
     * VMfail (SDM "Conventions").
     *
     * @param error a VM-instruction error, or -1 for VMfailInvalid
     */
    void fail(int error) {
        if (error < 0 || currentPointer == NO_VMCS) {
            failure = -1;
            cpu.setStatusFlags(Cpu.CF);
        } else {
            failure = error;
            cpu.setStatusFlags(Cpu.ZF);
            vmcs.set(VmcsField.VM_INSTRUCTION_ERROR, error);
        }
    }

    void fail(VmInstructionError error) {
        fail(error.number());
    }

    /** How the last VMX instruction failed, in one line. */
    String lastFailure() {
        return failure < 0 ? "VMfailInvalid" : "VMfailValid " + failure + " (" + VmInstructionError.of(failure).text() + ')';
    }

    /** Tells the observer of an instruction that {@link #succeed} or {@link #fail} has just ended. */
    void report(String mnemonic, long operand, long value) {
        MachineObserver observer = host.observer();
        if (observer != null) {
            observer.onVmxInstruction(new VmxOperation(cpu.id, mnemonic, operand, value, failure));
        }
    }

    // --- what the processor supports -------------------------------------------------------------------------------

    boolean cr0Supported(long value) {
        return supported(value, capabilities.cr0Fixed0(), capabilities.cr0Fixed1());
    }

    /** CR0 in VMX non-root operation with "unrestricted guest": PE and PG are free. */
    boolean cr0SupportedUnrestricted(long value) {
        return supported(value, capabilities.cr0Fixed0() & ~(Cr0.PE | Cr0.PG), capabilities.cr0Fixed1());
    }

    boolean cr4Supported(long value) {
        return supported(value, capabilities.cr4Fixed0(), capabilities.cr4Fixed1());
    }

    private static boolean supported(long value, long fixed0, long fixed1) {
        return (value & fixed0) == fixed0 && (value & ~fixed1) == 0;
    }

    /** Whether VMPTRLD takes the region: our revision, and a shadow VMCS only where there is VMCS shadowing. */
    boolean acceptsRevision(long address) {
        int first = region.revision(address);
        return (first & 0x7FFF_FFFF) == capabilities.revision() && (first >= 0 || capabilities.allows(ControlBit.VMCS_SHADOWING));
    }

    /** A 4-KByte aligned address within the physical-address width. */
    boolean validRegion(long address) {
        int width = capabilities.addressesLimitedTo32Bits() ? 32 : capabilities.physicalAddressBits();
        return (address & 0xFFF) == 0 && address >>> width == 0;
    }

    /** Whether a linear address is canonical for the paging mode of CR4. */
    boolean canonical(long linear) {
        int shift = (cpu.cr4 & 1 << 12) != 0 ? 7 : 16;
        return linear << shift >> shift == linear;
    }
}
