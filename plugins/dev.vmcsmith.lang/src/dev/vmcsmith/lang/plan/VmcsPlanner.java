// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.hv.AccessBitmap;
import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.Cr3Targets;
import dev.vmcsmith.lang.hv.EoiBitmap;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.EptSetting;
import dev.vmcsmith.lang.hv.EptpList;
import dev.vmcsmith.lang.hv.ExceptionSet;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.GuestState;
import dev.vmcsmith.lang.hv.HostState;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Inject;
import dev.vmcsmith.lang.hv.IoBitmap;
import dev.vmcsmith.lang.hv.MsrBitmap;
import dev.vmcsmith.lang.hv.MsrList;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.hv.VmcsItem;
import dev.vmcsmith.lang.hv.VpidSetting;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.FieldWidth;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.WithheldControls;
import dev.vmcsmith.x86.Vector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;

/** Reads a {@code vmcs} and adds what follows from it. */
final class VmcsPlanner {
    private static final List<VmcsField> ZERO_CONTROLS = List.of(VmcsField.EXCEPTION_BITMAP, VmcsField.PAGE_FAULT_ERROR_CODE_MASK,
            VmcsField.PAGE_FAULT_ERROR_CODE_MATCH, VmcsField.CR3_TARGET_COUNT, VmcsField.EXIT_MSR_STORE_COUNT,
            VmcsField.EXIT_MSR_LOAD_COUNT,
            VmcsField.ENTRY_MSR_LOAD_COUNT, VmcsField.ENTRY_INTERRUPTION_INFORMATION, VmcsField.CR0_GUEST_HOST_MASK,
            VmcsField.CR4_GUEST_HOST_MASK, VmcsField.CR0_READ_SHADOW, VmcsField.CR4_READ_SHADOW);

    private final Planning planning;
    private final VmxCapabilities capabilities;
    private final Map<Ept, EptPlan> epts;
    private final List<GuestBlock> memory;
    private final boolean longHost;
    private Vmcs vmcs;
    private VmcsPlan plan;
    private EObject vpidOrigin;
    private final Map<String, EObject> areaOrigins = new HashMap<>();
    private EObject eptOrigin;

    /** @param machine whose processor and mode of the hypervisor the VMCS is for */
    VmcsPlanner(Planning planning, MachinePlan machine, Map<Ept, EptPlan> epts, List<GuestBlock> memory) {
        this.planning = planning;
        this.capabilities = machine.cpu().capabilities();
        this.longHost = machine.config().host().equals(MachinePlanner.LONG_HOST);
        this.epts = epts;
        this.memory = memory;
    }

    /** @param suffix of the names of its things in the image */
    VmcsPlan plan(Vmcs origin, String suffix) {
        plan = new VmcsPlan(origin, planning.uniqueName(origin), suffix);
        ZERO_CONTROLS.forEach(field -> plan.set(field, FieldPlan.of(0, origin)));
        for (Vmcs each : bases(origin)) {
            vmcs = each;
            each.getItems().forEach(this::read);
        }
        new DerivedSettings(planning, capabilities, longHost, memory, plan).derive(eptOrigin, vpidOrigin);
        return plan;
    }

    /** What a VMCS extends, the farthest first, and at last itself. */
    private List<Vmcs> bases(Vmcs origin) {
        List<Vmcs> chain = new ArrayList<>(List.of(origin));
        for (Vmcs base = origin.getBase(); base != null && !base.eIsProxy(); base = base.getBase()) {
            if (chain.contains(base)) {
                planning.error(IssueCodes.BAD_VALUE, "a VMCS cannot extend itself", origin, HvPackage.Literals.VMCS__BASE);
                break;
            }
            chain.addFirst(base);
        }
        return chain;
    }

    /** Whether something was said by a VMCS that this one extends, so that it can be said again. */
    private boolean isInherited(EObject origin) {
        return origin != null && EcoreUtil2.getContainerOfType(origin, Vmcs.class) != vmcs;
    }

    private void read(VmcsItem item) {
        switch (item) {
            case Controls controls -> controls(controls);
            case ExceptionSet exceptions -> exceptions(exceptions);
            case MsrBitmap bitmap -> msrBitmap(bitmap);
            case IoBitmap bitmap -> ioBitmap(bitmap);
            case MsrList list -> msrList(list);
            case AccessBitmap bitmap -> area(bitmap.getKind().replace('-', '_'), lists().accesses(bitmap), bitmap);
            case EoiBitmap bitmap -> lists().eoi(bitmap, plan);
            case Cr3Targets targets -> lists().cr3Targets(targets, plan);
            case EptpList list -> eptpList(list);
            case Inject event -> inject(event);
            case VpidSetting vpid -> vpid(vpid);
            case EptSetting ept -> ept(ept);
            case GuestState guest -> guest(guest);
            case HostState host -> host.getFields().forEach(field -> field(field, FieldArea.HOST));
            case FieldSetting field -> field(field, FieldArea.CONTROL);
            default -> {
            }
        }
    }

    // ---- controls ------------------------------------------------------------------------------------------------------------------

    private void controls(Controls controls) {
        ControlField field = ControlField.find(controls.getGroup());
        ControlPlan group = plan.control(field);
        group.origin(controls);
        for (ControlSetting setting : controls.getControls()) {
            ControlBit bit = setting.getControl() == null ? null : ControlBit.find(field, setting.getControl());
            if (bit != null) {
                control(group, bit, setting);
            } else if (setting.getControl() != null) {
                planning.error(IssueCodes.UNKNOWN_NAME, unknownControl(field, setting.getControl()), setting,
                        HvPackage.Literals.CONTROL_SETTING__CONTROL);
            }
        }
    }

    private void control(ControlPlan group, ControlBit bit, ControlSetting setting) {
        if (isInherited(group.origin(bit))) {
            group.forget(bit);
        }
        if (group.origin(bit) != null) {
            planning.error(IssueCodes.DUPLICATE, bit.hvName() + " is named above already", setting,
                    HvPackage.Literals.CONTROL_SETTING__CONTROL);
            return;
        }
        boolean known = capabilities.known(bit.field());
        if (setting.isCleared()) {
            group.clear(bit, setting);
            if (known && capabilities.requires(bit)) {
                unavailable(bit, setting, "must be 1");
            }
        } else {
            group.set(bit, setting);
            if (known && !capabilities.allows(bit)) {
                unavailable(bit, setting, "must be 0");
            }
            String withheld = WithheldControls.reason(bit, capabilities);
            if (withheld != null) {
                planning.warning(IssueCodes.CONTROL_WITHHELD, "%s makes VM entry fail on the bundled machine, which %s".formatted(bit.hvName(),
                        withheld), setting, HvPackage.Literals.CONTROL_SETTING__CONTROL);
            }
        }
    }

    private void unavailable(ControlBit bit, ControlSetting setting, String why) {
        planning.error(IssueCodes.CONTROL_NOT_AVAILABLE, unavailable(capabilities, bit, why), setting,
                HvPackage.Literals.CONTROL_SETTING__CONTROL);
    }

    /** That a control cannot have a value, and which MSR says so. */
    static String unavailable(VmxCapabilities capabilities, ControlBit bit, String why) {
        int msr = capabilities.governingMsr(bit.field());
        return "%s %s on this CPU: MSR 0x%X = 0x%016X (SDM \"VMX Capability Reporting Facility\")".formatted(bit.hvName(), why, msr,
                capabilities.msr(msr));
    }

    private static String unknownControl(ControlField field, String name) {
        List<ControlBit> elsewhere = ControlBit.find(name);
        if (!elsewhere.isEmpty()) {
            return name + " is a control of " + elsewhere.getFirst().field().hvName() + ", not of " + field.hvName();
        }
        return Suggestions.unknown(field.hvName() + " control", name, field.bits().stream().map(ControlBit::hvName).toList());
    }

    private void exceptions(ExceptionSet set) {
        long bitmap = 0;
        for (int i = 0; i < set.getVectors().size(); i++) {
            int vector = Vector.byName(set.getVectors().get(i));
            if (vector < 0) {
                planning.findings().add(Finding.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("exception", set.getVectors().get(i),
                        exceptionNames()),
                        set, HvPackage.Literals.EXCEPTION_SET__VECTORS).at(i));
            } else {
                bitmap |= 1L << vector;
            }
        }
        set(VmcsField.EXCEPTION_BITMAP, new FieldPlan(Value.of(bitmap), null, set, true), set);
        if (set.getMask() != null) {
            set(VmcsField.PAGE_FAULT_ERROR_CODE_MASK, number(set.getMask(), set), set);
            set(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH, number(set.getMatch(), set), set);
        }
    }

    private FieldPlan number(Expression expression, EObject origin) {
        OptionalLong value = planning.constant(expression);
        return new FieldPlan(value.isPresent() ? Value.of(value.getAsLong()) : Value.UNKNOWN, null, origin, true);
    }

    static List<String> exceptionNames() {
        List<String> names = new ArrayList<>();
        for (int vector = 0; vector < 32; vector++) {
            if (Vector.name(vector).startsWith("#")) {
                names.add(Vector.name(vector));
            }
        }
        return names;
    }

    private VmcsLists lists() {
        return new VmcsLists(planning, epts);
    }

    private void msrBitmap(MsrBitmap bitmap) {
        plan.control(ControlField.PRIMARY).set(ControlBit.USE_MSR_BITMAPS, bitmap);
        area(ImageSymbols.MSR_BITMAP, new Bitmaps(planning).msrs(bitmap), bitmap);
    }

    private void ioBitmap(IoBitmap bitmap) {
        plan.control(ControlField.PRIMARY).set(ControlBit.USE_IO_BITMAPS, bitmap);
        byte[] bits = new Bitmaps(planning).ports(bitmap);
        area(ImageSymbols.IO_BITMAP_A, Arrays.copyOf(bits, bits.length / 2), bitmap);
        plan.area(ImageSymbols.IO_BITMAP_B, Arrays.copyOfRange(bits, bits.length / 2, bits.length));
    }

    private void msrList(MsrList list) {
        String kind = list.getKind().replace('-', '_');
        area(kind, lists().msrs(list), list);
        VmcsField count = switch (kind) {
            case ImageSymbols.ENTRY_MSR_LOAD -> VmcsField.ENTRY_MSR_LOAD_COUNT;
            case ImageSymbols.EXIT_MSR_LOAD -> VmcsField.EXIT_MSR_LOAD_COUNT;
            default -> VmcsField.EXIT_MSR_STORE_COUNT;
        };
        plan.set(count, FieldPlan.of(list.getEntries().size(), list));
    }

    private void eptpList(EptpList list) {
        plan.control(ControlField.SECONDARY).set(ControlBit.ENABLE_VM_FUNCTIONS, list);
        plan.control(ControlField.VM_FUNCTIONS).set(ControlBit.VMFUNC_EPTP_SWITCHING, list);
        seen(ImageSymbols.EPTP_LIST, list);
        plan.area(ImageSymbols.EPTP_LIST, lists().pointers(list));
    }

    private void area(String kind, byte[] bytes, EObject origin) {
        seen(kind, origin);
        plan.area(kind, bytes);
    }

    private void seen(String kind, EObject origin) {
        EObject before = areaOrigins.put(kind, origin);
        if (before != null && !isInherited(before)) {
            planning.error(IssueCodes.DUPLICATE, "this VMCS has one above already", origin, null);
        }
    }

    private void inject(Inject event) {
        new StatementChecks(planning).inject(event);
        long vector = event.getNumber() == null ? 0 : planning.constant(event.getNumber()).orElse(0);
        if (event.getVector() != null && Vector.byName(event.getVector()) < 0) {
            return;
        }
        set(VmcsField.ENTRY_INTERRUPTION_INFORMATION, new FieldPlan(Value.of(Events.information(event) | vector & 0xFF), null, event, true),
                event);
        if (event.getErrorCode() != null) {
            set(VmcsField.ENTRY_EXCEPTION_ERROR_CODE, number(event.getErrorCode(), event), event);
        }
        if (Events.instructionLength(event) > 0) {
            plan.set(VmcsField.ENTRY_INSTRUCTION_LENGTH, FieldPlan.of(Events.instructionLength(event), event));
        }
    }

    private void vpid(VpidSetting setting) {
        vpidOrigin = setting;
        OptionalLong value = planning.constant(setting.getValue());
        value.ifPresent(number -> {
            if (number < 0 || number > 0xFFFF) {
                planning.error(IssueCodes.VALUE_TOO_WIDE, "a VPID has 16 bits", setting, HvPackage.Literals.VPID_SETTING__VALUE);
                return;
            }
            set(VmcsField.VPID, new FieldPlan(Value.of(number), null, setting, true), setting);
        });
    }

    private void ept(EptSetting setting) {
        if (eptOrigin != null && !isInherited(eptOrigin)) {
            planning.error(IssueCodes.DUPLICATE, "this VMCS has an EPT above already", setting, HvPackage.Literals.EPT_SETTING__EPT);
        }
        eptOrigin = setting;
        EptPlan ept = epts.get(setting.getEpt());
        if (ept != null) {
            plan.ept(ept);
            set(VmcsField.EPT_POINTER, new FieldPlan(Value.UNKNOWN, ImageSymbols.eptPointer(ept), setting, true), setting);
        }
    }

    // ---- fields --------------------------------------------------------------------------------------------------------------------

    private void guest(GuestState guest) {
        Presets.Preset preset = Presets.find(guest.getPreset(), longHost);
        if (preset == null) {
            planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("guest preset", guest.getPreset(), Presets.names()) + " (known: "
                    + String.join(", ", Presets.names()) + ")", guest, HvPackage.Literals.GUEST_STATE__PRESET);
        } else {
            preset.fields().forEach((field, value) -> plan.set(field, FieldPlan.of(value, guest)));
            preset.symbols().forEach((field, symbol) -> plan.set(field, FieldPlan.image(symbol, guest)));
            preset.entryControls().forEach(bit -> plan.control(ControlField.ENTRY).set(bit, guest));
        }
        guest.getFields().forEach(field -> field(field, FieldArea.GUEST));
    }

    private void field(FieldSetting setting, FieldArea area) {
        if (setting.getEncoding() != null) {
            raw(setting);
            return;
        }
        VmcsField field = setting.getField() == null ? null : VmcsField.find(area, setting.getField());
        if (field == null) {
            if (setting.getField() != null) {
                planning.error(IssueCodes.UNKNOWN_NAME, unknownField(area, setting.getField()), setting,
                        HvPackage.Literals.FIELD_SETTING__FIELD);
            }
            return;
        }
        if (!field.existsOn(capabilities)) {
            planning.error(IssueCodes.FIELD_NOT_AVAILABLE, "this CPU has no field " + field.qualifiedName() + ": it comes with "
                    + String.join(" or ", field.existsWith().stream().map(ControlBit::hvName).toList()), setting,
                    HvPackage.Literals.FIELD_SETTING__FIELD);
        }
        String symbol = symbol(setting.getValue());
        if (symbol != null) {
            set(field, new FieldPlan(Value.UNKNOWN, symbol, setting, true), setting);
            return;
        }
        OptionalLong value = planning.constant(setting.getValue());
        value.ifPresent(number -> checkWidth(field, number, setting));
        set(field, new FieldPlan(value.isPresent() ? Value.of(field.truncate(value.getAsLong())) : Value.UNKNOWN, null, setting, true),
                setting);
    }

    /** The name in the image of what an expression names: the pointer of an EPT, the region of a VMCS; null for numbers. */
    private String symbol(Expression value) {
        if (!(value instanceof Reference reference)) {
            return null;
        }
        return switch (reference.getTarget()) {
            case Ept ept when epts.containsKey(ept) -> ImageSymbols.eptPointer(epts.get(ept));
            case Vmcs other when !other.eIsProxy() -> planning.regionSymbol(other);
            case null, default -> null;
        };
    }

    private void checkWidth(VmcsField field, long number, FieldSetting setting) {
        long extended = field.width() == FieldWidth.W16 ? (short) number : field.width() == FieldWidth.W32 ? (int) number : number;
        if (field.truncate(number) != number && extended != number) {
            planning.error(IssueCodes.VALUE_TOO_WIDE, "0x%X does not fit in the %d bits of %s".formatted(number, field.width().bits(),
                    field.sdmName()), setting, HvPackage.Literals.FIELD_SETTING__VALUE);
        }
    }

    private void raw(FieldSetting setting) {
        OptionalLong encoding = planning.constant(setting.getEncoding());
        OptionalLong value = planning.constant(setting.getValue());
        if (encoding.isEmpty() || value.isEmpty()) {
            return;
        }
        if (encoding.getAsLong() < 0 || encoding.getAsLong() > 0x7FFF) {
            planning.error(IssueCodes.BAD_VALUE, "the encoding of a VMCS field has 15 bits (SDM \"Field Encoding in VMCS\")", setting,
                    HvPackage.Literals.FIELD_SETTING__ENCODING);
            return;
        }
        VmcsField known = VmcsField.byEncoding((int) encoding.getAsLong());
        if (known != null && known.area().readOnly()) {
            planning.error(IssueCodes.BAD_VALUE, known.sdmName() + " can only be read", setting,
                    HvPackage.Literals.FIELD_SETTING__ENCODING);
            return;
        }
        plan.raw().add(new VmcsPlan.Raw((int) encoding.getAsLong(), Value.of(value.getAsLong()), setting));
    }

    private void set(VmcsField field, FieldPlan value, EObject origin) {
        FieldPlan before = plan.fields().get(field);
        if (before != null && before.explicit() && !isInherited(before.origin())) {
            planning.error(IssueCodes.DUPLICATE, field.qualifiedName() + " is set above already", origin, null);
        }
        plan.set(field, value);
    }

    private static String unknownField(FieldArea area, String name) {
        for (FieldArea other : FieldArea.values()) {
            if (other != area && VmcsField.find(other, name) != null) {
                return other.readOnly() ? name + " can only be read" : name + " belongs to the " + other.hvName() + " area, not here";
            }
        }
        Map<String, VmcsField> names = new HashMap<>();
        for (int i = 0; i < VmcsField.count(); i++) {
            if (VmcsField.at(i).area() == area) {
                names.put(VmcsField.at(i).hvName(), VmcsField.at(i));
            }
        }
        return Suggestions.unknown(area.hvName() + " field", name, names.keySet());
    }
}
