// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.ept.Eptp;
import dev.vmcsmith.x86.Msr;
import java.util.List;

/** Checks on the VM-execution control fields. */
final class ControlRules {
    private static final String SECTION = "VM-Execution Control Fields";
    private static final long PAGE_OFFSET = 0xFFF;

    private final Book book;

    private ControlRules(List<EntryRule> rules) {
        book = new Book(rules, Area.CONTROLS, SECTION);
    }

    static void addTo(List<EntryRule> rules) {
        ControlRules all = new ControlRules(rules);
        all.allowedSettings();
        all.bitmaps();
        all.apicVirtualization();
        all.nmis();
        all.postedInterrupts();
        all.eptAndVpid();
        all.dependentsOfEpt();
        all.vmFunctions();
        all.shadowingAndVe();
        all.others();
        all.tertiary();
    }

    /** The two rules that every field with a capability MSR has. */
    static void allowed(Book book, ControlField field, String prefix) {
        ControlBit activation = field.activatedBy();
        ControlBit[] conditions = activation == null ? new ControlBit[0] : new ControlBit[] {activation};
        String name = "the " + inText(field.field());
        if (!field.allowed1Only()) {
            book.rule(prefix + "_ALLOWED0", "Bits of " + name + " that the capability MSR reports as fixed to 1 have to be 1")
                    .when(conditions).allowed(field, true);
        }
        book.rule(prefix + "_ALLOWED1", "Bits of " + name + " that the processor does not support have to be 0")
                .when(conditions).allowed(field, false);
    }

    /** The field's SDM name within a sentence: {@code Pin-based} becomes {@code pin-based}, {@code VM-exit} stays. */
    private static String inText(VmcsField field) {
        String name = field.sdmName();
        return Character.isUpperCase(name.charAt(1)) ? name : Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /** The two rules of an address of a 4-KByte page, or of another alignment. */
    private void address(String id, VmcsField field, long offset, ControlBit control) {
        book.rule(id + "_ALIGN", "With the " + control.cited() + " 1, the " + inText(field) + " has to be aligned to "
                + (offset + 1) + " bytes").on(field).when(control).zero(offset);
        book.rule(id + "_WIDTH", "With the " + control.cited() + " 1, the " + inText(field)
                + " may not set bits beyond the processor's physical-address width").on(field).when(control).physical();
    }

    private void needs(String id, ControlBit control, ControlBit needed) {
        book.rule(id, "The " + control.cited() + " needs the " + needed.cited()).when(control).needs(needed);
    }

    private void allowedSettings() {
        allowed(book, ControlField.PIN_BASED, "CTL_PIN_BASED");
        allowed(book, ControlField.PRIMARY, "CTL_PRIMARY");
        allowed(book, ControlField.SECONDARY, "CTL_SECONDARY");
        allowed(book, ControlField.TERTIARY, "CTL_TERTIARY");
        book.rule("CTL_CR3_TARGET_COUNT", "The CR3-target count may not be greater than the number of CR3-target values that the "
                + "processor has (IA32_VMX_MISC[24:16])").on(CR3_TARGET_COUNT)
                .say(context -> "the processor has " + context.capabilities().cr3Targets())
                .repair(context -> List.of(Fix.set(CR3_TARGET_COUNT, context.capabilities().cr3Targets())))
                .holds(context -> context.get(CR3_TARGET_COUNT) == 0
                        || context.get(CR3_TARGET_COUNT) <= (context.msr(Msr.IA32_VMX_MISC) >>> 16 & 0x1FF));
    }

    private void bitmaps() {
        address("CTL_IO_BITMAP_A", IO_BITMAP_A_ADDRESS, PAGE_OFFSET, USE_IO_BITMAPS);
        address("CTL_IO_BITMAP_B", IO_BITMAP_B_ADDRESS, PAGE_OFFSET, USE_IO_BITMAPS);
        address("CTL_MSR_BITMAP", MSR_BITMAP_ADDRESS, PAGE_OFFSET, USE_MSR_BITMAPS);
    }

    private void apicVirtualization() {
        address("CTL_VIRTUAL_APIC", VIRTUAL_APIC_ADDRESS, PAGE_OFFSET, USE_TPR_SHADOW);
        book.rule("CTL_TPR_THRESHOLD_RESERVED", "With the \"use TPR shadow\" VM-execution control 1 and the \"virtual-interrupt delivery\" "
                + "VM-execution control 0, bits 31:4 of the TPR threshold have to be 0")
                .on(TPR_THRESHOLD).when(USE_TPR_SHADOW).unless(VIRTUAL_INTERRUPT_DELIVERY).zero(0xFFFF_FFF0L);
        book.rule("CTL_TPR_THRESHOLD_VTPR", "With the \"use TPR shadow\" VM-execution control 1 and both \"virtualize APIC accesses\" and "
                + "\"virtual-interrupt delivery\" 0, bits 3:0 of the TPR threshold may not be greater than bits 7:4 of VTPR")
                .on(TPR_THRESHOLD, VIRTUAL_APIC_ADDRESS).when(USE_TPR_SHADOW)
                .unless(VIRTUALIZE_APIC_ACCESSES, VIRTUAL_INTERRUPT_DELIVERY)
                .say(context -> "VTPR in the virtual-APIC page is 0x%02X".formatted(vtpr(context)))
                .repair(context -> List.of(Fix.set(TPR_THRESHOLD, vtpr(context) >>> 4)))
                .holds(context -> {
                    long threshold = context.get(TPR_THRESHOLD) & 0xF;
                    return threshold == 0 || threshold <= vtpr(context) >>> 4;
                });
        excludedWithoutTprShadow("CTL_X2APIC_MODE_NEEDS_TPR_SHADOW", VIRTUALIZE_X2APIC_MODE);
        excludedWithoutTprShadow("CTL_APIC_REGISTERS_NEED_TPR_SHADOW", APIC_REGISTER_VIRTUALIZATION);
        excludedWithoutTprShadow("CTL_VIRTUAL_INTERRUPTS_NEED_TPR_SHADOW", VIRTUAL_INTERRUPT_DELIVERY);
        excludedWithoutTprShadow("CTL_IPI_VIRTUALIZATION_NEEDS_TPR_SHADOW", IPI_VIRTUALIZATION);
        address("CTL_APIC_ACCESS", APIC_ACCESS_ADDRESS, PAGE_OFFSET, VIRTUALIZE_APIC_ACCESSES);
        book.rule("CTL_X2APIC_MODE_EXCLUDES_APIC_ACCESSES", "The \"virtualize x2APIC mode\" and \"virtualize APIC accesses\" VM-execution "
                + "controls may not both be 1").when(VIRTUALIZE_X2APIC_MODE).excludes(VIRTUALIZE_APIC_ACCESSES);
        needs("CTL_VIRTUAL_INTERRUPTS_NEED_EXTERNAL_INTERRUPT_EXITING", VIRTUAL_INTERRUPT_DELIVERY, PIN_EXTERNAL_INTERRUPT_EXITING);
    }

    private void excludedWithoutTprShadow(String id, ControlBit control) {
        needs(id, control, USE_TPR_SHADOW);
    }

    private static int vtpr(EntryContext context) {
        long address = (context.get(VIRTUAL_APIC_ADDRESS) & ~PAGE_OFFSET) + 0x80;
        if (!context.memory().known(address, 1)) {
            context.miss();
            return 0;
        }
        return context.memory().read8(address);
    }

    private void nmis() {
        book.rule("CTL_VIRTUAL_NMIS_NEED_NMI_EXITING", "The \"virtual NMIs\" VM-execution control needs the \"NMI exiting\" "
                + "VM-execution control")
                .when(PIN_VIRTUAL_NMIS).needs(PIN_NMI_EXITING);
        book.rule("CTL_NMI_WINDOW_NEEDS_VIRTUAL_NMIS", "The \"NMI-window exiting\" VM-execution control needs the \"virtual NMIs\" "
                + "VM-execution control").when(NMI_WINDOW_EXITING).needs(PIN_VIRTUAL_NMIS);
    }

    private void postedInterrupts() {
        needs("CTL_POSTED_INTERRUPTS_NEED_VIRTUAL_INTERRUPTS", PIN_PROCESS_POSTED_INTERRUPTS, VIRTUAL_INTERRUPT_DELIVERY);
        needs("CTL_POSTED_INTERRUPTS_NEED_ACKNOWLEDGE", PIN_PROCESS_POSTED_INTERRUPTS, EXIT_ACKNOWLEDGE_INTERRUPT_ON_EXIT);
        book.rule("CTL_POSTED_INTERRUPT_VECTOR", "The posted-interrupt notification vector has to be in the range 0-255 (bits 15:8 are 0)")
                .on(POSTED_INTERRUPT_NOTIFICATION_VECTOR).when(PIN_PROCESS_POSTED_INTERRUPTS).zero(0xFF00);
        address("CTL_POSTED_INTERRUPT_DESCRIPTOR", POSTED_INTERRUPT_DESCRIPTOR_ADDRESS, 0x3F, PIN_PROCESS_POSTED_INTERRUPTS);
    }

    private void eptAndVpid() {
        book.rule("CTL_VPID_ZERO", "With the \"enable VPID\" VM-execution control 1, the VPID may not be 0").on(VPID).when(ENABLE_VPID)
                .repair(Repairs.value(VPID, 1)).nonZero();
        book.rule("CTL_EPTP_MEMORY_TYPE", "The EPT memory type (bits 2:0 of the EPT pointer) has to be one that the processor supports: "
                + "0 (uncacheable) or 6 (write-back)").on(EPT_POINTER).when(ENABLE_EPT)
                .say(context -> "memory type " + (context.get(EPT_POINTER) & 7))
                .repair(Repairs.replacing(EPT_POINTER, 7L, Eptp.WRITE_BACK))
                .holds(context -> {
                    int type = Eptp.memoryType(context.get(EPT_POINTER));
                    return type == Eptp.WRITE_BACK && context.eptVpid(EptVpidCapability.EPT_WRITE_BACK)
                            || type == Eptp.UNCACHEABLE && context.eptVpid(EptVpidCapability.EPT_UNCACHEABLE);
                });
        book.rule("CTL_EPTP_WALK_LENGTH", "Bits 5:3 of the EPT pointer (1 less than the page-walk length) have to be 3 or 4, "
                + "as the processor supports").on(EPT_POINTER).when(ENABLE_EPT)
                .say(context -> "they are " + (context.get(EPT_POINTER) >>> 3 & 7))
                .repair(Repairs.replacing(EPT_POINTER, 0x38L, 0x18))
                .holds(context -> {
                    int length = Eptp.walkLength(context.get(EPT_POINTER));
                    return length == 4 && context.eptVpid(EptVpidCapability.PAGE_WALK_4)
                            || length == 5 && context.eptVpid(EptVpidCapability.PAGE_WALK_5);
                });
        eptpBit("CTL_EPTP_ACCESSED_DIRTY", Eptp.ACCESSED_DIRTY, EptVpidCapability.ACCESSED_DIRTY,
                "Bit 6 of the EPT pointer (accessed and dirty flags for EPT) has to be 0 on a processor without them");
        eptpBit("CTL_EPTP_SHADOW_STACK", Eptp.SUPERVISOR_SHADOW_STACK, EptVpidCapability.SUPERVISOR_SHADOW_STACK,
                "Bit 7 of the EPT pointer (supervisor shadow-stack control) has to be 0 on a processor without it");
        book.rule("CTL_EPTP_RESERVED", "Bits 11:8 of the EPT pointer are reserved and have to be 0").on(EPT_POINTER).when(ENABLE_EPT)
                .zero(Eptp.RESERVED);
        book.rule("CTL_EPTP_WIDTH", "The EPT pointer may not set bits beyond the processor's physical-address width").on(EPT_POINTER)
                .when(ENABLE_EPT).physical();
    }

    private void eptpBit(String id, long bit, EptVpidCapability capability, String message) {
        book.rule(id, message).on(EPT_POINTER).when(ENABLE_EPT)
                .repair(Repairs.clearing(EPT_POINTER, bit))
                .holds(context -> (context.get(EPT_POINTER) & bit) == 0 || context.eptVpid(capability));
    }

    private void dependentsOfEpt() {
        needs("CTL_PML_NEEDS_EPT", ENABLE_PML, ENABLE_EPT);
        address("CTL_PML", PML_ADDRESS, PAGE_OFFSET, ENABLE_PML);
        needs("CTL_UNRESTRICTED_GUEST_NEEDS_EPT", UNRESTRICTED_GUEST, ENABLE_EPT);
        needs("CTL_MODE_BASED_EXECUTE_NEEDS_EPT", MODE_BASED_EXECUTE_CONTROL_FOR_EPT, ENABLE_EPT);
        needs("CTL_SUB_PAGE_WRITE_NEEDS_EPT", SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT, ENABLE_EPT);
        address("CTL_SPP_TABLE", SPP_TABLE_POINTER, PAGE_OFFSET, SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT);
        needs("CTL_PT_GUEST_PHYSICAL_NEEDS_EPT", INTEL_PT_USES_GUEST_PHYSICAL_ADDRESSES, ENABLE_EPT);
        needs("CTL_PT_GUEST_PHYSICAL_NEEDS_LOAD_RTIT_CTL", INTEL_PT_USES_GUEST_PHYSICAL_ADDRESSES, ENTRY_LOAD_IA32_RTIT_CTL);
        needs("CTL_PT_GUEST_PHYSICAL_NEEDS_CLEAR_RTIT_CTL", INTEL_PT_USES_GUEST_PHYSICAL_ADDRESSES, EXIT_CLEAR_IA32_RTIT_CTL);
    }

    private void vmFunctions() {
        book.rule("CTL_VM_FUNCTIONS_ALLOWED1", "Bits of the VM-function controls that the processor does not support have to be 0")
                .when(ENABLE_VM_FUNCTIONS).allowed(ControlField.VM_FUNCTIONS, false);
        needs("CTL_EPTP_SWITCHING_NEEDS_EPT", VMFUNC_EPTP_SWITCHING, ENABLE_EPT);
        address("CTL_EPTP_LIST", EPTP_LIST_ADDRESS, PAGE_OFFSET, VMFUNC_EPTP_SWITCHING);
    }

    private void shadowingAndVe() {
        address("CTL_VMREAD_BITMAP", VMREAD_BITMAP_ADDRESS, PAGE_OFFSET, VMCS_SHADOWING);
        address("CTL_VMWRITE_BITMAP", VMWRITE_BITMAP_ADDRESS, PAGE_OFFSET, VMCS_SHADOWING);
        address("CTL_VE_INFORMATION", VE_INFORMATION_ADDRESS, PAGE_OFFSET, EPT_VIOLATION_VE);
    }

    private void others() {
        book.rule("CTL_TSC_MULTIPLIER_ZERO", "With the \"use TSC scaling\" VM-execution control 1, the TSC multiplier may not be 0")
                .on(TSC_MULTIPLIER).when(USE_TSC_SCALING).repair(Repairs.value(TSC_MULTIPLIER, 1L << 48))
                .nonZero();
        address("CTL_LOW_PASID_DIRECTORY", LOW_PASID_DIRECTORY_ADDRESS, PAGE_OFFSET, PASID_TRANSLATION);
        address("CTL_HIGH_PASID_DIRECTORY", HIGH_PASID_DIRECTORY_ADDRESS, PAGE_OFFSET, PASID_TRANSLATION);
    }

    private void tertiary() {
        needs("CTL_HLAT_NEEDS_EPT", ENABLE_HLAT, ENABLE_EPT);
        book.rule("CTL_HLAT_POINTER_RESERVED", "Bits 2:0 and 11:5 of the HLAT pointer are reserved and have to be 0").on(HLAT_POINTER)
                .when(ENABLE_HLAT).zero(0xFE7);
        book.rule("CTL_HLAT_POINTER_WIDTH", "The HLAT pointer may not set bits beyond the processor's physical-address width")
                .on(HLAT_POINTER).when(ENABLE_HLAT).physical();
        book.rule("CTL_HLAT_PREFIX_SIZE", "The HLAT prefix size may not be greater than the processor supports "
                + "(IA32_VMX_EPT_VPID_CAP[53:48])")
                .on(HLAT_PREFIX_SIZE).when(ENABLE_HLAT)
                .say(context -> "the processor supports " + context.capabilities().maxHlatPrefixSize())
                .holds(context -> context.get(HLAT_PREFIX_SIZE) <= (context.msr(Msr.IA32_VMX_EPT_VPID_CAP) >>> 48 & 0x3F));
        needs("CTL_EPT_PAGING_WRITE_NEEDS_EPT", EPT_PAGING_WRITE_CONTROL, ENABLE_EPT);
        needs("CTL_GUEST_PAGING_VERIFICATION_NEEDS_EPT", GUEST_PAGING_VERIFICATION, ENABLE_EPT);
        book.rule("CTL_PID_POINTER_TABLE_ALIGN", "Bits 2:0 of the PID-pointer table address have to be 0").on(PID_POINTER_TABLE_ADDRESS)
                .when(IPI_VIRTUALIZATION).zero(7);
        book.rule("CTL_PID_POINTER_TABLE_WIDTH", "The PID-pointer table address may not set bits beyond the processor's "
                + "physical-address width").on(PID_POINTER_TABLE_ADDRESS).when(IPI_VIRTUALIZATION).physical();
        book.rule("CTL_PID_POINTER_TABLE_END", "The address of the last entry in the PID-pointer table may not set bits beyond the "
                + "processor's physical-address width").on(PID_POINTER_TABLE_ADDRESS, LAST_PID_POINTER_INDEX).when(IPI_VIRTUALIZATION)
                .holds(context -> {
                    long address = context.get(PID_POINTER_TABLE_ADDRESS);
                    return !context.physical(address) || context.physical(address + (context.get(LAST_PID_POINTER_INDEX) << 3));
                });
        book.rule("CTL_VIRTUAL_TIMER_NEEDS_VIRTUAL_INTERRUPTS", "The \"APIC-timer virtualization\" VM-execution control needs the "
                + "\"virtual-interrupt delivery\" VM-execution control").when(APIC_TIMER_VIRTUALIZATION).needs(VIRTUAL_INTERRUPT_DELIVERY);
        book.rule("CTL_VIRTUAL_TIMER_EXCLUDES_RDTSC_EXITING", "The \"APIC-timer virtualization\" and \"RDTSC exiting\" VM-execution "
                + "controls may not both be 1").when(APIC_TIMER_VIRTUALIZATION).excludes(RDTSC_EXITING);
        book.rule("CTL_VIRTUAL_TIMER_VECTOR", "The virtual timer vector has to be in the range 0-255: bits 15:8 have to be 0")
                .on(VIRTUAL_TIMER_VECTOR).when(APIC_TIMER_VIRTUALIZATION).zero(0xFF00);
    }

    /** Whether the capabilities allow any setting of a control; for other rule classes of this package. */
    static boolean allows(EntryContext context, ControlBit control) {
        VmxCapabilities capabilities = context.capabilities();
        if (!capabilities.known(control.field())) {
            context.miss();
        }
        return capabilities.allows(control);
    }
}
