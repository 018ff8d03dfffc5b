// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.setup;

import dev.vmcsmith.dumps.Dump;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.FieldValue;
import dev.vmcsmith.dumps.MsrLoad;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.x86.Msr;
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
    private static final long MSR_AREA = 0x3000;
    private static final int MOST_MSRS = 128;
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
    private final String cpu;
    private final StringBuilder out = new StringBuilder();
    private final List<String> left = new ArrayList<>();
    private boolean ept;

    private SetupWriter(Dump dump, CpuProfile profile, String cpu) {
        this.dump = dump;
        this.profile = profile;
        this.cpu = cpu;
    }

    /**
     * The text of the setup, for a bundled CPU profile that has the dump's controls.
     *
     * @param source the dump's file, for a comment
     */
    public static String write(Dump dump, String source) {
        CpuProfile profile = choose(dump);
        return write(dump, source, profile, profile.name());
    }

    /**
     * The text of the setup.
     *
     * @param profile the processor to run on
     * @param cpu how the setup names it: a bundled profile's name or a file
     */
    public static String write(Dump dump, String source, CpuProfile profile, String cpu) {
        return new SetupWriter(dump, profile, cpu).write(source.replaceAll("[\\r\\n]", " "));
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
        line("    cpu    \"" + cpu.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
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
        MsrLoad[] loads = loads();
        if (loads.length > 0) {
            msrLoads(loads);
        }
        line("vmcs Imported {");
        controls(controlsShown);
        if (loads.length > 0) {
            line("    entry-msr-load-address = 0x%X".formatted(MSR_AREA));
            line("    entry-msr-load-count = " + loads.length);
        }
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

    /** The VM-entry MSR-load area up to the entry that could not be loaded; null for an entry that the dump does not show. */
    private MsrLoad[] loads() {
        Failure failure = dump.failure();
        boolean loading = failure.kind() == Failure.Kind.ENTRY_FAILED && failure.number() == ExitReason.ENTRY_FAILURE_MSR_LOADING.number();
        long last = failure.qualification().orElse(dump.msrLoads().size());
        if (!loading || last < 1 || last > MOST_MSRS) {
            return new MsrLoad[0];
        }
        MsrLoad[] loads = new MsrLoad[(int) last];
        dump.msrLoads().stream().filter(load -> load.entry() >= 0 && load.entry() < last).forEach(load -> loads[load.entry()] = load);
        return loads;
    }

    private void msrLoads(MsrLoad[] loads) {
        line("// the VM-entry MSR-load area: bits 31:0 of an entry's first quadword are the MSR");
        line("guest code MsrLoadArea at 0x%X bits 64 {".formatted(MSR_AREA));
        for (MsrLoad load : loads) {
            line(load == null ? "    dq 0x%X, 0    // not shown: IA32_SYSENTER_CS stands in".formatted(Msr.IA32_SYSENTER_CS)
                    : "    dq 0x%X, 0x%X    // line %d".formatted((long) load.reserved() << 32 | load.msr() & 0xFFFF_FFFFL, load.value(),
                            load.evidence().line()));
        }
        line("}");
        line("");
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
