// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.generator;

import dev.vmcsmith.lang.plan.ControlPlan;
import dev.vmcsmith.lang.plan.FieldPlan;
import dev.vmcsmith.lang.plan.HostMsr;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.FieldMeaning;
import dev.vmcsmith.vmx.FieldWidth;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** C that writes the VMCSs of a setup, one function per VMCS, with the name of each field and why each fixed bit is there. */
final class VmcsSource {
    private static final List<VmcsField> HOST = List.of(VmcsField.HOST_ES_SELECTOR, VmcsField.HOST_CS_SELECTOR, VmcsField.HOST_SS_SELECTOR,
            VmcsField.HOST_DS_SELECTOR, VmcsField.HOST_FS_SELECTOR, VmcsField.HOST_GS_SELECTOR, VmcsField.HOST_TR_SELECTOR,
                    VmcsField.HOST_CR0,
            VmcsField.HOST_CR3, VmcsField.HOST_CR4, VmcsField.HOST_FS_BASE, VmcsField.HOST_GS_BASE, VmcsField.HOST_TR_BASE,
            VmcsField.HOST_GDTR_BASE, VmcsField.HOST_IDTR_BASE, VmcsField.HOST_SYSENTER_CS, VmcsField.HOST_SYSENTER_ESP,
            VmcsField.HOST_SYSENTER_EIP, VmcsField.HOST_RSP, VmcsField.HOST_RIP);

    private final SetupPlan plan;
    private final VmxCapabilities capabilities;
    private final StringBuilder out = new StringBuilder();

    VmcsSource(SetupPlan plan) {
        this.plan = plan;
        this.capabilities = plan.machine().cpu().capabilities();
    }

    String text(String setup, Dialect dialect) {
        out.append("/* Writes the VMCSs of ").append(setup).append(" for the processor \"").append(plan.machine().cpu().name())
                .append("\".\n * Generated; the setup is the source. Call the functions with the VMCS current (VMCLEAR, VMPTRLD); each returns\n"
                        + " * 0, or 1 when a VMWRITE fails: read the VM-instruction error then. */\n");
        out.append(dialect.prologue()).append('\n');
        hostState();
        out.append("""
                /* The controls that a processor lets one have: bits of the low half of the capability MSR are 1, those that are 0 in its
                 * high half are 0 (SDM "VMX Capability Reporting Facility"). */
                static vmx_u64 vmx_adjust(vmx_u64 wanted, unsigned int msr)
                {
                    vmx_u64 allowed = vmx_read_msr(msr);

                    return (wanted | (allowed & 0xFFFFFFFF)) & (allowed >> 32);
                }

                """);
        plan.vmcses().forEach(this::vmcs);
        return out.toString();
    }

    /** What differs from one hypervisor to the next: the caller knows it. */
    private void hostState() {
        out.append("/* The host state of your hypervisor; selectors are written without RPL and TI. */\nstruct vmx_host {\n");
        Stream.concat(HOST.stream(), plan.vmcses().stream().flatMap(HostMsr::loadedBy).map(HostMsr::field)).distinct()
                .forEach(field -> out.append("    vmx_u64 ").append(name(field)).append(";\n"));
        out.append("};\n\n");
    }

    private static String name(VmcsField field) {
        return field.hvName().replace('-', '_').replace('.', '_');
    }

    static String identifier(String name) {
        return name.replaceAll("[^A-Za-z0-9_]", "_");
    }

    private void vmcs(VmcsPlan vmcs) {
        String id = identifier(vmcs.name());
        Set<String> addresses = new LinkedHashSet<>();
        vmcs.fields().values().stream().map(FieldPlan::symbol).filter(symbol -> symbol != null).map(VmcsSource::identifier)
                .forEach(addresses::add);
        if (!addresses.isEmpty()) {
            out.append("/* Physical addresses of what the VMCS ").append(vmcs.name()).append(" points to, and registers of the host. */\n");
            out.append("struct ").append(id).append("_addresses {\n");
            addresses.forEach(address -> out.append("    vmx_u64 ").append(address).append(";\n"));
            out.append("};\n\n");
        }
        out.append("int write_vmcs_").append(id).append("(const struct vmx_host *host")
                .append(addresses.isEmpty() ? "" : ", const struct " + id + "_addresses *at").append(")\n{\n    int failed = 0;\n");
        section("Guest state");
        fields(vmcs, FieldArea.GUEST);
        section("Host state");
        host(vmcs);
        section("Controls");
        VmcsPlan.CONTROL_ORDER.forEach(field -> controls(vmcs, field));
        fields(vmcs, FieldArea.CONTROL);
        for (VmcsPlan.Raw raw : vmcs.raw()) {
            FieldWidth width = FieldWidth.ofEncoding(raw.encoding());
            boolean upper = width == FieldWidth.W64 && (raw.encoding() & 1) != 0;
            out.append("    failed |= %s(0x%04X, 0x%XULL); /* given by its encoding */\n".formatted(Dialect.writer(upper ? FieldWidth.W32 : width),
                    raw.encoding(), raw.value().number()));
        }
        out.append("    return failed;\n}\n\n");
    }

    private void section(String title) {
        out.append("\n    /* ---- ").append(title).append(" ---- */\n");
    }

    private void fields(VmcsPlan vmcs, FieldArea area) {
        for (Map.Entry<VmcsField, FieldPlan> entry : vmcs.fields().entrySet()) {
            if (entry.getKey().area() == area) {
                FieldPlan value = entry.getValue();
                write(entry.getKey(), value.symbol() != null ? "at->" + identifier(value.symbol()) : hex(value.value().number()),
                        value.symbol() != null ? "" : meaning(entry.getKey(), value.value().number()));
            }
        }
    }

    private static String meaning(VmcsField field, long value) {
        String text = value == 0 ? "" : FieldMeaning.brief(field, value);
        return text == null || text.isEmpty() ? "" : ": " + text;
    }

    private void host(VmcsPlan vmcs) {
        List<VmcsField> written = Stream.concat(HOST.stream(), HostMsr.loadedBy(vmcs).map(HostMsr::field)).toList();
        for (VmcsField field : written) {
            FieldPlan own = vmcs.fields().get(field);
            String value = own != null && own.value().known() ? hex(own.value().number()) : own != null && own.symbol() != null
                    ? "at->" + identifier(own.symbol()) : "host->" + name(field);
            write(field, field.hvName().endsWith("selector") ? value + " & 0xF8" : value, "");
        }
        for (Map.Entry<VmcsField, FieldPlan> entry : vmcs.fields().entrySet()) {
            if (entry.getKey().area() == FieldArea.HOST && !written.contains(entry.getKey())) {
                write(entry.getKey(), hex(entry.getValue().value().number()), "");
            }
        }
    }

    private void write(VmcsField field, String value, String remark) {
        out.append("    failed |= %s(0x%04X, %s); /* %s%s */\n".formatted(Dialect.writer(field.width()), field.encoding(), value,
                field.sdmName(),
                remark.replace("*/", "* /")));
    }

    private static String hex(long value) {
        return "0x%XULL".formatted(value);
    }

    // ---- controls ------------------------------------------------------------------------------------------------------------------

    private void controls(VmcsPlan vmcs, ControlField field) {
        if (!vmcs.adjusts(field)) {
            return;
        }
        ControlPlan control = vmcs.control(field);
        int msr = capabilities.governingMsr(field);
        out.append("    /* ").append(field.field().sdmName()).append('\n');
        for (ControlBit bit : field.bits()) {
            if (bit.in(control.ones())) {
                out.append("     *   bit %2d  %s\n".formatted(Long.numberOfTrailingZeros(bit.mask()), bit.sdmName()));
            }
        }
        for (String reason : fixed(field, control)) {
            out.append("     *   ").append(reason).append('\n');
        }
        out.append("     */\n");
        String value = field.allowed1Only() ? hex(control.ones()) : "vmx_adjust(%s, 0x%X)".formatted(hex(control.ones()), msr);
        out.append("    failed |= %s(0x%04X, %s);\n".formatted(Dialect.writer(field.field().width()), field.field().encoding(), value));
    }

    /** Why the field has more bits than the setup asks for, bit by bit. */
    private List<String> fixed(ControlField field, ControlPlan control) {
        List<String> reasons = new ArrayList<>();
        if (!capabilities.known(field)) {
            return reasons;
        }
        int msr = capabilities.governingMsr(field);
        long added = capabilities.adjust(field, control.ones()) & ~control.ones();
        for (int bit = 0; bit < 32; bit++) {
            if ((added >>> bit & 1) != 0) {
                ControlBit known = ControlBit.at(field, bit);
                reasons.add("bit %2d  %s: must be 1, bit %d of MSR 0x%X is 1".formatted(bit, known == null ? "(reserved)"
                        : known.sdmName(), bit,
                        msr));
            }
        }
        return reasons;
    }
}
