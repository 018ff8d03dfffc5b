// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.hv.AccessBitmap;
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
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.hv.VmcsItem;
import dev.vmcsmith.lang.hv.VpidSetting;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Vector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.eclipse.emf.ecore.EObject;

/** Reads a {@code vmcs} and adds what follows from it. */
final class VmcsPlanner {
    private static final List<VmcsField> ZERO_CONTROLS = List.of(VmcsField.EXCEPTION_BITMAP, VmcsField.PAGE_FAULT_ERROR_CODE_MASK,
            VmcsField.PAGE_FAULT_ERROR_CODE_MATCH, VmcsField.CR3_TARGET_COUNT, VmcsField.EXIT_MSR_STORE_COUNT,
            VmcsField.EXIT_MSR_LOAD_COUNT,
            VmcsField.ENTRY_MSR_LOAD_COUNT, VmcsField.ENTRY_INTERRUPTION_INFORMATION, VmcsField.CR0_GUEST_HOST_MASK,
            VmcsField.CR4_GUEST_HOST_MASK, VmcsField.CR0_READ_SHADOW, VmcsField.CR4_READ_SHADOW);

    private final Planning planning;
    private final MachinePlan machine;
    private final Map<Ept, EptPlan> epts;
    private final List<GuestBlock> memory;
    private VmcsPlan plan;
    private VmcsControls controls;
    private VmcsFields fields;
    private EObject vpidOrigin;
    private final Map<String, EObject> areaOrigins = new HashMap<>();
    private EObject eptOrigin;

    /** @param machine whose processor and mode of the hypervisor the VMCS is for */
    VmcsPlanner(Planning planning, MachinePlan machine, Map<Ept, EptPlan> epts, List<GuestBlock> memory) {
        this.planning = planning;
        this.machine = machine;
        this.epts = epts;
        this.memory = memory;
    }

    /** @param suffix of the names of its things in the image */
    VmcsPlan plan(Vmcs origin, String suffix) {
        plan = new VmcsPlan(origin, planning.uniqueName(origin), suffix);
        controls = new VmcsControls(planning, machine.cpu().capabilities(), plan);
        fields = new VmcsFields(planning, machine, epts, plan);
        ZERO_CONTROLS.forEach(field -> plan.set(field, FieldPlan.of(0, origin)));
        bases(origin).forEach(each -> each.getItems().forEach(this::read));
        boolean longHost = machine.isLongHost();
        new DerivedSettings(planning, machine.cpu().capabilities(), longHost, memory, plan).derive(eptOrigin, vpidOrigin);
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

    private void read(VmcsItem item) {
        switch (item) {
            case Controls group -> controls.read(group);
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
            case GuestState guest -> fields.guest(guest);
            case HostState host -> host.getFields().forEach(field -> fields.field(field, FieldArea.HOST));
            case FieldSetting field -> fields.field(field, FieldArea.CONTROL);
            default -> {
            }
        }
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
        fields.set(VmcsField.EXCEPTION_BITMAP, new FieldPlan(Value.of(bitmap), null, set, true), set);
        if (set.getMask() != null) {
            fields.set(VmcsField.PAGE_FAULT_ERROR_CODE_MASK, number(set.getMask(), set), set);
            fields.set(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH, number(set.getMatch(), set), set);
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
        if (before != null && !VmcsFields.isInherited(before, origin)) {
            planning.error(IssueCodes.DUPLICATE, "this VMCS has one above already", origin, null);
        }
    }

    private void inject(Inject event) {
        new StatementChecks(planning).inject(event);
        long vector = event.getNumber() == null ? 0 : planning.constant(event.getNumber()).orElse(0);
        if (event.getVector() != null && Vector.byName(event.getVector()) < 0) {
            return;
        }
        fields.set(VmcsField.ENTRY_INTERRUPTION_INFORMATION, new FieldPlan(Value.of(Events.information(event) | vector & 0xFF), null,
                event, true),
                event);
        if (event.getErrorCode() != null) {
            fields.set(VmcsField.ENTRY_EXCEPTION_ERROR_CODE, number(event.getErrorCode(), event), event);
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
            fields.set(VmcsField.VPID, new FieldPlan(Value.of(number), null, setting, true), setting);
        });
    }

    private void ept(EptSetting setting) {
        if (eptOrigin != null && !VmcsFields.isInherited(eptOrigin, setting)) {
            planning.error(IssueCodes.DUPLICATE, "this VMCS has an EPT above already", setting, HvPackage.Literals.EPT_SETTING__EPT);
        }
        eptOrigin = setting;
        EptPlan ept = epts.get(setting.getEpt());
        if (ept != null) {
            plan.ept(ept);
            fields.set(VmcsField.EPT_POINTER, new FieldPlan(Value.UNKNOWN, ImageSymbols.eptPointer(ept), setting, true), setting);
        }
    }
}
