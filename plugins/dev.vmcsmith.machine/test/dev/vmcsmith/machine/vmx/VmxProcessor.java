// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.VmxOperation;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuModel;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.InterceptPolicy;
import dev.vmcsmith.machine.cpu.LocalApicPort;
import dev.vmcsmith.machine.cpu.Platform;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.machine.mmu.Mmu;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.x86.Msr;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.AssemblySource;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * One processor in 64-bit mode with memory, identity paging and VMX, on which single instructions are executed: enough to ask
 * VMX everything that does not need a running guest.
 */
final class VmxProcessor implements VmxHost, Platform, CpuModel, MachineObserver {
    static final long VMXON = 0x10_0000, VMCS = 0x10_1000, OTHER_VMCS = 0x10_2000, OPERAND = 0x20_0000, CODE = 0x30_0000;
    static final long HOST_ENTRY = 0x40_0000, HOST_STACK = 0x41_0000, GUEST_ENTRY = 0x50_0000, PML4 = 0x60_0000, EPT = 0x70_0000;

    final CpuProfile profile;
    final VmxCapabilities capabilities;
    final PhysicalMemory memory = new PhysicalMemory(64 << 20);
    final Cpu cpu = new Cpu(0);
    final Vmx vmx;
    final List<VmExit> exits = new ArrayList<>();
    final List<VmxOperation> operations = new ArrayList<>();
    final List<String> violations = new ArrayList<>();
    /** Nobody observes. */
    boolean silent;
    String entryFailure;
    String shutdown;
    long time = 1_000_000;
    int interrupt = -1;
    private final VmxInstructions source = new VmxInstructions();
    private final Decoder decoder = new Decoder();
    private final Map<String, Insn> decoded = new HashMap<>();

    VmxProcessor() {
        this("skylake");
    }

    VmxProcessor(String profileName) {
        profile = CpuProfiles.named(profileName);
        capabilities = profile.capabilities();
        cpu.model = this;
        cpu.platform = this;
        cpu.mmu = new Mmu(cpu, memory);
        vmx = new Vmx(cpu, capabilities, memory, this);
        longMode();
    }

    private void longMode() {
        memory.write64(PML4, PML4 + 0x1000 | 7);
        memory.write64(PML4 + 0x1000, PML4 + 0x2000 | 7);
        for (int i = 0; i < 512; i++) {
            memory.write64(PML4 + 0x2000 + 8 * i, (long) i << 21 | 0x87);
        }
        cpu.cr0 = 0x8000_0031L;
        cpu.cr3 = PML4;
        cpu.cr4 = 0x2020;
        cpu.efer = 0x500;
        cpu.seg[Cpu.CS].set(8, 0, 0xFFFF_FFFFL, 0xA09B);
        for (int s : new int[] {Cpu.ES, Cpu.SS, Cpu.DS, Cpu.FS, Cpu.GS}) {
            cpu.seg[s].set(16, 0, 0xFFFF_FFFFL, 0xC093);
        }
        cpu.gpr[Cpu.RSP] = 0x80_0000;
        cpu.dr[7] = 0x400;
        cpu.msr.featureControl = 5;
        cpu.setRflags(2);
        cpu.stateChanged();
        memory.write32(VMXON, capabilities.revision());
        memory.write32(VMCS, capabilities.revision());
        memory.write32(OTHER_VMCS, capabilities.revision());
    }

    // --- executing -------------------------------------------------------------------------------------------------------

    /** Executes one VMX instruction at {@link #CODE}, as the engine would; a fault comes out as it is, with RIP put back. */
    VmxProcessor exec(String text) {
        Insn insn = decode(text);
        long start = CODE;
        cpu.rip = start + insn.length;
        try {
            source.bind(insn).execute(cpu, insn);
            cpu.instructions++;
        } catch (CpuFault fault) {
            cpu.rip = start;
            throw fault;
        }
        return this;
    }

    /** Decodes an instruction as the engine's binder lays it out. */
    Insn decode(String text) {
        return decoded.computeIfAbsent(cpu.codeBits + text, key -> assembled(text));
    }

    private Insn assembled(String text) {
        Assembly assembly = new Assembler().assemble(AssemblySource.of(text, cpu.codeBits).at(CODE));
        assertTrue(assembly.ok(), () -> text + ": " + assembly.problems());
        Insn insn = new Insn();
        insn.decoded = new Instruction();
        decoder.decode(assembly.bytes(), 0, assembly.bytes().length, cpu.codeBits, insn.decoded);
        Instruction i = insn.decoded;
        insn.length = i.length;
        insn.memory = i.hasModrmMemory();
        insn.base = i.base == Instruction.NONE || i.base == Instruction.RIP ? Insn.ZERO : i.base;
        insn.index = i.index == Instruction.NONE ? Insn.ZERO : i.index;
        insn.scale = i.scale == 0 ? 0 : Integer.numberOfTrailingZeros(i.scale);
        insn.disp = i.disp;
        insn.ripRelative = i.base == Instruction.RIP;
        insn.addressSize = i.addressSize;
        insn.addressMask = i.addressSize == 64 ? -1L : i.addressSize == 32 ? 0xFFFF_FFFFL : 0xFFFF;
        insn.segment = i.segment;
        return insn;
    }

    VmxProcessor vmxon() {
        memory.write64(OPERAND, VMXON);
        return exec("vmxon [0x200000]");
    }

    VmxProcessor vmclear(long pointer) {
        memory.write64(OPERAND, pointer);
        return exec("vmclear [0x200000]");
    }

    VmxProcessor vmptrld(long pointer) {
        memory.write64(OPERAND, pointer);
        return exec("vmptrld [0x200000]");
    }

    VmxProcessor vmwrite(VmcsField field, long value) {
        cpu.gpr[Cpu.RAX] = field.encoding();
        cpu.gpr[Cpu.RBX] = value;
        return exec("vmwrite rax, rbx");
    }

    long vmread(VmcsField field) {
        cpu.gpr[Cpu.RAX] = field.encoding();
        exec("vmread rbx, rax");
        return cpu.gpr[Cpu.RBX];
    }

    boolean succeeded() {
        return (cpu.rflags() & Cpu.STATUS_FLAGS) == 0;
    }

    boolean failedInvalid() {
        return (cpu.rflags() & Cpu.STATUS_FLAGS) == Cpu.CF;
    }

    /** The VM-instruction error after VMfailValid, or -1. */
    long failedValid() {
        return (cpu.rflags() & Cpu.STATUS_FLAGS) == Cpu.ZF ? vmx.current().value(VmcsField.VM_INSTRUCTION_ERROR) : -1;
    }

    VmExit lastExit() {
        return exits.get(exits.size() - 1);
    }

    // --- a valid VMCS ------------------------------------------------------------------------------------------------------

    /** VMXON, and a current VMCS with a 64-bit guest at {@link #GUEST_ENTRY}, under identity EPT. */
    VmxProcessor guest64(ControlBit... controls) {
        vmxon().vmclear(VMCS).vmptrld(VMCS);
        control(ControlField.PIN_BASED, controls);
        control(ControlField.PRIMARY, with(controls, ControlBit.ACTIVATE_SECONDARY_CONTROLS));
        control(ControlField.SECONDARY, with(controls, ControlBit.ENABLE_EPT, ControlBit.ENABLE_VPID));
        control(ControlField.EXIT, with(controls, ControlBit.EXIT_HOST_ADDRESS_SPACE_SIZE));
        control(ControlField.ENTRY, with(controls, ControlBit.ENTRY_IA32E_MODE_GUEST));
        writeEpt();
        vmwrite(VmcsField.VPID, 1);
        hostState();
        guestState();
        return this;
    }

    /** The same for a processor that has neither EPT nor VPIDs. */
    VmxProcessor withoutEpt() {
        vmxon().vmclear(VMCS).vmptrld(VMCS);
        control(ControlField.PIN_BASED);
        control(ControlField.PRIMARY);
        control(ControlField.EXIT, ControlBit.EXIT_HOST_ADDRESS_SPACE_SIZE);
        control(ControlField.ENTRY, ControlBit.ENTRY_IA32E_MODE_GUEST);
        hostState();
        guestState();
        return this;
    }

    private static ControlBit[] with(ControlBit[] some, ControlBit... more) {
        ControlBit[] all = java.util.Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    /** Sets those of the controls that belong to the field, adjusted to what the processor demands. */
    VmxProcessor control(ControlField field, ControlBit... controls) {
        long value = 0;
        for (ControlBit control : controls) {
            value |= control.field() == field ? control.mask() : 0;
        }
        return vmwrite(field.field(), capabilities.adjust(field, value));
    }

    private void writeEpt() {
        memory.write64(EPT, EPT + 0x1000 | 7);
        memory.write64(EPT + 0x1000, EPT + 0x2000 | 7);
        for (int i = 0; i < 512; i++) {
            memory.write64(EPT + 0x2000 + 8 * i, (long) i << 21 | 0xB7);
        }
        vmwrite(VmcsField.EPT_POINTER, EPT | 0x1E);
    }

    private void hostState() {
        vmwrite(VmcsField.HOST_CR0, cpu.cr0).vmwrite(VmcsField.HOST_CR3, cpu.cr3).vmwrite(VmcsField.HOST_CR4, cpu.cr4);
        vmwrite(VmcsField.HOST_CS_SELECTOR, 8).vmwrite(VmcsField.HOST_SS_SELECTOR, 16).vmwrite(VmcsField.HOST_DS_SELECTOR, 16);
        vmwrite(VmcsField.HOST_TR_SELECTOR, 24).vmwrite(VmcsField.HOST_RSP, HOST_STACK).vmwrite(VmcsField.HOST_RIP, HOST_ENTRY);
        vmwrite(VmcsField.HOST_FS_BASE, 0x1234).vmwrite(VmcsField.HOST_GDTR_BASE, 0xFFFF_8000_0000_0000L);
    }

    private void guestState() {
        vmwrite(VmcsField.GUEST_CR0, cpu.cr0).vmwrite(VmcsField.GUEST_CR3, cpu.cr3).vmwrite(VmcsField.GUEST_CR4, cpu.cr4);
        vmwrite(VmcsField.GUEST_DR7, 0x400).vmwrite(VmcsField.GUEST_RFLAGS, 2).vmwrite(VmcsField.GUEST_RIP, GUEST_ENTRY);
        vmwrite(VmcsField.GUEST_RSP, 0x90_0000).vmwrite(VmcsField.VMCS_LINK_POINTER, -1);
        vmwrite(VmcsField.GUEST_CS_SELECTOR, 8).vmwrite(VmcsField.GUEST_CS_LIMIT, 0xFFFF_FFFFL);
        vmwrite(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xA09B);
        vmwrite(VmcsField.GUEST_SS_SELECTOR, 16).vmwrite(VmcsField.GUEST_SS_LIMIT, 0xFFFF_FFFFL);
        vmwrite(VmcsField.GUEST_SS_ACCESS_RIGHTS, 0xC093);
        vmwrite(VmcsField.GUEST_DS_SELECTOR, 16).vmwrite(VmcsField.GUEST_DS_LIMIT, 0xFFFF_FFFFL);
        vmwrite(VmcsField.GUEST_DS_ACCESS_RIGHTS, 0xC093);
        vmwrite(VmcsField.GUEST_ES_ACCESS_RIGHTS, 0x10000).vmwrite(VmcsField.GUEST_FS_ACCESS_RIGHTS, 0x10000);
        vmwrite(VmcsField.GUEST_GS_ACCESS_RIGHTS, 0x10000).vmwrite(VmcsField.GUEST_LDTR_ACCESS_RIGHTS, 0x10000);
        vmwrite(VmcsField.GUEST_TR_SELECTOR, 24).vmwrite(VmcsField.GUEST_TR_LIMIT, 0x67).vmwrite(VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x8B);
    }

    /** Asks the guest's intercepts about an instruction that lies at {@link #GUEST_ENTRY}; true when they took an exit. */
    boolean atGuestEntry(String text, BiPredicate<InterceptPolicy, Insn> ask) {
        Insn insn = decode(text);
        cpu.rip = GUEST_ENTRY + insn.length;
        return ask.test(cpu.intercepts, insn);
    }

    VmxProcessor vmlaunch() {
        return exec("vmlaunch");
    }

    // --- VmxHost -----------------------------------------------------------------------------------------------------------

    @Override
    public long nextExit() {
        return exits.size() + 1;
    }

    @Override
    public long instructionCount() {
        return cpu.instructions;
    }

    @Override
    public MachineObserver observer() {
        return silent ? null : this;
    }

    // --- MachineObserver ---------------------------------------------------------------------------------------------------

    @Override
    public void onVmExit(VmExit exit) {
        exits.add(exit);
    }

    @Override
    public void onVmxInstruction(VmxOperation operation) {
        operations.add(operation);
    }

    @Override
    public void onVmEntryFailed(Cpu c, long vmcs, String outcome, List<String> broken) {
        entryFailure = outcome;
        violations.addAll(broken);
    }

    // --- Platform ----------------------------------------------------------------------------------------------------------

    @Override
    public int portRead(int port, int size) {
        return -1;
    }

    @Override
    public void portWrite(int port, int size, int value) {
        // no device
    }

    @Override
    public long time() {
        return time;
    }

    @Override
    public boolean interruptPending(Cpu c) {
        return interrupt >= 0;
    }

    @Override
    public int acknowledgeInterrupt(Cpu c) {
        int vector = interrupt;
        interrupt = -1;
        return vector;
    }

    @Override
    public LocalApicPort apic(Cpu c) {
        return null;
    }

    @Override
    public void initialized(Cpu c) {
    }

    @Override
    public void shutdown(Cpu c, String why) {
        shutdown = why;
    }

    @Override
    public long random() {
        return 4;
    }

    // --- CpuModel ----------------------------------------------------------------------------------------------------------

    @Override
    public int[] cpuid(int leaf, int subleaf) {
        return new int[4];
    }

    @Override
    public Long capability(int msr) {
        return capabilities.known(msr) ? capabilities.msr(msr) : null;
    }

    @Override
    public int physicalAddressBits() {
        return capabilities.physicalAddressBits();
    }

    @Override
    public int linearAddressBits() {
        return capabilities.hasLa57() ? 57 : 48;
    }

    @Override
    public long cr4Mask() {
        return capabilities.msr(Msr.IA32_VMX_CR4_FIXED1);
    }

    @Override
    public long eferMask() {
        return 0xD01;
    }

    @Override
    public long xcr0Mask() {
        return 7;
    }
}
