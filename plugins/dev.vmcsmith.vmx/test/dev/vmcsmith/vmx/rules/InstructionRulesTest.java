// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.rules.VmxInstruction.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Msr;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InstructionRulesTest {
    /** One precondition: the state in which the instruction succeeds, and the change that makes it fail. */
    record Case(String id, VmxInstruction instruction, Consumer<TestState> valid, Consumer<TestState> change, String outcome) {
        @Override
        public String toString() {
            return id;
        }
    }

    private static Case of(String id, VmxInstruction instruction, Consumer<TestState> change, String outcome) {
        return new Case(id, instruction, state -> { }, change, outcome);
    }

    private static Case of(String id, VmxInstruction instruction, Consumer<TestState> valid, Consumer<TestState> change, String outcome) {
        return new Case(id, instruction, valid, change, outcome);
    }

    static Stream<Case> cases() {
        Consumer<TestState> off = s -> s.vmx = false;
        Consumer<TestState> read = s -> s.selector = 0x681E;
        Consumer<TestState> launched = s -> s.launched = true;
        Consumer<TestState> guest = s -> {
            s.root = false;
            s.functionsEnabled = true;
            s.functions = 1;
        };
        Consumer<TestState> single = s -> {
            s.selector = 1;
            s.operand = 0x301E;
        };
        Consumer<TestState> vpid = s -> s.operand = 1;
        return Stream.of(
                of("INSN_PROTECTED_MODE", VMCLEAR, s -> s.cr0 &= ~1L, "#UD"),
                of("INSN_VIRTUAL_8086", VMCLEAR, s -> s.v86 = true, "#UD"),
                of("INSN_COMPATIBILITY_MODE", VMLAUNCH, s -> s.compatibility = true, "#UD"),
                of("INSN_REGISTER_OPERAND", VMPTRST, s -> s.register = true, "#UD"),
                of("INSN_VMXON_CR4_VMXE", VMXON, off, s -> s.cr4 &= ~0x2000L, "#UD"),
                of("INSN_OUTSIDE_VMX_OPERATION", VMXOFF, s -> s.vmx = false, "#UD"),
                of("INSN_INVEPT_SUPPORT", INVEPT, single, s -> s.capabilities = CpuProfiles.named("penryn").capabilities(), "#UD"),
                of("INSN_INVVPID_SUPPORT", INVVPID, vpid, s -> s.capabilities = CpuProfiles.named("conroe").capabilities(), "#UD"),
                of("INSN_CPL", VMREAD, read, s -> s.cpl = 3, "#GP(0)"),
                of("INSN_VMXON_IN_ROOT", VMXON, off, s -> s.vmx = true, "VMfail 15 (VMXON executed in VMX root operation)"),
                of("INSN_VMXON_CR0", VMXON, off, s -> s.cr0 &= ~0x20L, "#GP(0)"),
                of("INSN_VMXON_CR4", VMXON, off, s -> s.cr4 |= 1L << 31, "#GP(0)"),
                of("INSN_VMXON_FEATURE_CONTROL_LOCK", VMXON, off, s -> s.featureControl = 4, "#GP(0)"),
                of("INSN_VMXON_FEATURE_CONTROL_ENABLE", VMXON, off, s -> s.featureControl = 3, "#GP(0)"),
                of("INSN_VMXON_ADDRESS", VMXON, off, s -> s.operand = 0x6800, "VMfailInvalid"),
                of("INSN_VMXON_REVISION", VMXON, off, s -> s.memory.write64(0x6000, 1L << 31 | Baseline.REVISION), "VMfailInvalid"),
                of("INSN_VMXOFF_DUAL_MONITOR", VMXOFF, s -> s.dualMonitor = true,
                        "VMfail 23 (VMXOFF under dual-monitor treatment of SMIs and SMM)"),
                of("INSN_VMCALL_MODE", VMCALL, guest, s -> {
                    s.root = true;
                    s.compatibility = true;
                }, "#UD"),
                of("INSN_VMCALL_CPL", VMCALL, guest, s -> {
                    s.root = true;
                    s.cpl = 3;
                }, "#GP(0)"),
                of("INSN_VMCALL_IN_ROOT", VMCALL, guest, s -> s.root = true, "VMfail 1 (VMCALL executed in VMX root operation)"),
                of("INSN_VMCLEAR_ADDRESS", VMCLEAR, s -> s.operand = 1L << 46, "VMfail 2 (VMCLEAR with invalid physical address)"),
                of("INSN_VMCLEAR_VMXON_POINTER", VMCLEAR, s -> s.operand = Baseline.VMXON, "VMfail 3 (VMCLEAR with VMXON pointer)"),
                of("INSN_VMPTRLD_ADDRESS", VMPTRLD, s -> s.operand = 0x6001, "VMfail 9 (VMPTRLD with invalid physical address)"),
                of("INSN_VMPTRLD_VMXON_POINTER", VMPTRLD, s -> s.operand = Baseline.VMXON, "VMfail 10 (VMPTRLD with VMXON pointer)"),
                of("INSN_VMPTRLD_REVISION", VMPTRLD, s -> s.memory.write64(0x6000, 7),
                        "VMfail 11 (VMPTRLD with incorrect VMCS revision identifier)"),
                of("INSN_VMPTRLD_SHADOW", VMPTRLD, s -> s.memory.write64(0x6000, 1L << 31 | Baseline.REVISION),
                        s -> s.capabilities = s.capabilities.with(Msr.IA32_VMX_PROCBASED_CTLS2, 0),
                        "VMfail 11 (VMPTRLD with incorrect VMCS revision identifier)"),
                of("INSN_NO_CURRENT_VMCS", VMREAD, read, s -> s.current = VmxInstructionState.NO_VMCS, "VMfailInvalid"),
                of("INSN_CURRENT_VMCS_IS_SHADOW", VMLAUNCH, s -> s.shadow = true, "VMfailInvalid"),
                of("INSN_ENTRY_MOV_SS", VMLAUNCH, s -> s.movSs = true, "VMfailValid 26 (VM entry with events blocked by MOV SS)"),
                of("INSN_VMLAUNCH_NOT_CLEAR", VMLAUNCH, s -> s.launched = true, "VMfailValid 4 (VMLAUNCH with non-clear VMCS)"),
                of("INSN_VMRESUME_NOT_LAUNCHED", VMRESUME, launched, s -> s.launched = false,
                        "VMfailValid 5 (VMRESUME with non-launched VMCS)"),
                of("INSN_UNSUPPORTED_FIELD", VMREAD, read, s -> s.selector = 1L << 32 | 0x681E,
                        "VMfailValid 12 (VMREAD/VMWRITE from/to unsupported VMCS component)"),
                of("INSN_VMWRITE_READ_ONLY", VMWRITE, s -> s.selector = VmcsField.EXIT_REASON.encoding(),
                        s -> s.capabilities = s.capabilities.with(Msr.IA32_VMX_MISC, 0),
                        "VMfailValid 13 (VMWRITE to read-only VMCS component)"),
                of("INSN_INVEPT_TYPE", INVEPT, single, s -> s.selector = 3, "VMfail 28 (Invalid operand to INVEPT/INVVPID)"),
                of("INSN_INVEPT_EPTP", INVEPT, single, s -> s.operand = 0x3019, "VMfail 28 (Invalid operand to INVEPT/INVVPID)"),
                of("INSN_INVVPID_TYPE", INVVPID, vpid, s -> s.selector = 4, "VMfail 28 (Invalid operand to INVEPT/INVVPID)"),
                of("INSN_INVVPID_RESERVED", INVVPID, vpid, s -> s.operand = 0x1_0001, "VMfail 28 (Invalid operand to INVEPT/INVVPID)"),
                of("INSN_INVVPID_ZERO", INVVPID, vpid, s -> s.operand = 0, "VMfail 28 (Invalid operand to INVEPT/INVVPID)"),
                of("INSN_INVVPID_ADDRESS", INVVPID, vpid, s -> s.operandHigh = 1L << 47, "VMfail 28 (Invalid operand to INVEPT/INVVPID)"),
                of("INSN_VMFUNC_ROOT", VMFUNC, guest, s -> s.root = true, "#UD"),
                of("INSN_VMFUNC_ENABLED", VMFUNC, guest, s -> s.selector = 64, "#UD"),
                of("INSN_VMFUNC_FUNCTION", VMFUNC, guest, s -> s.selector = 1, "VM exit"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aValidInstructionSucceeds(Case row) {
        TestState state = new TestState();
        row.valid.accept(state);
        assertNull(InstructionRules.first(row.instruction, state));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void oneChangeMakesItFailForThisReason(Case row) {
        TestState state = new TestState();
        row.valid.accept(state);
        row.change.accept(state);
        InstructionRule rule = InstructionRules.first(row.instruction, state);
        assertNotNull(rule);
        assertEquals(row.id, rule.id());
        assertEquals(row.outcome, rule.outcome().text());
        assertTrue(rule.text().contains(row.outcome));
    }

    @Test
    void everyPreconditionHasACaseAndItsOwnId() {
        Set<String> tested = cases().map(Case::id).collect(Collectors.toSet());
        Set<String> all = new HashSet<>();
        for (InstructionRule rule : InstructionRules.all()) {
            assertTrue(all.add(rule.id()), rule.id());
            assertNull(EntryRules.find(rule.id()));
        }
        assertEquals(all, tested);
    }
}
