// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.PageTables;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.ept.EptEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.eclipse.emf.ecore.EObject;

/** What follows from the settings of a VMCS and need not be written: controls that others need, addresses of things in the image. */
final class DerivedSettings {
    private static final List<VmcsField> PDPTES = List.of(VmcsField.GUEST_PDPTE0, VmcsField.GUEST_PDPTE1, VmcsField.GUEST_PDPTE2,
            VmcsField.GUEST_PDPTE3);

    /** The TSC multiplier of 1; it has 48 fractional bits (SDM "Time-Stamp Counter Offset and Multiplier"). */
    private static final long AS_FAST = 1L << 48;
    /** IA32_PAT as a processor has it after reset: WB, WT, UC-, UC, twice. */
    private static final long PAT_AFTER_RESET = 0x0007_0406_0007_0406L;

    private final Planning planning;
    private final VmxCapabilities capabilities;
    private final boolean longHost;
    private final List<GuestBlock> memory;
    private final VmcsPlan plan;
    private EObject eptOrigin;
    private EObject vpidOrigin;

    DerivedSettings(Planning planning, VmxCapabilities capabilities, boolean longHost, List<GuestBlock> memory, VmcsPlan plan) {
        this.planning = planning;
        this.capabilities = capabilities;
        this.longHost = longHost;
        this.memory = memory;
        this.plan = plan;
    }

    /**
     * @param ept  where the VMCS has its EPT from, null when it has none
     * @param vpid where it has its VPID from, null when it says none
     */
    void derive(EObject ept, EObject vpid) {
        eptOrigin = ept;
        vpidOrigin = vpid;
        Vmcs vmcs = plan.origin();
        if (longHost) {
            plan.control(ControlField.EXIT).set(ControlBit.EXIT_HOST_ADDRESS_SPACE_SIZE, vmcs);
        }
        if (eptOrigin != null) {
            plan.control(ControlField.SECONDARY).set(ControlBit.ENABLE_EPT, eptOrigin);
        } else if (plan.has(ControlBit.ENABLE_EPT) && !plan.fields().containsKey(VmcsField.EPT_POINTER)) {
            planning.error(IssueCodes.MISSING, "enable-ept needs an EPT: add ept NAME", plan.control(ControlField.SECONDARY)
                    .origin(ControlBit.ENABLE_EPT), null);
        }
        if (vpidOrigin != null) {
            plan.control(ControlField.SECONDARY).set(ControlBit.ENABLE_VPID, vpidOrigin);
        } else if (plan.has(ControlBit.ENABLE_VPID)) {
            plan.set(VmcsField.VPID, FieldPlan.of(1, vmcs));
        }
        if (plan.ept() != null && plan.ept().ranges().stream().anyMatch(range -> (range.rights() & EptEntry.USER_EXECUTE) != 0)) {
            plan.control(ControlField.SECONDARY).set(ControlBit.MODE_BASED_EXECUTE_CONTROL_FOR_EPT, eptOrigin);
        }
        for (ControlField field : List.of(ControlField.VM_FUNCTIONS, ControlField.TERTIARY, ControlField.SECONDARY_EXIT,
                ControlField.SECONDARY)) {
            if (plan.control(field).ones() != 0) {
                plan.control(field.activatedBy().field()).set(field.activatedBy(), plan.control(field).origin());
            }
        }
        pageDirectoryPointers();
        image(ControlBit.USE_MSR_BITMAPS, VmcsField.MSR_BITMAP_ADDRESS, ImageSymbols.MSR_BITMAP, vmcs);
        image(ControlBit.USE_IO_BITMAPS, VmcsField.IO_BITMAP_A_ADDRESS, ImageSymbols.IO_BITMAP_A, vmcs);
        image(ControlBit.USE_IO_BITMAPS, VmcsField.IO_BITMAP_B_ADDRESS, ImageSymbols.IO_BITMAP_B, vmcs);
        image(ControlBit.VMCS_SHADOWING, VmcsField.VMREAD_BITMAP_ADDRESS, ImageSymbols.VMREAD_BITMAP, vmcs);
        image(ControlBit.VMCS_SHADOWING, VmcsField.VMWRITE_BITMAP_ADDRESS, ImageSymbols.VMWRITE_BITMAP, vmcs);
        image(ControlBit.VMFUNC_EPTP_SWITCHING, VmcsField.EPTP_LIST_ADDRESS, ImageSymbols.EPTP_LIST, vmcs);
        pointer(ImageSymbols.ENTRY_MSR_LOAD, VmcsField.ENTRY_MSR_LOAD_ADDRESS, vmcs);
        pointer(ImageSymbols.EXIT_MSR_LOAD, VmcsField.EXIT_MSR_LOAD_ADDRESS, vmcs);
        pointer(ImageSymbols.EXIT_MSR_STORE, VmcsField.EXIT_MSR_STORE_ADDRESS, vmcs);
        if (plan.has(ControlBit.USE_TSC_OFFSETTING)) {
            plan.set(VmcsField.TSC_OFFSET, FieldPlan.of(0, vmcs));
        }
        if (plan.has(ControlBit.USE_TSC_SCALING)) {
            plan.set(VmcsField.TSC_MULTIPLIER, FieldPlan.of(AS_FAST, vmcs));
        }
        if (plan.has(ControlBit.ENTRY_LOAD_IA32_PAT)) {
            plan.set(VmcsField.GUEST_IA32_PAT, FieldPlan.of(PAT_AFTER_RESET, vmcs));
        }
        checkDerived();
    }

    /** Under EPT, VM entry takes the page-directory pointers of PAE paging from fields: those of the tables that CR3 points to. */
    private void pageDirectoryPointers() {
        FieldPlan cr3 = plan.fields().get(VmcsField.GUEST_CR3);
        if (eptOrigin == null || cr3 == null || !cr3.value().known()) {
            return;
        }
        for (GuestBlock block : memory) {
            if (block.origin() instanceof PageTables tables && "pae".equals(tables.getMode()) && block.address() == cr3.value().number()
                    && block.bytes().length > 0) {
                ByteBuffer entries = ByteBuffer.wrap(block.bytes()).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < 4; i++) {
                    plan.set(PDPTES.get(i), FieldPlan.of(entries.getLong(i * 8), cr3.origin()));
                }
            }
        }
    }

    /** What a control needs is in the image even when the setup says nothing about it; then it is zero. */
    private void image(ControlBit control, VmcsField field, String kind, Vmcs origin) {
        FieldPlan before = plan.fields().get(field);
        if (plan.has(control) && (before == null || !before.explicit())) {
            if (!plan.areas().containsKey(kind)) {
                plan.area(kind, new byte[4096]);
            }
            pointer(kind, field, origin);
        }
    }

    private void pointer(String kind, VmcsField field, Vmcs origin) {
        if (plan.areas().containsKey(kind)) {
            plan.set(field, FieldPlan.image(plan.symbol(kind), origin));
        }
    }

    /** A control that something in the file needs but the CPU lacks is reported where it is needed. */
    private void checkDerived() {
        for (ControlBit bit : List.of(ControlBit.ENABLE_EPT, ControlBit.ENABLE_VPID, ControlBit.ACTIVATE_SECONDARY_CONTROLS)) {
            EObject origin = plan.control(bit.field()).origin(bit);
            if (plan.has(bit) && !(origin instanceof ControlSetting) && capabilities.known(bit.field()) && !capabilities.allows(bit)) {
                planning.error(IssueCodes.CONTROL_NOT_AVAILABLE, "this CPU lacks the control " + bit.hvName() + ", which this needs",
                        origin, null);
            }
        }
    }
}
