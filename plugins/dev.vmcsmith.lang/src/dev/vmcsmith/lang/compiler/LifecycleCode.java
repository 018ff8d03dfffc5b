// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.lang.plan.ControlPlan;
import dev.vmcsmith.lang.plan.FieldPlan;
import dev.vmcsmith.lang.plan.HostMsr;
import dev.vmcsmith.lang.plan.ProcessorPlan;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmInstructionError;
import dev.vmcsmith.vmx.VmcsField;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * For each processor the steps from start to VMLAUNCH in their order, one call per step and field, and the tables of names that reports
 * use.
 */
final class LifecycleCode {
    /** What each processor has for itself, of what presets name. */
    private static final Set<String> OF_PROCESSOR = Set.of("tss", "gdt");

    private final AsmText out;
    private final ValueCode values;
    private final SetupPlan plan;

    LifecycleCode(AsmText out, ValueCode values, SetupPlan plan) {
        this.out = out;
        this.values = values;
        this.plan = plan;
    }

    /** What the code knows of a VMCS. */
    static String descriptor(VmcsPlan vmcs) {
        return vmcs.symbol("vmcs_descriptor");
    }

    /** @param eptCapabilities bits of IA32_VMX_EPT_VPID_CAP that the setup relies on */
    void write(long eptCapabilities) {
        plan.processors().forEach(processor -> write(processor, eptCapabilities));
        plan.used().forEach(this::describe);
        plan.processors().forEach(this::describe);
        out.data("align 8").data("processors_running: dd " + plan.processors().size());
        names();
    }

    private void write(ProcessorPlan processor, long eptCapabilities) {
        out.label(processor.symbol("lifecycle")).from(processor.origin());
        out.op("call check_vmx_support").op("call check_feature_control").op("call check_control_registers").op("call enable_vmx");
        if (eptCapabilities != 0) {
            out.op("mov edi, " + AsmText.hex(eptCapabilities & 0xFFFF_FFFFL)).op("mov ebp, " + AsmText.hex(eptCapabilities >>> 32));
            out.op("call check_ept_capabilities");
        }
        out.op("call vmx_on");
        processor.vmcses().forEach(vmcs -> vmcs(vmcs, processor));
        out.from(processor.origin());
        if (processor.number() == 0) {
            for (ProcessorPlan other : plan.processors().subList(1, plan.processors().size())) {
                out.from(other.origin()).op("mov eax, " + block(other)).op("call start_processor");
            }
            out.from(processor.origin());
        }
        out.op("jmp launch").fromNowhere();
    }

    /** What the code knows of a processor. */
    private static String block(ProcessorPlan processor) {
        return "processor_" + processor.number();
    }

    /** The block, in the order of the runtime's {@code PROCESSOR_} names, the list of VMCSs, and the GDT of all but the first. */
    private void describe(ProcessorPlan processor) {
        boolean first = processor.number() == 0;
        String list = processor.symbol("vmcs_list");
        out.data("align 8").data(block(processor) + ": dq " + String.join(", ", processor.symbol("vmxon_region"),
                processor.symbol("boot_stack_top"), processor.symbol("host_stack_top"), processor.symbol("tss"),
                processor.symbol("gdt_pointer"), first ? "first_processor" : "next_processor", processor.symbol("lifecycle"), list,
                Integer.toString(processor.number())) + ", 0, 0, 0, 0");
        out.data(list + ": dd " + String.join(", ", processor.vmcses().reversed().stream().map(LifecycleCode::descriptor).toList())
                + ", 0");
        if (!first) {
            String gdt = processor.symbol("gdt");
            String tss = processor.symbol("tss");
            out.data("align 8").data(gdt + ": dq 0, " + (plan.isLongHost() ? "0x00AF9B000000FFFF" : "0x00CF9B000000FFFF")
                    + ", 0x00CF93000000FFFF");
            out.data("dw 0x67, " + tss + " & 0xFFFF").data("db (" + tss + " >> 16) & 0xFF, 0x89, 0, (" + tss + " >> 24) & 0xFF")
                    .data("dq 0");
            out.data(processor.symbol("gdt_pointer") + ": dw gdt_limit").data("dd " + gdt + ", 0");
        }
    }

    private void vmcs(VmcsPlan vmcs, ProcessorPlan processor) {
        out.from(vmcs.origin()).op("mov eax, " + descriptor(vmcs)).op("mov [current], rax");
        out.op("call vmcs_clear").op("call vmcs_load");
        fields(vmcs, FieldArea.GUEST, processor);
        out.from(vmcs.origin()).op("call write_host_state");
        HostMsr.loadedBy(vmcs).forEach(msr -> out.op("mov ecx, " + AsmText.hex(msr.msr()))
                .op("mov ebx, " + AsmText.hex(msr.field().encoding())).op("call write_host_msr"));
        fields(vmcs, FieldArea.HOST, processor);
        VmcsPlan.CONTROL_ORDER.forEach(field -> controls(vmcs, field));
        fields(vmcs, FieldArea.CONTROL, processor);
        for (VmcsPlan.Raw field : vmcs.raw()) {
            out.from(field.origin());
            raw(field.encoding(), field.value().number());
        }
    }

    /**
     * Region, dispatch, launched, VPID, what its fields hold, fixed bits of CR0 that count, whether it is a shadow VMCS, the guest's
     * registers.
     */
    private void describe(VmcsPlan vmcs) {
        long vpid = vmcs.has(ControlBit.ENABLE_VPID) && vmcs.fields().containsKey(VmcsField.VPID)
                ? vmcs.fields().get(VmcsField.VPID).value().number() : 0;
        int holds = (vmcs.has(ControlBit.ENABLE_EPT) ? 1 : 0) | (vmcs.has(ControlBit.USE_TSC_OFFSETTING) ? 2 : 0)
                | (vmcs.has(ControlBit.ENTRY_LOAD_IA32_EFER) ? 4 : 0) | (vmcs.has(ControlBit.ENTRY_LOAD_IA32_PAT) ? 8 : 0)
                | (vmcs.has(ControlBit.USE_TSC_SCALING) ? 16 : 0);
        out.data("align 8").data(descriptor(vmcs) + ": dq " + vmcs.symbol("vmcs_region") + ", " + HandlerCode.dispatch(vmcs) + ", 0, "
                + vpid + ", " + holds + ", " + (vmcs.has(ControlBit.UNRESTRICTED_GUEST) ? "0x7FFFFFFE" : "0xFFFFFFFF") + ", "
                + (isShadow(vmcs) ? "0x80000000" : "0"));
        out.data("times 16 dq 0");
    }

    /** Whether the link pointer of a VMCS under VMCS shadowing names it (SDM "Software Use of Virtual-Machine Control Structures"). */
    private boolean isShadow(VmcsPlan vmcs) {
        return plan.used().stream().filter(other -> other.has(ControlBit.VMCS_SHADOWING)).map(other -> other.fields().get(
                VmcsField.VMCS_LINK_POINTER)).anyMatch(link -> link != null && vmcs.symbol("vmcs_region").equals(link.symbol()));
    }

    private void fields(VmcsPlan vmcs, FieldArea area, ProcessorPlan processor) {
        for (Map.Entry<VmcsField, FieldPlan> entry : vmcs.fields().entrySet()) {
            if (entry.getKey().area() == area) {
                FieldPlan field = entry.getValue();
                out.from(field.origin());
                if (field.symbol() == null) {
                    values.constant(field.value().number());
                } else {
                    out.op("mov rax, " + (OF_PROCESSOR.contains(field.symbol()) ? processor.symbol(field.symbol()) : field.symbol()));
                    values.extend();
                }
                values.writeField(entry.getKey());
            }
        }
    }

    /** A field by its number, which no catalogue needs to know; half a field is as wide as the hypervisor. */
    private void raw(int encoding, long value) {
        VmcsField known = VmcsField.byEncoding(encoding);
        values.constant(value);
        if (known != null && known.encoding() == encoding) {
            values.writeField(known);
        } else {
            out.op("mov edx, " + AsmText.hex(encoding)).op("call write_field");
        }
    }

    private void controls(VmcsPlan vmcs, ControlField field) {
        if (!vmcs.adjusts(field)) {
            return;
        }
        ControlPlan control = vmcs.control(field);
        long later = field.allowed1Only() ? 0 : plan.enabledControls().stream().filter(bit -> bit.field() == field)
                .mapToLong(ControlBit::mask).sum();
        String names = out.newName("controls");
        StringBuilder table = new StringBuilder(names + ": dd ");
        for (int bit = 0; bit < 32; bit++) {
            ControlBit known = ControlBit.at(field, bit);
            boolean named = known != null && ((control.ones() | control.zeros() | later) & known.mask()) != 0;
            table.append(bit == 0 ? "" : ", ").append(named ? out.text(known.hvName()) : "text_unknown");
        }
        out.data("align 4").data(table.toString());
        out.from(control.origin());
        out.op("mov edx, " + AsmText.hex(field.field().encoding())).op("mov ecx, " + AsmText.hex(field.msr()));
        out.op("mov edi, " + AsmText.hex(control.ones())).op("mov ebp, " + AsmText.hex(control.zeros())).op("mov ebx, " + names);
        out.op(field.allowed1Only() ? "call write_allowed_controls" : "call write_controls");
        if (later != 0) {
            out.op("mov edx, " + AsmText.hex(field.field().encoding())).op("mov ecx, " + AsmText.hex(field.msr()));
            out.op("mov edi, " + AsmText.hex(later)).op("call check_controls");
        }
    }

    private void names() {
        Map<Integer, String> reasons = new HashMap<>();
        int last = 0;
        for (ExitReason reason : ExitReason.values()) {
            reasons.put(reason.number(), reason.hvName());
            last = Math.max(last, reason.number());
        }
        table("exit_reasons", "exit_reason_count", reasons, last);
        Map<Integer, String> errors = new HashMap<>();
        last = 0;
        for (VmInstructionError error : VmInstructionError.values()) {
            errors.put(error.number(), error.text());
            last = Math.max(last, error.number());
        }
        table("instruction_errors", "instruction_error_count", errors, last);
    }

    private void table(String name, String count, Map<Integer, String> texts, int last) {
        StringBuilder table = new StringBuilder(name + ": dd ");
        for (int i = 0; i <= last; i++) {
            table.append(i == 0 ? "" : ", ").append(texts.containsKey(i) ? out.text(texts.get(i)) : "text_unknown");
        }
        out.data("align 4").data(table.toString()).data(count + ": dd " + (last + 1));
    }
}
