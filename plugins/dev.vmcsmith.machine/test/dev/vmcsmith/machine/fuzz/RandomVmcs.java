// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.fuzz;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.snapshot.Snapshot;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.SplittableRandom;

/**
 * A hypervisor with a random VMCS and random EPT entries: from a valid VMCS with as many controls as the processor allows, some fields are
 * changed; the guest is random code; the handler counts the exit, moves RIP on and resumes.
 */
final class RandomVmcs extends Fuzzer {
    private static final long EPT = 0x400000, GUEST = 0x500000, PAGES = 0x600000;
    private static final long[] VALUES = {0, -1, 1, 0x80000000L, 0x1000, PAGES, EPT | 0x1E, 0x8000_0B0DL, 0x8000_0302L, 0x8000_0202L, 0x8000_0603L};
    private static final String PROGRAM = TestProgram.READY_FOR_VMXON + """
            vmxon [vmxon_pointer]
            vmclear [vmcs_pointer]
            vmptrld [vmcs_pointer]
        ready:
            vmlaunch
            vmresume
        failed:
            mov al, 1
            out 0xF4, al
        host:
            inc qword [0x202000]
            mov eax, 0x681E
            vmread rbx, rax
            mov ecx, 0x440C
            vmread rdx, rcx
            and edx, 15
            inc edx
            add rbx, rdx
            vmwrite rax, rbx
            vmresume
            jmp failed
        align 8
        vmxon_pointer: dq 0x200000
        vmcs_pointer: dq 0x201000
        """;

    private TestProgram program;
    private Snapshot start;
    private VmxCapabilities capabilities;

    @Override
    Machine prepare() {
        program = TestProgram.long64(PROGRAM);
        Machine m = program.machine();
        m.run(StopCondition.NONE.withBreakpoint(program.address("ready")).withMaxInstructions(100_000));
        if (m.cpu(0).rip != program.address("ready")) {
            throw new AssertionError("not ready");
        }
        capabilities = m.capabilities();
        identityEpt(m);
        valid(m);
        start = m.snapshot();
        return m;
    }

    @Override
    Machine fresh(Machine m) {
        m.restore(start);
        return m;
    }

    private static void identityEpt(Machine m) {
        m.memory().write64(EPT, EPT + 0x1000 | 7);
        m.memory().write64(EPT + 0x1000, EPT + 0x2000 | 7);
        for (int n = 0; n < 8; n++) {
            m.memory().write64(EPT + 0x2000 + 8 * n, (long) n << 21 | 0xB7);
        }
        m.memory().write64(EPT + 0x2000 + 8 * 2, EPT + 0x3000 | 7);
        for (int n = 0; n < 512; n++) {
            m.memory().write64(EPT + 0x3000 + 8 * n, 0x400000 + ((long) n << 12) | 0x37);
        }
    }

    private void valid(Machine m) {
        Cpu c = m.cpu(0);
        control(m, ControlField.PIN_BASED, 0);
        control(m, ControlField.PRIMARY, ControlBit.ACTIVATE_SECONDARY_CONTROLS.mask());
        control(m, ControlField.SECONDARY, ControlBit.ENABLE_EPT.mask());
        control(m, ControlField.EXIT, ControlBit.EXIT_HOST_ADDRESS_SPACE_SIZE.mask());
        control(m, ControlField.ENTRY, ControlBit.ENTRY_IA32E_MODE_GUEST.mask());
        set(m, "EPT_POINTER", EPT | 0x1E);
        set(m, "VMCS_LINK_POINTER", -1);
        for (String side : new String[] {"HOST", "GUEST"}) {
            set(m, side + "_CR0", c.cr0);
            set(m, side + "_CR3", c.cr3);
            set(m, side + "_CR4", c.cr4);
            set(m, side + "_CS_SELECTOR", 8);
            set(m, side + "_SS_SELECTOR", 16);
            set(m, side + "_DS_SELECTOR", 16);
            set(m, side + "_TR_SELECTOR", 48);
            set(m, side + "_GDTR_BASE", c.gdtBase);
        }
        set(m, "HOST_RIP", program.address("host"));
        set(m, "HOST_RSP", 0x80000);
        set(m, "GUEST_RIP", GUEST);
        set(m, "GUEST_RSP", 0x60000);
        set(m, "GUEST_RFLAGS", 2);
        set(m, "GUEST_DR7", 0x400);
        set(m, "GUEST_GDTR_LIMIT", 63);
        for (String s : new String[] {"ES", "CS", "SS", "DS", "FS", "GS", "LDTR", "TR"}) {
            boolean system = s.equals("TR");
            boolean unusable = s.equals("LDTR") || s.equals("ES") || s.equals("FS") || s.equals("GS");
            set(m, "GUEST_" + s + "_LIMIT", system ? 0x67 : 0xFFFFFFFFL);
            set(m, "GUEST_" + s + "_ACCESS_RIGHTS", unusable ? 0x10000 : system ? 0x8B : s.equals("CS") ? 0xA09B : 0xC093);
        }
        for (String page : new String[] {"IO_BITMAP_A_ADDRESS", "IO_BITMAP_B_ADDRESS", "MSR_BITMAP_ADDRESS", "VIRTUAL_APIC_ADDRESS",
            "APIC_ACCESS_ADDRESS"}) {
            set(m, page, PAGES);
        }
    }

    private void control(Machine m, ControlField field, long wanted) {
        m.writeVmcs(0, field.field(), capabilities.adjust(field, wanted));
    }

    private static void set(Machine m, String field, long value) {
        m.writeVmcs(0, VmcsField.valueOf(field), value);
    }

    @Override
    void attack(Machine m, SplittableRandom random) {
        for (int n = random.nextInt(20); n > 0; n--) {
            m.memory().write64(EPT + 8L * random.nextInt(0x800), random.nextInt(3) == 0 ? random.nextLong()
                : EPT + 0x1000L * random.nextInt(6) | random.nextInt(0x1000));
        }
        for (ControlField field : new ControlField[] {ControlField.PIN_BASED, ControlField.PRIMARY, ControlField.SECONDARY}) {
            if (random.nextInt(3) == 0) {
                long value = m.currentVmcs(0).orElseThrow().value(field.field()) | random.nextLong() & random.nextLong();
                m.writeVmcs(0, field.field(), capabilities.adjust(field, value));
            }
        }
        for (int n = random.nextInt(6); n > 0; n--) {
            VmcsField field = VmcsField.at(random.nextInt(VmcsField.count()));
            long old = m.currentVmcs(0).orElseThrow().value(field);
            m.writeVmcs(0, field, switch (random.nextInt(4)) {
                case 0 -> VALUES[random.nextInt(VALUES.length)];
                case 1 -> old + random.nextInt(-16, 17);
                default -> old ^ 1L << random.nextInt(field.width().bits());
            });
        }
        byte[] page = new byte[4096];
        if (random.nextBoolean()) {
            random.nextBytes(page);
        }
        m.memory().write(PAGES, page, 0, page.length);
        byte[] code = code(random, 64);
        m.memory().write(GUEST, code, 0, code.length);
        registers(m, random, GUEST);
        run(m, 3000);
    }
}
