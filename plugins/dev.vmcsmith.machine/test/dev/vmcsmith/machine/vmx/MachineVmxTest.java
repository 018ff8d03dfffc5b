// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.VmxOperation;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.engine.ProfileModel;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole hypervisors in assembly on a whole machine: from VMXON to VMXOFF. */
class MachineVmxTest {
    private static final VmxCapabilities CAPABILITIES = new ProfileModel(CpuProfiles.named("skylake")).capabilities();
    private final List<VmExit> exits = new ArrayList<>();
    private final List<String> instructions = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /** A hypervisor whose host code starts with {@code handler} at each exit, and whose guest runs {@code guest} in 64-bit mode. */
    private TestProgram hypervisor(String guest, String handler, String more, ControlBit... controls) {
        StringBuilder text = new StringBuilder();
        text.append(TestProgram.READY_FOR_VMXON).append("""
                vmxon [vmxon_pointer]
                jbe fail
                vmclear [vmcs_pointer]
                jbe fail
                vmptrld [vmcs_pointer]
                jbe fail
            """);
        control(text, ControlField.PIN_BASED, controls);
        control(text, ControlField.PRIMARY, controls);
        control(text, ControlField.EXIT, ControlBit.EXIT_HOST_ADDRESS_SPACE_SIZE);
        control(text, ControlField.ENTRY, ControlBit.ENTRY_IA32E_MODE_GUEST);
        for (String prefix : new String[] {"HOST", "GUEST"}) {
            for (String cr : new String[] {"cr0", "cr3", "cr4"}) {
                text.append("mov rbx, ").append(cr).append("\n");
                write(text, VmcsField.valueOf(prefix + "_" + cr.toUpperCase()), "rbx");
            }
            write(text, VmcsField.valueOf(prefix + "_CS_SELECTOR"), "8");
            write(text, VmcsField.valueOf(prefix + "_SS_SELECTOR"), "16");
            write(text, VmcsField.valueOf(prefix + "_DS_SELECTOR"), "16");
            write(text, VmcsField.valueOf(prefix + "_TR_SELECTOR"), "48");
        }
        write(text, VmcsField.HOST_RIP, "host");
        write(text, VmcsField.HOST_RSP, "0x80000");
        write(text, VmcsField.GUEST_RIP, "guest");
        write(text, VmcsField.GUEST_RSP, "0x60000");
        write(text, VmcsField.GUEST_RFLAGS, "2");
        write(text, VmcsField.GUEST_DR7, "0x400");
        write(text, VmcsField.VMCS_LINK_POINTER, "-1");
        write(text, VmcsField.GUEST_CS_LIMIT, "0xFFFFFFFF");
        write(text, VmcsField.GUEST_CS_ACCESS_RIGHTS, "0xA09B");
        for (String s : new String[] {"SS", "DS"}) {
            write(text, VmcsField.valueOf("GUEST_" + s + "_LIMIT"), "0xFFFFFFFF");
            write(text, VmcsField.valueOf("GUEST_" + s + "_ACCESS_RIGHTS"), "0xC093");
        }
        for (String s : new String[] {"ES", "FS", "GS", "LDTR"}) {
            write(text, VmcsField.valueOf("GUEST_" + s + "_ACCESS_RIGHTS"), "0x10000");
        }
        write(text, VmcsField.GUEST_TR_LIMIT, "0x67");
        write(text, VmcsField.GUEST_TR_ACCESS_RIGHTS, "0x8B");
        text.append(more).append("\n vmlaunch\n fail:\n mov al, 1\n out 0xF4, al\n host:\n").append(handler);
        text.append("\n guest:\n").append(guest).append("\n align 8\n vmxon_pointer: dq 0x200000\n vmcs_pointer: dq 0x201000\n");
        TestProgram program = TestProgram.long64(text.toString());
        program.machine().addObserver(new MachineObserver() {
            @Override
            public void onVmExit(VmExit exit) {
                exits.add(exit);
            }

            @Override
            public void onVmxInstruction(VmxOperation operation) {
                if (!operation.mnemonic().equals("VMWRITE") && !operation.mnemonic().equals("VMREAD")) {
                    instructions.add(operation.mnemonic() + (operation.succeeded() ? "" : " " + operation.error()));
                }
            }

            @Override
            public void onVmEntryFailed(Cpu cpu, long vmcs, String outcome, List<String> violations) {
                failures.add(outcome + violations);
            }
        });
        return program;
    }

    private static void control(StringBuilder text, ControlField field, ControlBit... controls) {
        long value = 0;
        for (ControlBit control : controls) {
            value |= control.field() == field ? control.mask() : 0;
        }
        write(text, field.field(), "0x" + Long.toHexString(CAPABILITIES.adjust(field, value)));
    }

    private static void write(StringBuilder text, VmcsField field, String value) {
        if (!value.equals("rbx")) {
            text.append("mov rbx, ").append(value).append('\n');
        }
        text.append("mov eax, ").append(field.encoding()).append("\n vmwrite rax, rbx\n");
    }

    private static final String RESUME_BEHIND = """
            mov esi, 0x4402
            vmread rdi, rsi
            cmp edi, 18
            je leave
            mov esi, 0x681E
            vmread rdi, rsi
            mov ebp, 0x440C
            vmread rdx, rbp
            add rdi, rdx
            vmwrite rsi, rdi
            vmresume
            jmp fail
        leave:
            vmclear [vmcs_pointer]
            vmxoff
            mov rax, cr4
            and eax, 0xFFFFDFFF
            mov cr4, rax
        """ + TestProgram.EXIT;

    @Test
    void aHypervisorRunsFromVmxonToVmxoff() {
        TestProgram p = hypervisor("xor eax, eax\n cpuid\n mov rbx, cr3\n mov cr3, rbx\n rdmsr\n vmcall\n", RESUME_BEHIND, "",
            ControlBit.CR3_LOAD_EXITING, ControlBit.CR3_STORE_EXITING);
        StopReason reason = p.stop();
        assertEquals(0, assertInstanceOf(StopReason.DebugExit.class, reason, () -> reason.text() + failures).value());
        assertEquals(List.of("VMXON", "VMCLEAR", "VMPTRLD", "VMCLEAR", "VMXOFF"), instructions);
        assertEquals(List.of(10, 28, 28, 31, 18), exits.stream().map(VmExit::reason).toList());
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), exits.stream().map(VmExit::number).toList());
        assertEquals(0x313, exits.get(1).qualification());
        assertEquals(0x303, exits.get(2).qualification());
    }

    @Test
    void aRunStopsAtAnExitAndGoesOn() {
        Machine machine = hypervisor("cpuid\n vmcall\n", RESUME_BEHIND, "").machine();
        StopReason stop = machine.run(StopCondition.NONE.withEveryExit());
        assertEquals(10, assertInstanceOf(StopReason.VmExitStop.class, stop).exit().reason());
        stop = machine.run(StopCondition.NONE.withEveryExit());
        assertEquals(18, assertInstanceOf(StopReason.VmExitStop.class, stop).exit().reason());
        assertInstanceOf(StopReason.DebugExit.class, machine.run(StopCondition.NONE.withEveryExit()));
    }

    @Test
    void theMonitorTrapFlagStepsTheGuest() {
        hypervisor("nop\n nop\n nop\n vmcall\n", """
                mov esi, 0x4402
                vmread rdi, rsi
                cmp edi, 18
                je leave
                vmresume
            leave:
            """ + TestProgram.EXIT, "", ControlBit.MONITOR_TRAP_FLAG).run();
        assertEquals(List.of(37, 37, 37, 18), exits.stream().map(VmExit::reason).toList());
        long first = exits.get(0).guestRip();
        assertEquals(List.of(first, first + 1, first + 2, first + 2), exits.stream().map(VmExit::guestRip).toList());
    }

    @Test
    void thePreemptionTimerEndsAnEndlessGuest() {
        StringBuilder timer = new StringBuilder();
        write(timer, VmcsField.PREEMPTION_TIMER_VALUE, "1000");
        hypervisor("again: jmp again\n", TestProgram.EXIT, timer.toString(), ControlBit.PIN_ACTIVATE_VMX_PREEMPTION_TIMER).run();
        assertEquals(52, exits.get(0).reason());
    }

    @Test
    void anInterruptWindowOpensWithSti() {
        hypervisor("nop\n sti\n nop\n nop\n hlt\n", TestProgram.EXIT, "", ControlBit.INTERRUPT_WINDOW_EXITING).run();
        assertEquals(7, exits.get(0).reason());
    }

    @Test
    void anEntryThatFailsNamesTheRule() {
        StringBuilder broken = new StringBuilder();
        write(broken, VmcsField.HOST_TR_SELECTOR, "0");
        hypervisor("hlt\n", TestProgram.EXIT, broken.toString()).stop();
        assertEquals(1, failures.size());
        assertTrue(failures.get(0).startsWith("VMfailValid 8"), failures.get(0));
        assertTrue(failures.get(0).contains("HOST_TR"), failures.get(0));
        assertEquals("VMLAUNCH 8", instructions.get(instructions.size() - 1));
    }

    @Test
    void aSavedStateIsRestoredExactly() {
        VmxProcessor p = new VmxProcessor();
        p.guest64(ControlBit.MONITOR_TRAP_FLAG).vmlaunch();
        VmxState state = p.vmx.save();
        p.vmx.reset();
        assertEquals(Vmx.NO_VMCS, p.vmx.currentPointer());
        p.vmx.restore(state);
        assertTrue(p.vmx.nonRoot());
        assertNotNull(p.vmx.current());
        assertEquals(VmxProcessor.GUEST_ENTRY, p.vmx.current().value(VmcsField.GUEST_RIP));
        p.cpu.rip = VmxProcessor.GUEST_ENTRY + 1;
        assertTrue(p.cpu.intercepts.trapLike(p.cpu));
        assertEquals(37, p.lastExit().reason());
    }
}
