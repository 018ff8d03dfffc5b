// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.rules.VmxInstruction.*;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmInstructionError;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.ept.Eptp;
import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Cr4;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The preconditions of the VMX instructions, in the order in which the SDM's operation sections test them. Where an
 * instruction causes a VM exit because it runs in non-root operation, that comes after the #UD rules and is the caller's.
 */
public final class InstructionRules {
    private static final String REFERENCE = "VMX Instruction Reference";
    private static final Set<VmxInstruction> PRIVILEGED = EnumSet.complementOf(EnumSet.of(VMCALL, VMFUNC));
    private static final Set<VmxInstruction> WITH_VMCS = EnumSet.of(VMREAD, VMWRITE, VMLAUNCH, VMRESUME);
    private static final Set<VmxInstruction> LAUNCHES = EnumSet.of(VMLAUNCH, VMRESUME);
    private static final long SHADOW = 1L << 31;
    private static final long LOCK = 1;
    private static final long ENABLE_OUTSIDE_SMX = 4;

    private InstructionRules() {
    }

    /** Every precondition, in the order of the tests. */
    public static List<InstructionRule> all() {
        return Catalogue.LIST;
    }

    /** The first precondition of the instruction that is not met; null when it succeeds. Allocates nothing. */
    public static InstructionRule first(VmxInstruction instruction, VmxInstructionState state) {
        for (InstructionRule rule : Catalogue.BY_INSTRUCTION.get(instruction)) {
            if (!rule.test().met(state)) {
                return rule;
            }
        }
        return null;
    }

    private static boolean validPage(long address, VmxInstructionState state) {
        int width = state.capabilities().physicalAddressBits();
        boolean beyond = state.capabilities().addressesLimitedTo32Bits() ? address >>> 32 != 0 : width > 0 && width < 64
                && address >>> width != 0;
        return (address & 0xFFF) == 0 && !beyond;
    }

    private static long firstWord(VmxInstructionState state) {
        return state.memory().read32(state.operand()) & 0xFFFF_FFFFL;
    }

    private static boolean fixed(long value, long fixed0, long fixed1) {
        return (fixed0 & ~value) == 0 && (value & ~fixed1) == 0;
    }

    /** The field of an encoding, unless the processor does not have it. */
    private static VmcsField field(VmxInstructionState state) {
        long encoding = state.selector();
        VmcsField field = encoding >>> 32 != 0 ? null : VmcsField.byEncoding((int) encoding);
        return field != null && field.existsOn(state.capabilities()) ? field : null;
    }

    private static boolean supports(VmxInstructionState state, ControlBit control, EptVpidCapability instruction) {
        VmxCapabilities capabilities = state.capabilities();
        return capabilities.allows(control) && capabilities.eptVpid(instruction);
    }

    private static boolean invept(VmxInstructionState state) {
        return state.selector() == 1 && state.capabilities().eptVpid(EptVpidCapability.INVEPT_SINGLE_CONTEXT)
                || state.selector() == 2 && state.capabilities().eptVpid(EptVpidCapability.INVEPT_ALL_CONTEXT);
    }

    private static boolean invvpid(VmxInstructionState state) {
        EptVpidCapability needed = switch ((int) Math.min(state.selector() & Long.MAX_VALUE, 4)) {
            case 0 -> EptVpidCapability.INVVPID_INDIVIDUAL_ADDRESS;
            case 1 -> EptVpidCapability.INVVPID_SINGLE_CONTEXT;
            case 2 -> EptVpidCapability.INVVPID_ALL_CONTEXT;
            case 3 -> EptVpidCapability.INVVPID_SINGLE_CONTEXT_RETAINING_GLOBALS;
            default -> null;
        };
        return state.selector() >= 0 && needed != null && state.capabilities().eptVpid(needed);
    }

    private static boolean canonical(VmxInstructionState state, long address) {
        return EntryContext.isCanonical(address, (state.cr4() & Cr4.LA57) != 0 ? 57 : 48);
    }

    /** Writes the rules down. */
    private static final class Catalogue {
        static final List<InstructionRule> LIST;
        static final Map<VmxInstruction, InstructionRule[]> BY_INSTRUCTION = new EnumMap<>(VmxInstruction.class);

        private static final List<InstructionRule> RULES = new ArrayList<>();

        static {
            undefinedOpcodes();
            protection();
            vmxon();
            vmxoffAndVmcall();
            vmclear();
            vmptrld();
            currentVmcs();
            invalidations();
            vmfunc();
            LIST = List.copyOf(RULES);
            for (VmxInstruction instruction : VmxInstruction.values()) {
                BY_INSTRUCTION.put(instruction, LIST.stream().filter(rule -> rule.instructions().contains(instruction))
                        .toArray(InstructionRule[]::new));
            }
        }

        private static void rule(String id, Set<VmxInstruction> instructions, InstructionOutcome outcome, String message,
                InstructionRule.Test test) {
            RULES.add(new InstructionRule(id, instructions, REFERENCE, outcome, test, message));
        }

        private static void undefinedOpcodes() {
            rule("INSN_PROTECTED_MODE", PRIVILEGED, InstructionOutcome.UD, "VMX instructions need protected mode (CR0.PE = 1)",
                    state -> (state.cr0() & Cr0.PE) != 0);
            rule("INSN_VIRTUAL_8086", PRIVILEGED, InstructionOutcome.UD, "VMX instructions do not exist in virtual-8086 mode",
                    state -> !state.virtual8086());
            rule("INSN_COMPATIBILITY_MODE", PRIVILEGED, InstructionOutcome.UD,
                    "In IA-32e mode, VMX instructions need 64-bit code (CS.L = 1)", state -> !state.compatibilityMode());
            rule("INSN_REGISTER_OPERAND", EnumSet.of(VMXON, VMCLEAR, VMPTRLD, VMPTRST, INVEPT, INVVPID), InstructionOutcome.UD,
                    "The operand has to be in memory", state -> !state.registerOperand());
            rule("INSN_VMXON_CR4_VMXE", Set.of(VMXON), InstructionOutcome.UD, "VMXON needs CR4.VMXE (bit 13) = 1",
                    state -> (state.cr4() & Cr4.VMXE) != 0);
            rule("INSN_OUTSIDE_VMX_OPERATION", EnumSet.complementOf(EnumSet.of(VMXON)), InstructionOutcome.UD,
                    "The instruction needs VMX operation: execute VMXON first", VmxInstructionState::inVmxOperation);
            rule("INSN_INVEPT_SUPPORT", Set.of(INVEPT), InstructionOutcome.UD, "The processor has to support EPT and INVEPT",
                    state -> supports(state, ControlBit.ENABLE_EPT, EptVpidCapability.INVEPT));
            rule("INSN_INVVPID_SUPPORT", Set.of(INVVPID), InstructionOutcome.UD, "The processor has to support VPIDs and INVVPID",
                    state -> supports(state, ControlBit.ENABLE_VPID, EptVpidCapability.INVVPID));
        }

        private static void protection() {
            rule("INSN_CPL", PRIVILEGED, InstructionOutcome.GP, "VMX instructions need CPL 0", state -> state.cpl() == 0);
        }

        private static void vmxon() {
            rule("INSN_VMXON_IN_ROOT", Set.of(VMXON), InstructionOutcome.vmfail(VmInstructionError.VMXON_IN_ROOT),
                    "VMXON may not be executed in VMX operation", state -> !state.inVmxOperation());
            rule("INSN_VMXON_CR0", Set.of(VMXON), InstructionOutcome.GP, "CR0 has to have the bits that IA32_VMX_CR0_FIXED0 and "
                    + "IA32_VMX_CR0_FIXED1 ask for (PE, NE and PG are 1)",
                    state -> fixed(state.cr0(), state.capabilities().cr0Fixed0(), state.capabilities().cr0Fixed1()));
            rule("INSN_VMXON_CR4", Set.of(VMXON), InstructionOutcome.GP, "CR4 has to have the bits that IA32_VMX_CR4_FIXED0 and "
                    + "IA32_VMX_CR4_FIXED1 ask for", state -> fixed(state.cr4(), state.capabilities().cr4Fixed0(),
                    state.capabilities().cr4Fixed1()));
            rule("INSN_VMXON_FEATURE_CONTROL_LOCK", Set.of(VMXON), InstructionOutcome.GP, "IA32_FEATURE_CONTROL[0] (lock) has to be 1",
                    state -> (state.featureControl() & LOCK) != 0);
            rule("INSN_VMXON_FEATURE_CONTROL_ENABLE", Set.of(VMXON), InstructionOutcome.GP,
                    "IA32_FEATURE_CONTROL[2] (enable VMXON outside SMX "
                    + "operation) has to be 1", state -> (state.featureControl() & ENABLE_OUTSIDE_SMX) != 0);
            rule("INSN_VMXON_ADDRESS", Set.of(VMXON), InstructionOutcome.INVALID,
                    "The VMXON pointer has to be 4-KByte aligned and within the "
                    + "processor's physical-address width", state -> validPage(state.operand(), state));
            rule("INSN_VMXON_REVISION", Set.of(VMXON), InstructionOutcome.INVALID,
                    "Bits 30:0 of the VMXON region's first 4 bytes have to be the "
                    + "VMCS revision identifier (IA32_VMX_BASIC[30:0]), and bit 31 has to be 0",
                    state -> firstWord(state) == state.capabilities().revision());
        }

        private static void vmxoffAndVmcall() {
            rule("INSN_VMXOFF_DUAL_MONITOR", Set.of(VMXOFF), InstructionOutcome.vmfail(VmInstructionError.VMXOFF_DUAL_MONITOR),
                    "VMXOFF may not be executed under the dual-monitor treatment of SMIs and SMM", state -> !state.dualMonitor());
            rule("INSN_VMCALL_MODE", Set.of(VMCALL), InstructionOutcome.UD,
                    "In VMX root operation, VMCALL needs protected mode, or 64-bit code in "
                    + "IA-32e mode", state -> !state.inRootOperation() || !state.virtual8086() && !state.compatibilityMode());
            rule("INSN_VMCALL_CPL", Set.of(VMCALL), InstructionOutcome.GP, "In VMX root operation, VMCALL needs CPL 0",
                    state -> !state.inRootOperation() || state.cpl() == 0);
            rule("INSN_VMCALL_IN_ROOT", Set.of(VMCALL), InstructionOutcome.vmfail(VmInstructionError.VMCALL_IN_ROOT),
                    "In VMX root operation, VMCALL only activates the dual-monitor treatment, which is not there",
                    state -> !state.inRootOperation());
        }

        private static void vmclear() {
            rule("INSN_VMCLEAR_ADDRESS", Set.of(VMCLEAR), InstructionOutcome.vmfail(VmInstructionError.VMCLEAR_INVALID_ADDRESS),
                    "The VMCS address has to be 4-KByte aligned and within the processor's physical-address width",
                    state -> validPage(state.operand(), state));
            rule("INSN_VMCLEAR_VMXON_POINTER", Set.of(VMCLEAR), InstructionOutcome.vmfail(VmInstructionError.VMCLEAR_VMXON_POINTER),
                    "VMCLEAR may not name the VMXON region", state -> state.operand() != state.vmxonPointer());
        }

        private static void vmptrld() {
            rule("INSN_VMPTRLD_ADDRESS", Set.of(VMPTRLD), InstructionOutcome.vmfail(VmInstructionError.VMPTRLD_INVALID_ADDRESS),
                    "The VMCS address has to be 4-KByte aligned and within the processor's physical-address width",
                    state -> validPage(state.operand(), state));
            rule("INSN_VMPTRLD_VMXON_POINTER", Set.of(VMPTRLD), InstructionOutcome.vmfail(VmInstructionError.VMPTRLD_VMXON_POINTER),
                    "VMPTRLD may not name the VMXON region", state -> state.operand() != state.vmxonPointer());
            rule("INSN_VMPTRLD_REVISION", Set.of(VMPTRLD), InstructionOutcome.vmfail(VmInstructionError.VMPTRLD_WRONG_REVISION),
                    "Bits 30:0 of the VMCS region's first 4 bytes have to be the VMCS revision identifier (IA32_VMX_BASIC[30:0])",
                    state -> (firstWord(state) & ~SHADOW) == state.capabilities().revision());
            rule("INSN_VMPTRLD_SHADOW", Set.of(VMPTRLD), InstructionOutcome.vmfail(VmInstructionError.VMPTRLD_WRONG_REVISION),
                    "Bit 31 of the VMCS region's first 4 bytes (shadow-VMCS indicator) has to be 0 on a processor without VMCS shadowing",
                    state -> (firstWord(state) & SHADOW) == 0 || state.capabilities().allows(ControlBit.VMCS_SHADOWING));
        }

        private static void currentVmcs() {
            rule("INSN_NO_CURRENT_VMCS", WITH_VMCS, InstructionOutcome.INVALID,
                    "The instruction needs a current VMCS: execute VMPTRLD first",
                    state -> state.currentVmcs() != VmxInstructionState.NO_VMCS);
            rule("INSN_CURRENT_VMCS_IS_SHADOW", LAUNCHES, InstructionOutcome.INVALID, "VM entry may not use a shadow VMCS",
                    state -> !state.currentIsShadow());
            rule("INSN_ENTRY_MOV_SS", LAUNCHES, new InstructionOutcome(InstructionOutcome.Kind.VMFAIL_VALID, 26),
                    "VM entry may not follow MOV SS or POP SS directly", state -> !state.blockedByMovSs());
            rule("INSN_VMLAUNCH_NOT_CLEAR", Set.of(VMLAUNCH), new InstructionOutcome(InstructionOutcome.Kind.VMFAIL_VALID, 4),
                    "VMLAUNCH needs a VMCS whose launch state is clear: execute VMCLEAR first, or VMRESUME", state -> !state.launched());
            rule("INSN_VMRESUME_NOT_LAUNCHED", Set.of(VMRESUME), new InstructionOutcome(InstructionOutcome.Kind.VMFAIL_VALID, 5),
                    "VMRESUME needs a VMCS whose launch state is launched: execute VMLAUNCH first", VmxInstructionState::launched);
            rule("INSN_UNSUPPORTED_FIELD", EnumSet.of(VMREAD, VMWRITE), new InstructionOutcome(InstructionOutcome.Kind.VMFAIL_VALID, 12),
                    "The encoding has to be that of a VMCS field that the processor has", state -> field(state) != null);
            rule("INSN_VMWRITE_READ_ONLY", Set.of(VMWRITE), new InstructionOutcome(InstructionOutcome.Kind.VMFAIL_VALID, 13),
                    "VM-exit information fields cannot be written on a processor without IA32_VMX_MISC[29]",
                    state -> field(state).area() != FieldArea.EXIT || state.capabilities().writesExitFields());
        }

        private static void invalidations() {
            InstructionOutcome invalid = InstructionOutcome.vmfail(VmInstructionError.INVALID_INVEPT_INVVPID_OPERAND);
            rule("INSN_INVEPT_TYPE", Set.of(INVEPT), invalid,
                    "The INVEPT type has to be 1 (single-context) or 2 (all-context), as the processor "
                    + "supports", InstructionRules::invept);
            rule("INSN_INVEPT_EPTP", Set.of(INVEPT), invalid,
                    "With single-context INVEPT, the EPT pointer has to be one that VM entry accepts",
                    state -> state.selector() != 1 || Eptp.problem(state.operand(), state.capabilities()) == null);
            rule("INSN_INVVPID_TYPE", Set.of(INVVPID), invalid, "The INVVPID type has to be 0 to 3, as the processor supports",
                    InstructionRules::invvpid);
            rule("INSN_INVVPID_RESERVED", Set.of(INVVPID), invalid, "Bits 63:16 of the INVVPID descriptor have to be 0",
                    state -> state.operand() >>> 16 == 0);
            rule("INSN_INVVPID_ZERO", Set.of(INVVPID), invalid, "The VPID in the INVVPID descriptor may not be 0 (all-context excepted)",
                    state -> state.selector() == 2 || (state.operand() & 0xFFFF) != 0);
            rule("INSN_INVVPID_ADDRESS", Set.of(INVVPID), invalid,
                    "With individual-address INVVPID, the linear address has to be canonical",
                    state -> state.selector() != 0 || canonical(state, state.operandHigh()));
        }

        private static void vmfunc() {
            rule("INSN_VMFUNC_ROOT", Set.of(VMFUNC), InstructionOutcome.UD, "VMFUNC exists only in VMX non-root operation",
                    state -> !state.inRootOperation());
            rule("INSN_VMFUNC_ENABLED", Set.of(VMFUNC), InstructionOutcome.UD,
                    "VMFUNC needs the \"enable VM functions\" VM-execution control, and "
                    + "a function number of at most 63", state -> state.vmFunctionsEnabled() && state.selector() >>> 6 == 0);
            rule("INSN_VMFUNC_FUNCTION", Set.of(VMFUNC), InstructionOutcome.EXIT,
                    "The VM-function controls have to allow the function in EAX",
                    state -> (state.vmFunctions() >>> state.selector() & 1) != 0);
        }
    }
}
