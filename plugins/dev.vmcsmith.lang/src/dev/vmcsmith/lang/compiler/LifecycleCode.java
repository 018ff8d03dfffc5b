// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.lang.plan.ControlPlan;
import dev.vmcsmith.lang.plan.FieldPlan;
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

/** The steps from start to VMLAUNCH in their order, one call per step and field, and the tables of names that reports use. */
final class LifecycleCode {
    private final AsmText out;
    private final SetupPlan plan;
    private final VmcsPlan vmcs;

    LifecycleCode(AsmText out, SetupPlan plan) {
        this.out = out;
        this.plan = plan;
        this.vmcs = plan.launched();
    }

    /** @param eptCapabilities bits of IA32_VMX_EPT_VPID_CAP that the setup relies on */
    void write(long eptCapabilities) {
        out.label("lifecycle").from(plan.run());
        out.op("call check_vmx_support").op("call check_feature_control").op("call check_control_registers").op("call enable_vmx");
        if (eptCapabilities != 0) {
            out.op("mov rdi, " + AsmText.hex(eptCapabilities)).op("call check_ept_capabilities");
        }
        out.op("call vmx_on").from(vmcs.origin()).op("call vmcs_clear").op("call vmcs_load");
        fields(FieldArea.GUEST);
        out.from(vmcs.origin()).op("call write_host_state");
        fields(FieldArea.HOST);
        VmcsPlan.CONTROL_ORDER.forEach(this::controls);
        fields(FieldArea.CONTROL);
        for (VmcsPlan.Raw field : vmcs.raw()) {
            out.from(field.origin());
            write(field.encoding(), AsmText.hex(field.value().number()));
        }
        out.from(plan.run()).op("jmp launch").fromNowhere();
        names();
    }

    private void fields(FieldArea area) {
        for (Map.Entry<VmcsField, FieldPlan> entry : vmcs.fields().entrySet()) {
            if (entry.getKey().area() == area) {
                FieldPlan field = entry.getValue();
                out.from(field.origin());
                write(entry.getKey().encoding(), field.symbol() != null ? field.symbol() : AsmText.hex(field.value().number()));
            }
        }
    }

    private void write(int encoding, String value) {
        out.op("mov rax, " + value).op("mov edx, " + AsmText.hex(encoding)).op("call write_field");
    }

    private void controls(ControlField field) {
        if (!vmcs.adjusts(field)) {
            return;
        }
        ControlPlan control = vmcs.control(field);
        String names = out.newName("controls");
        StringBuilder table = new StringBuilder(names + ": dd ");
        for (int bit = 0; bit < 32; bit++) {
            ControlBit known = ControlBit.at(field, bit);
            boolean named = known != null && ((control.ones() | control.zeros()) & known.mask()) != 0;
            table.append(bit == 0 ? "" : ", ").append(named ? out.text(known.hvName()) : "text_unknown");
        }
        out.data("align 4").data(table.toString());
        out.from(control.origin());
        out.op("mov edx, " + AsmText.hex(field.field().encoding())).op("mov ecx, " + AsmText.hex(field.msr()));
        out.op("mov edi, " + AsmText.hex(control.ones())).op("mov ebp, " + AsmText.hex(control.zeros())).op("mov ebx, " + names);
        out.op("call write_controls");
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
