// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.setup;

import dev.vmcsmith.dumps.Dump;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.FieldValue;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a setup whose VM entry fails as the dump's did. Taken over are the guest-state area, the event to inject, and the
 * controls that need no structure in memory; the host-state area only after VM-instruction error 8, because otherwise the
 * emulated hypervisor could not go on. What the dump does not show comes from a preset.
 */
public final class SetupWriter {
    private static final String USUAL_PROFILE = "skylake";
    private static final ControlField[] GROUPS = {ControlField.PIN_BASED, ControlField.PRIMARY, ControlField.SECONDARY, ControlField.EXIT,
        ControlField.ENTRY};

    /** Controls that need an address, an activated field, or a host-state field which the hypervisor of a setup does not fill. */
    private static final Set<ControlBit> NEED_MORE = EnumSet.of(ControlBit.PIN_PROCESS_POSTED_INTERRUPTS, ControlBit.USE_TPR_SHADOW,
            ControlBit.ACTIVATE_SECONDARY_CONTROLS, ControlBit.ACTIVATE_TERTIARY_CONTROLS, ControlBit.VIRTUALIZE_APIC_ACCESSES,
            ControlBit.VIRTUALIZE_X2APIC_MODE, ControlBit.APIC_REGISTER_VIRTUALIZATION, ControlBit.VIRTUAL_INTERRUPT_DELIVERY,
            ControlBit.ENABLE_VM_FUNCTIONS, ControlBit.VMCS_SHADOWING, ControlBit.ENABLE_PML, ControlBit.EPT_VIOLATION_VE,
            ControlBit.PASID_TRANSLATION, ControlBit.SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT, ControlBit.USE_TSC_SCALING,
            ControlBit.EXIT_LOAD_IA32_PERF_GLOBAL_CTRL, ControlBit.EXIT_LOAD_IA32_PAT, ControlBit.EXIT_LOAD_IA32_EFER,
            ControlBit.EXIT_LOAD_CET_STATE, ControlBit.EXIT_LOAD_PKRS, ControlBit.EXIT_ACTIVATE_SECONDARY_CONTROLS);

    /** Fields of the control area that mean the same in any hypervisor. */
    private static final Set<VmcsField> PLAIN_CONTROLS = EnumSet.of(VmcsField.EXCEPTION_BITMAP, VmcsField.PAGE_FAULT_ERROR_CODE_MASK,
            VmcsField.PAGE_FAULT_ERROR_CODE_MATCH, VmcsField.ENTRY_INTERRUPTION_INFORMATION, VmcsField.ENTRY_EXCEPTION_ERROR_CODE,
            VmcsField.ENTRY_INSTRUCTION_LENGTH, VmcsField.PLE_GAP, VmcsField.PLE_WINDOW, VmcsField.CR0_GUEST_HOST_MASK,
            VmcsField.CR4_GUEST_HOST_MASK, VmcsField.CR0_READ_SHADOW, VmcsField.CR4_READ_SHADOW);

    private final Dump dump;
    private final CpuProfile profile;
    private final StringBuilder out = new StringBuilder();
    private final List<String> left = new ArrayList<>();
    private boolean ept;

    private SetupWriter(Dump dump, CpuProfile profile) {
        this.dump = dump;
        this.profile = profile;
    }

    /**
     * The text of the setup.
     *
     * @param source the dump's file, for a comment
     * @param cpu name of the bundled profile to run on; null to choose one that has the dump's controls
     */
    public static String write(Dump dump, String source, String cpu) {
        CpuProfile chosen = cpu == null ? choose(dump) : CpuProfiles.named(cpu);
        return new SetupWriter(dump, chosen).write(source.replaceAll("[\\r\\n]", " "));
    }

    /** The usual profile if it has the dump's controls, otherwise the first that has them. */
    private static CpuProfile choose(Dump dump) {
        CpuProfile usual = CpuProfiles.named(USUAL_PROFILE);
        if (has(usual.capabilities(), dump)) {
            return usual;
        }
        for (String name : CpuProfiles.names()) {
            CpuProfile profile = CpuProfiles.named(name);
            if (has(profile.capabilities(), dump)) {
                return profile;
            }
        }
        return usual;
    }

    private static boolean has(VmxCapabilities capabilities, Dump dump) {
        for (ControlField group : GROUPS) {
            for (ControlBit bit : group.bits()) {
                if (isSet(dump, bit) && !NEED_MORE.contains(bit) && !capabilities.allows(bit)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isSet(Dump dump, ControlBit bit) {
        VmcsField holder = bit.field().field();
        return dump.known(holder) && bit.in(dump.value(holder));
    }

    private String write(String source) {
        boolean controlsShown = dump.known(VmcsField.PRIMARY_CONTROLS);
        ept = controlsShown ? isSet(dump, ControlBit.ENABLE_EPT) : true;
        line("// Made from " + source + ", line " + dump.firstLine() + ": " + dump.producer().title() + ".");
        line("// " + dump.failure().text());
        line("// VM entry is checked by \"check\"; \"run --no-check\" lets the machine fail as the dump's did.");
        line("");
        line("machine {");
        line("    cpu    \"" + profile.name() + "\"");
        line("    memory 64 MiB");
        line("    serial com1");
        line("    host   long-64");
        line("}");
        line("");
        if (ept) {
            line("ept Identity {");
            line("    memory-type WB");
            line("    walk 4");
            line("    map 0 .. 16 MiB -> identity rwx WB");
            line("}");
            line("");
        }
        line("vmcs Imported {");
        controls(controlsShown);
        guest();
        if (dump.failure().kind() == Failure.Kind.VMFAIL && dump.failure().number() == 8) {
            area(FieldArea.HOST, "    host {");
        }
        line("}");
        line("");
        run();
        left.forEach(each -> line("// Left out: " + each));
        return out.toString();
    }

    private void controls(boolean shown) {
        for (ControlField group : GROUPS) {
            List<String> names = new ArrayList<>();
            for (ControlBit bit : group.bits()) {
                if (isSet(dump, bit)) {
                    if (usable(bit)) {
                        names.add(bit.hvName());
                    } else if (!NEED_MORE.contains(bit) || !bit.hvName().startsWith("activate-")) {
                        left.add(group.hvName() + " " + bit.hvName());
                    }
                }
            }
            if (group == ControlField.SECONDARY && !shown) {
                names.addAll(List.of("enable-ept", "unrestricted-guest"));
            }
            if (!names.isEmpty()) {
                line("    " + group.hvName() + " { " + String.join(", ", names) + " }");
            }
        }
        for (FieldValue field : dump.fields()) {
            if (PLAIN_CONTROLS.contains(field.field())) {
                setting("    ", field);
            }
        }
        if (dump.known(VmcsField.VPID)) {
            line("    vpid 0x%X    // line %d".formatted(dump.value(VmcsField.VPID), dump.field(VmcsField.VPID).evidence().line()));
        }
        if (ept) {
            line("    ept Identity");
        }
    }

    private boolean usable(ControlBit bit) {
        if (NEED_MORE.contains(bit) || !profile.capabilities().allows(bit)) {
            return false;
        }
        return switch (bit) {
            case ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL -> dump.known(VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL);
            case ENTRY_LOAD_IA32_PAT -> dump.known(VmcsField.GUEST_IA32_PAT);
            case ENTRY_LOAD_IA32_EFER -> dump.known(VmcsField.GUEST_IA32_EFER);
            case ENTRY_LOAD_IA32_BNDCFGS -> dump.known(VmcsField.GUEST_IA32_BNDCFGS);
            default -> true;
        };
    }

    private void guest() {
        line("");
        area(FieldArea.GUEST, "    guest " + preset() + " {    // the preset gives what the dump does not show");
    }

    private void area(FieldArea area, String head) {
        line(head);
        for (FieldValue field : dump.fields()) {
            if (field.field().area() == area) {
                if (field.field().existsOn(profile.capabilities())) {
                    setting("        ", field);
                } else {
                    left.add(field.field().qualifiedName() + ", which " + profile.name() + " does not have");
                }
            }
        }
        line("    }");
    }

    /** The preset that is nearest to the mode of the guest. */
    private String preset() {
        boolean entryShown = dump.known(VmcsField.ENTRY_CONTROLS);
        long cr0 = dump.value(VmcsField.GUEST_CR0);
        boolean longCode = (dump.value(VmcsField.GUEST_CS_ACCESS_RIGHTS) & 1 << 13) != 0;
        if (entryShown ? isSet(dump, ControlBit.ENTRY_IA32E_MODE_GUEST) : longCode) {
            return "long-64";
        }
        if (dump.known(VmcsField.GUEST_CR0) && (cr0 & 1) == 0) {
            return "real-16";
        }
        return "protected-32";
    }

    private void setting(String indent, FieldValue field) {
        String value = field.field().format(field.value());
        line("%s%s = %s    // line %d".formatted(indent, field.field().hvName(), value, field.evidence().line()));
    }

    private void run() {
        line("on Imported exit other { panic \"VM entry succeeded: {exit-reason}\" }");
        line("");
        line("run Imported { }");
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
