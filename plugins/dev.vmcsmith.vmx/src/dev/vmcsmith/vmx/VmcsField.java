// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Every field of a VMCS (SDM volume 3, appendix "Field Encoding in VMCS"). One row per field: encoding, name in setup
 * files, name in the SDM. Width and area follow from the encoding.
 *
 * <p><b>How {@link #hvName()} is made from the SDM's name:</b> lower case; words joined by {@code -}; the area's own word
 * ("Guest", "Host") is left out because the name stands inside a {@code guest { }} or {@code host { }} block (it stays in
 * {@code guest-physical-address}, {@code guest-linear-address}, {@code guest-deadline-shadow}, which live in other areas);
 * a segment or descriptor-table register is followed by a dot and the part: {@code cs.selector cs.base cs.limit
 * cs.access-rights}, {@code gdtr.base gdtr.limit}; MSRs keep their {@code ia32-} prefix ({@code ia32-efer}) except
 * {@code sysenter-cs}, {@code sysenter-esp} and {@code sysenter-eip}; "VM-exit" and "VM-entry" become {@code exit-} and
 * {@code entry-}; "Address of X" becomes {@code x-address}. A name is unique within its area. {@link #find} also takes
 * the forms {@code ia32-sysenter-cs}, {@code efer}, {@code pat}, {@code eptp} and other short forms.
 *
 * <p>Values are carried as {@code long}, zero-extended from the field's width.
 */
public enum VmcsField {
    // 16-bit control fields
    VPID(0x0000, "vpid", "Virtual-processor identifier (VPID)"),
    POSTED_INTERRUPT_NOTIFICATION_VECTOR(0x0002, "posted-interrupt-notification-vector", "Posted-interrupt notification vector"),
    EPTP_INDEX(0x0004, "eptp-index", "EPTP index"),
    HLAT_PREFIX_SIZE(0x0006, "hlat-prefix-size", "HLAT prefix size"),
    LAST_PID_POINTER_INDEX(0x0008, "last-pid-pointer-index", "Last PID-pointer index"),
    VIRTUAL_TIMER_VECTOR(0x000A, "virtual-timer-vector", "Virtual timer vector"),

    // 16-bit guest-state fields
    GUEST_ES_SELECTOR(0x0800, "es.selector", "Guest ES selector"),
    GUEST_CS_SELECTOR(0x0802, "cs.selector", "Guest CS selector"),
    GUEST_SS_SELECTOR(0x0804, "ss.selector", "Guest SS selector"),
    GUEST_DS_SELECTOR(0x0806, "ds.selector", "Guest DS selector"),
    GUEST_FS_SELECTOR(0x0808, "fs.selector", "Guest FS selector"),
    GUEST_GS_SELECTOR(0x080A, "gs.selector", "Guest GS selector"),
    GUEST_LDTR_SELECTOR(0x080C, "ldtr.selector", "Guest LDTR selector"),
    GUEST_TR_SELECTOR(0x080E, "tr.selector", "Guest TR selector"),
    GUEST_INTERRUPT_STATUS(0x0810, "interrupt-status", "Guest interrupt status"),
    PML_INDEX(0x0812, "pml-index", "PML index"),
    GUEST_UINV(0x0814, "uinv", "Guest UINV"),

    // 16-bit host-state fields
    HOST_ES_SELECTOR(0x0C00, "es.selector", "Host ES selector"),
    HOST_CS_SELECTOR(0x0C02, "cs.selector", "Host CS selector"),
    HOST_SS_SELECTOR(0x0C04, "ss.selector", "Host SS selector"),
    HOST_DS_SELECTOR(0x0C06, "ds.selector", "Host DS selector"),
    HOST_FS_SELECTOR(0x0C08, "fs.selector", "Host FS selector"),
    HOST_GS_SELECTOR(0x0C0A, "gs.selector", "Host GS selector"),
    HOST_TR_SELECTOR(0x0C0C, "tr.selector", "Host TR selector"),

    // 64-bit control fields
    IO_BITMAP_A_ADDRESS(0x2000, "io-bitmap-a-address", "Address of I/O bitmap A"),
    IO_BITMAP_B_ADDRESS(0x2002, "io-bitmap-b-address", "Address of I/O bitmap B"),
    MSR_BITMAP_ADDRESS(0x2004, "msr-bitmap-address", "Address of MSR bitmaps"),
    EXIT_MSR_STORE_ADDRESS(0x2006, "exit-msr-store-address", "VM-exit MSR-store address"),
    EXIT_MSR_LOAD_ADDRESS(0x2008, "exit-msr-load-address", "VM-exit MSR-load address"),
    ENTRY_MSR_LOAD_ADDRESS(0x200A, "entry-msr-load-address", "VM-entry MSR-load address"),
    EXECUTIVE_VMCS_POINTER(0x200C, "executive-vmcs-pointer", "Executive-VMCS pointer"),
    PML_ADDRESS(0x200E, "pml-address", "PML address"),
    TSC_OFFSET(0x2010, "tsc-offset", "TSC offset"),
    VIRTUAL_APIC_ADDRESS(0x2012, "virtual-apic-address", "Virtual-APIC address"),
    APIC_ACCESS_ADDRESS(0x2014, "apic-access-address", "APIC-access address"),
    POSTED_INTERRUPT_DESCRIPTOR_ADDRESS(0x2016, "posted-interrupt-descriptor-address", "Posted-interrupt descriptor address"),
    VM_FUNCTION_CONTROLS(0x2018, "vm-function-controls", "VM-function controls"),
    EPT_POINTER(0x201A, "ept-pointer", "EPT pointer (EPTP)"),
    EOI_EXIT_BITMAP_0(0x201C, "eoi-exit-bitmap-0", "EOI-exit bitmap 0 (EOI_EXIT0)"),
    EOI_EXIT_BITMAP_1(0x201E, "eoi-exit-bitmap-1", "EOI-exit bitmap 1 (EOI_EXIT1)"),
    EOI_EXIT_BITMAP_2(0x2020, "eoi-exit-bitmap-2", "EOI-exit bitmap 2 (EOI_EXIT2)"),
    EOI_EXIT_BITMAP_3(0x2022, "eoi-exit-bitmap-3", "EOI-exit bitmap 3 (EOI_EXIT3)"),
    EPTP_LIST_ADDRESS(0x2024, "eptp-list-address", "EPTP-list address"),
    VMREAD_BITMAP_ADDRESS(0x2026, "vmread-bitmap-address", "VMREAD-bitmap address"),
    VMWRITE_BITMAP_ADDRESS(0x2028, "vmwrite-bitmap-address", "VMWRITE-bitmap address"),
    VE_INFORMATION_ADDRESS(0x202A, "ve-information-address", "Virtualization-exception information address"),
    XSS_EXITING_BITMAP(0x202C, "xss-exiting-bitmap", "XSS-exiting bitmap"),
    ENCLS_EXITING_BITMAP(0x202E, "encls-exiting-bitmap", "ENCLS-exiting bitmap"),
    SPP_TABLE_POINTER(0x2030, "spp-table-pointer", "Sub-page-permission-table pointer"),
    TSC_MULTIPLIER(0x2032, "tsc-multiplier", "TSC multiplier"),
    TERTIARY_CONTROLS(0x2034, "tertiary-controls", "Tertiary processor-based VM-execution controls"),
    ENCLV_EXITING_BITMAP(0x2036, "enclv-exiting-bitmap", "ENCLV-exiting bitmap"),
    LOW_PASID_DIRECTORY_ADDRESS(0x2038, "low-pasid-directory-address", "Low PASID directory address"),
    HIGH_PASID_DIRECTORY_ADDRESS(0x203A, "high-pasid-directory-address", "High PASID directory address"),
    SHARED_EPT_POINTER(0x203C, "shared-ept-pointer", "Shared EPT pointer"),
    PCONFIG_EXITING_BITMAP(0x203E, "pconfig-exiting-bitmap", "PCONFIG-exiting bitmap"),
    HLAT_POINTER(0x2040, "hlat-pointer", "Hypervisor-managed linear-address translation pointer (HLATP)"),
    PID_POINTER_TABLE_ADDRESS(0x2042, "pid-pointer-table-address", "PID-pointer table address"),
    SECONDARY_EXIT_CONTROLS(0x2044, "secondary-exit-controls", "Secondary VM-exit controls"),
    IA32_SPEC_CTRL_MASK(0x204A, "ia32-spec-ctrl-mask", "IA32_SPEC_CTRL mask"),
    IA32_SPEC_CTRL_SHADOW(0x204C, "ia32-spec-ctrl-shadow", "IA32_SPEC_CTRL shadow"),
    GUEST_DEADLINE_SHADOW(0x204E, "guest-deadline-shadow", "Guest deadline shadow"),
    INJECTED_EVENT_DATA(0x2052, "injected-event-data", "Injected-event data"),

    // 64-bit read-only data fields
    GUEST_PHYSICAL_ADDRESS(0x2400, "guest-physical-address", "Guest-physical address"),
    MSR_DATA(0x2402, "msr-data", "MSR data"),
    ORIGINAL_EVENT_DATA(0x2404, "original-event-data", "Original-event data"),
    EXTENDED_INSTRUCTION_INFORMATION(0x2406, "extended-instruction-information", "Extended instruction information"),

    // 64-bit guest-state fields
    VMCS_LINK_POINTER(0x2800, "vmcs-link-pointer", "VMCS link pointer"),
    GUEST_IA32_DEBUGCTL(0x2802, "ia32-debugctl", "Guest IA32_DEBUGCTL"),
    GUEST_IA32_PAT(0x2804, "ia32-pat", "Guest IA32_PAT"),
    GUEST_IA32_EFER(0x2806, "ia32-efer", "Guest IA32_EFER"),
    GUEST_IA32_PERF_GLOBAL_CTRL(0x2808, "ia32-perf-global-ctrl", "Guest IA32_PERF_GLOBAL_CTRL"),
    GUEST_PDPTE0(0x280A, "pdpte0", "Guest PDPTE0"),
    GUEST_PDPTE1(0x280C, "pdpte1", "Guest PDPTE1"),
    GUEST_PDPTE2(0x280E, "pdpte2", "Guest PDPTE2"),
    GUEST_PDPTE3(0x2810, "pdpte3", "Guest PDPTE3"),
    GUEST_IA32_BNDCFGS(0x2812, "ia32-bndcfgs", "Guest IA32_BNDCFGS"),
    GUEST_IA32_RTIT_CTL(0x2814, "ia32-rtit-ctl", "Guest IA32_RTIT_CTL"),
    GUEST_IA32_LBR_CTL(0x2816, "ia32-lbr-ctl", "Guest IA32_LBR_CTL"),
    GUEST_IA32_PKRS(0x2818, "ia32-pkrs", "Guest IA32_PKRS"),
    GUEST_IA32_FRED_CONFIG(0x281A, "ia32-fred-config", "Guest IA32_FRED_CONFIG"),
    GUEST_IA32_FRED_RSP1(0x281C, "ia32-fred-rsp1", "Guest IA32_FRED_RSP1"),
    GUEST_IA32_FRED_RSP2(0x281E, "ia32-fred-rsp2", "Guest IA32_FRED_RSP2"),
    GUEST_IA32_FRED_RSP3(0x2820, "ia32-fred-rsp3", "Guest IA32_FRED_RSP3"),
    GUEST_IA32_FRED_STKLVLS(0x2822, "ia32-fred-stklvls", "Guest IA32_FRED_STKLVLS"),
    GUEST_IA32_FRED_SSP1(0x2824, "ia32-fred-ssp1", "Guest IA32_FRED_SSP1"),
    GUEST_IA32_FRED_SSP2(0x2826, "ia32-fred-ssp2", "Guest IA32_FRED_SSP2"),
    GUEST_IA32_FRED_SSP3(0x2828, "ia32-fred-ssp3", "Guest IA32_FRED_SSP3"),
    GUEST_IA32_SPEC_CTRL(0x282E, "ia32-spec-ctrl", "Guest IA32_SPEC_CTRL"),
    GUEST_DEADLINE(0x2830, "deadline", "Guest deadline"),

    // 64-bit host-state fields
    HOST_IA32_PAT(0x2C00, "ia32-pat", "Host IA32_PAT"),
    HOST_IA32_EFER(0x2C02, "ia32-efer", "Host IA32_EFER"),
    HOST_IA32_PERF_GLOBAL_CTRL(0x2C04, "ia32-perf-global-ctrl", "Host IA32_PERF_GLOBAL_CTRL"),
    HOST_IA32_PKRS(0x2C06, "ia32-pkrs", "Host IA32_PKRS"),
    HOST_IA32_FRED_CONFIG(0x2C08, "ia32-fred-config", "Host IA32_FRED_CONFIG"),
    HOST_IA32_FRED_RSP1(0x2C0A, "ia32-fred-rsp1", "Host IA32_FRED_RSP1"),
    HOST_IA32_FRED_RSP2(0x2C0C, "ia32-fred-rsp2", "Host IA32_FRED_RSP2"),
    HOST_IA32_FRED_RSP3(0x2C0E, "ia32-fred-rsp3", "Host IA32_FRED_RSP3"),
    HOST_IA32_FRED_STKLVLS(0x2C10, "ia32-fred-stklvls", "Host IA32_FRED_STKLVLS"),
    HOST_IA32_FRED_SSP1(0x2C12, "ia32-fred-ssp1", "Host IA32_FRED_SSP1"),
    HOST_IA32_FRED_SSP2(0x2C14, "ia32-fred-ssp2", "Host IA32_FRED_SSP2"),
    HOST_IA32_FRED_SSP3(0x2C16, "ia32-fred-ssp3", "Host IA32_FRED_SSP3"),
    HOST_IA32_SPEC_CTRL(0x2C1A, "ia32-spec-ctrl", "Host IA32_SPEC_CTRL"),

    // 32-bit control fields
    PIN_BASED_CONTROLS(0x4000, "pin-based-controls", "Pin-based VM-execution controls"),
    PRIMARY_CONTROLS(0x4002, "primary-controls", "Primary processor-based VM-execution controls"),
    EXCEPTION_BITMAP(0x4004, "exception-bitmap", "Exception bitmap"),
    PAGE_FAULT_ERROR_CODE_MASK(0x4006, "page-fault-error-code-mask", "Page-fault error-code mask"),
    PAGE_FAULT_ERROR_CODE_MATCH(0x4008, "page-fault-error-code-match", "Page-fault error-code match"),
    CR3_TARGET_COUNT(0x400A, "cr3-target-count", "CR3-target count"),
    EXIT_CONTROLS(0x400C, "exit-controls", "Primary VM-exit controls"),
    EXIT_MSR_STORE_COUNT(0x400E, "exit-msr-store-count", "VM-exit MSR-store count"),
    EXIT_MSR_LOAD_COUNT(0x4010, "exit-msr-load-count", "VM-exit MSR-load count"),
    ENTRY_CONTROLS(0x4012, "entry-controls", "VM-entry controls"),
    ENTRY_MSR_LOAD_COUNT(0x4014, "entry-msr-load-count", "VM-entry MSR-load count"),
    ENTRY_INTERRUPTION_INFORMATION(0x4016, "entry-interruption-information", "VM-entry interruption-information field"),
    ENTRY_EXCEPTION_ERROR_CODE(0x4018, "entry-exception-error-code", "VM-entry exception error code"),
    ENTRY_INSTRUCTION_LENGTH(0x401A, "entry-instruction-length", "VM-entry instruction length"),
    TPR_THRESHOLD(0x401C, "tpr-threshold", "TPR threshold"),
    SECONDARY_CONTROLS(0x401E, "secondary-controls", "Secondary processor-based VM-execution controls"),
    PLE_GAP(0x4020, "ple-gap", "PLE_Gap"),
    PLE_WINDOW(0x4022, "ple-window", "PLE_Window"),
    INSTRUCTION_TIMEOUT(0x4024, "instruction-timeout", "Instruction-timeout control"),

    // 32-bit read-only data fields
    VM_INSTRUCTION_ERROR(0x4400, "vm-instruction-error", "VM-instruction error"),
    EXIT_REASON(0x4402, "exit-reason", "Exit reason"),
    EXIT_INTERRUPTION_INFORMATION(0x4404, "exit-interruption-information", "VM-exit interruption information"),
    EXIT_INTERRUPTION_ERROR_CODE(0x4406, "exit-interruption-error-code", "VM-exit interruption error code"),
    IDT_VECTORING_INFORMATION(0x4408, "idt-vectoring-information", "IDT-vectoring information field"),
    IDT_VECTORING_ERROR_CODE(0x440A, "idt-vectoring-error-code", "IDT-vectoring error code"),
    EXIT_INSTRUCTION_LENGTH(0x440C, "exit-instruction-length", "VM-exit instruction length"),
    EXIT_INSTRUCTION_INFORMATION(0x440E, "exit-instruction-information", "VM-exit instruction information"),

    // 32-bit guest-state fields
    GUEST_ES_LIMIT(0x4800, "es.limit", "Guest ES limit"),
    GUEST_CS_LIMIT(0x4802, "cs.limit", "Guest CS limit"),
    GUEST_SS_LIMIT(0x4804, "ss.limit", "Guest SS limit"),
    GUEST_DS_LIMIT(0x4806, "ds.limit", "Guest DS limit"),
    GUEST_FS_LIMIT(0x4808, "fs.limit", "Guest FS limit"),
    GUEST_GS_LIMIT(0x480A, "gs.limit", "Guest GS limit"),
    GUEST_LDTR_LIMIT(0x480C, "ldtr.limit", "Guest LDTR limit"),
    GUEST_TR_LIMIT(0x480E, "tr.limit", "Guest TR limit"),
    GUEST_GDTR_LIMIT(0x4810, "gdtr.limit", "Guest GDTR limit"),
    GUEST_IDTR_LIMIT(0x4812, "idtr.limit", "Guest IDTR limit"),
    GUEST_ES_ACCESS_RIGHTS(0x4814, "es.access-rights", "Guest ES access rights"),
    GUEST_CS_ACCESS_RIGHTS(0x4816, "cs.access-rights", "Guest CS access rights"),
    GUEST_SS_ACCESS_RIGHTS(0x4818, "ss.access-rights", "Guest SS access rights"),
    GUEST_DS_ACCESS_RIGHTS(0x481A, "ds.access-rights", "Guest DS access rights"),
    GUEST_FS_ACCESS_RIGHTS(0x481C, "fs.access-rights", "Guest FS access rights"),
    GUEST_GS_ACCESS_RIGHTS(0x481E, "gs.access-rights", "Guest GS access rights"),
    GUEST_LDTR_ACCESS_RIGHTS(0x4820, "ldtr.access-rights", "Guest LDTR access rights"),
    GUEST_TR_ACCESS_RIGHTS(0x4822, "tr.access-rights", "Guest TR access rights"),
    GUEST_INTERRUPTIBILITY_STATE(0x4824, "interruptibility-state", "Guest interruptibility state"),
    GUEST_ACTIVITY_STATE(0x4826, "activity-state", "Guest activity state"),
    GUEST_SMBASE(0x4828, "smbase", "Guest SMBASE"),
    GUEST_SYSENTER_CS(0x482A, "sysenter-cs", "Guest IA32_SYSENTER_CS"),
    PREEMPTION_TIMER_VALUE(0x482E, "preemption-timer-value", "VMX-preemption timer value"),

    // 32-bit host-state field
    HOST_SYSENTER_CS(0x4C00, "sysenter-cs", "Host IA32_SYSENTER_CS"),

    // natural-width control fields
    CR0_GUEST_HOST_MASK(0x6000, "cr0-guest-host-mask", "CR0 guest/host mask"),
    CR4_GUEST_HOST_MASK(0x6002, "cr4-guest-host-mask", "CR4 guest/host mask"),
    CR0_READ_SHADOW(0x6004, "cr0-read-shadow", "CR0 read shadow"),
    CR4_READ_SHADOW(0x6006, "cr4-read-shadow", "CR4 read shadow"),
    CR3_TARGET_VALUE_0(0x6008, "cr3-target-value-0", "CR3-target value 0"),
    CR3_TARGET_VALUE_1(0x600A, "cr3-target-value-1", "CR3-target value 1"),
    CR3_TARGET_VALUE_2(0x600C, "cr3-target-value-2", "CR3-target value 2"),
    CR3_TARGET_VALUE_3(0x600E, "cr3-target-value-3", "CR3-target value 3"),

    // natural-width read-only data fields
    EXIT_QUALIFICATION(0x6400, "exit-qualification", "Exit qualification"),
    IO_RCX(0x6402, "io-rcx", "I/O RCX"),
    IO_RSI(0x6404, "io-rsi", "I/O RSI"),
    IO_RDI(0x6406, "io-rdi", "I/O RDI"),
    IO_RIP(0x6408, "io-rip", "I/O RIP"),
    GUEST_LINEAR_ADDRESS(0x640A, "guest-linear-address", "Guest-linear address"),

    // natural-width guest-state fields
    GUEST_CR0(0x6800, "cr0", "Guest CR0"),
    GUEST_CR3(0x6802, "cr3", "Guest CR3"),
    GUEST_CR4(0x6804, "cr4", "Guest CR4"),
    GUEST_ES_BASE(0x6806, "es.base", "Guest ES base"),
    GUEST_CS_BASE(0x6808, "cs.base", "Guest CS base"),
    GUEST_SS_BASE(0x680A, "ss.base", "Guest SS base"),
    GUEST_DS_BASE(0x680C, "ds.base", "Guest DS base"),
    GUEST_FS_BASE(0x680E, "fs.base", "Guest FS base"),
    GUEST_GS_BASE(0x6810, "gs.base", "Guest GS base"),
    GUEST_LDTR_BASE(0x6812, "ldtr.base", "Guest LDTR base"),
    GUEST_TR_BASE(0x6814, "tr.base", "Guest TR base"),
    GUEST_GDTR_BASE(0x6816, "gdtr.base", "Guest GDTR base"),
    GUEST_IDTR_BASE(0x6818, "idtr.base", "Guest IDTR base"),
    GUEST_DR7(0x681A, "dr7", "Guest DR7"),
    GUEST_RSP(0x681C, "rsp", "Guest RSP"),
    GUEST_RIP(0x681E, "rip", "Guest RIP"),
    GUEST_RFLAGS(0x6820, "rflags", "Guest RFLAGS"),
    GUEST_PENDING_DEBUG_EXCEPTIONS(0x6822, "pending-debug-exceptions", "Guest pending debug exceptions"),
    GUEST_SYSENTER_ESP(0x6824, "sysenter-esp", "Guest IA32_SYSENTER_ESP"),
    GUEST_SYSENTER_EIP(0x6826, "sysenter-eip", "Guest IA32_SYSENTER_EIP"),
    GUEST_IA32_S_CET(0x6828, "ia32-s-cet", "Guest IA32_S_CET"),
    GUEST_SSP(0x682A, "ssp", "Guest SSP"),
    GUEST_IA32_INTERRUPT_SSP_TABLE_ADDR(0x682C, "ia32-interrupt-ssp-table-addr", "Guest IA32_INTERRUPT_SSP_TABLE_ADDR"),

    // natural-width host-state fields
    HOST_CR0(0x6C00, "cr0", "Host CR0"),
    HOST_CR3(0x6C02, "cr3", "Host CR3"),
    HOST_CR4(0x6C04, "cr4", "Host CR4"),
    HOST_FS_BASE(0x6C06, "fs.base", "Host FS base"),
    HOST_GS_BASE(0x6C08, "gs.base", "Host GS base"),
    HOST_TR_BASE(0x6C0A, "tr.base", "Host TR base"),
    HOST_GDTR_BASE(0x6C0C, "gdtr.base", "Host GDTR base"),
    HOST_IDTR_BASE(0x6C0E, "idtr.base", "Host IDTR base"),
    HOST_SYSENTER_ESP(0x6C10, "sysenter-esp", "Host IA32_SYSENTER_ESP"),
    HOST_SYSENTER_EIP(0x6C12, "sysenter-eip", "Host IA32_SYSENTER_EIP"),
    HOST_RSP(0x6C14, "rsp", "Host RSP"),
    HOST_RIP(0x6C16, "rip", "Host RIP"),
    HOST_IA32_S_CET(0x6C18, "ia32-s-cet", "Host IA32_S_CET"),
    HOST_SSP(0x6C1A, "ssp", "Host SSP"),
    HOST_IA32_INTERRUPT_SSP_TABLE_ADDR(0x6C1C, "ia32-interrupt-ssp-table-addr", "Host IA32_INTERRUPT_SSP_TABLE_ADDR");

    private static final VmcsField[] ALL = values();

    private final int encoding;
    private final String hvName;
    private final String sdmName;
    private final FieldArea area;
    private final FieldWidth width;

    VmcsField(int encoding, String hvName, String sdmName) {
        this.encoding = encoding;
        this.hvName = hvName;
        this.sdmName = sdmName;
        this.area = FieldArea.ofEncoding(encoding);
        this.width = FieldWidth.ofEncoding(encoding);
    }

    /** The encoding for full access (bit 0 clear), as VMREAD and VMWRITE take it. */
    public int encoding() {
        return encoding;
    }

    /** The name in setup files, unique within {@link #area()}; see the class comment. */
    public String hvName() {
        return hvName;
    }

    /** {@link #hvName()} with its area in front: {@code guest.cs.access-rights}; unique among all fields. */
    public String qualifiedName() {
        return area.hvName() + '.' + hvName;
    }

    /** The name in the SDM's table of encodings, for example {@code Guest CS access rights}. */
    public String sdmName() {
        return sdmName;
    }

    public FieldArea area() {
        return area;
    }

    public FieldWidth width() {
        return width;
    }

    /** Whether the field has a second encoding, {@link #highEncoding()}, for its bits 63:32. */
    public boolean hasHighHalf() {
        return width == FieldWidth.W64;
    }

    /** The encoding that accesses bits 63:32 of a 64-bit field; -1 for a field of another width. */
    public int highEncoding() {
        return hasHighHalf() ? encoding | 1 : -1;
    }

    /** The value cut to the field's width. */
    public long truncate(long value) {
        return value & width.mask();
    }

    /** The value in hexadecimal, as wide as the field ({@code 0x009A} for 16 bits); 64-bit values have 8 digits where these suffice. */
    public String format(long value) {
        String digits = Long.toHexString(truncate(value)).toUpperCase(Locale.ROOT);
        int wanted = width.bits() < 64 ? width.bits() / 4 : digits.length() <= 8 ? 8 : 16;
        return "0x" + "0".repeat(wanted - digits.length()) + digits;
    }

    /**
     * The controls that make this field exist: it exists on a processor that allows the 1-setting of at least one of them.
     * Empty when every processor with VMX has the field.
     */
    public Set<ControlBit> existsWith() {
        return FieldExistence.of(this);
    }

    /** Whether a processor with these capabilities has the field; UNKNOWN capabilities count as having it. */
    public boolean existsOn(VmxCapabilities capabilities) {
        Set<ControlBit> controls = existsWith();
        if (controls.isEmpty()) {
            return this != EXTENDED_INSTRUCTION_INFORMATION || capabilities.mayHaveApx();
        }
        for (ControlBit bit : controls) {
            if (!capabilities.known(bit.field()) || capabilities.allows(bit)) {
                return true;
            }
        }
        return false;
    }

    /** Title of the section of the SDM, volume 3, that describes the field. */
    public String sdmSection() {
        return FieldTexts.of(this).section();
    }

    /** One sentence on what the field does. */
    public String description() {
        return FieldTexts.of(this).description();
    }

    /** The field's bit ranges with their names, low bits first; empty for a plain number or address. */
    public List<BitRange> layout() {
        return FieldTexts.of(this).layout();
    }

    /** The names that other sources give this field (Linux, Windows drivers, Intel headers), most common first. */
    public List<String> foreignNames() {
        return FieldTexts.of(this).foreignNames();
    }

    /** The number of fields: one more than the largest ordinal. */
    public static int count() {
        return ALL.length;
    }

    /** The field with this ordinal, without copying the array of constants. */
    public static VmcsField at(int ordinal) {
        return ALL[ordinal];
    }

    /** The field that an encoding accesses, full or high; null for an encoding that no known field has. */
    public static VmcsField byEncoding(int encoding) {
        return Lookup.byEncoding(encoding);
    }

    /** Whether the encoding accesses bits 63:32 of a 64-bit field. */
    public static boolean high(int encoding) {
        return (encoding & 1) != 0 && FieldWidth.ofEncoding(encoding) == FieldWidth.W64;
    }

    /** The field with this name in setup files within one area, short forms included; null if there is none. */
    public static VmcsField find(FieldArea area, String hvName) {
        return Lookup.find(area, hvName);
    }

    /**
     * The field with this name, however written: {@code guest.cs.selector}, the SDM's name, the constant's name here, or a
     * name that Linux, Windows drivers or Intel headers use ({@code GUEST_CS_AR_BYTES}, {@code VMCS_GUEST_CS_SEL}); case
     * and separators are not significant. Null when the name is unknown or has two meanings.
     */
    public static VmcsField find(String name) {
        return FieldTexts.find(name);
    }

    /** Dense tables, filled on first use. */
    private static final class Lookup {
        /** Indexed by width, area and the low six bits of the index; no field has an index above 63. */
        private static final byte[] TABLE = new byte[16 * 64];
        private static final java.util.Map<String, VmcsField> NAMES = new java.util.HashMap<>(512);

        static {
            Arrays.fill(TABLE, (byte) -1);
            for (VmcsField field : ALL) {
                TABLE[slot(field.encoding)] = (byte) field.ordinal();
                NAMES.put(field.qualifiedName(), field);
            }
            for (FieldArea area : FieldArea.values()) {
                alias(area, "ia32-sysenter-cs", "sysenter-cs");
                alias(area, "ia32-sysenter-esp", "sysenter-esp");
                alias(area, "ia32-sysenter-eip", "sysenter-eip");
                for (String msr : List.of("debugctl", "pat", "efer", "perf-global-ctrl", "bndcfgs", "rtit-ctl", "lbr-ctl", "pkrs",
                        "s-cet", "interrupt-ssp-table-addr", "spec-ctrl")) {
                    alias(area, msr, "ia32-" + msr);
                }
            }
            alias(FieldArea.CONTROL, "eptp", "ept-pointer");
            alias(FieldArea.CONTROL, "hlatp", "hlat-pointer");
            alias(FieldArea.CONTROL, "sppt-pointer", "spp-table-pointer");
            alias(FieldArea.CONTROL, "entry-interruption-info", "entry-interruption-information");
            alias(FieldArea.EXIT, "exit-interruption-info", "exit-interruption-information");
            alias(FieldArea.EXIT, "idt-vectoring-info", "idt-vectoring-information");
            alias(FieldArea.EXIT, "exit-instruction-info", "exit-instruction-information");
        }

        private static void alias(FieldArea area, String alias, String name) {
            VmcsField field = NAMES.get(area.hvName() + '.' + name);
            if (field != null) {
                NAMES.put(area.hvName() + '.' + alias, field);
            }
        }

        private static int slot(int encoding) {
            return (encoding >> 13 & 3) << 8 | (encoding >> 10 & 3) << 6 | encoding >> 1 & 63;
        }

        static VmcsField byEncoding(int encoding) {
            if ((encoding & ~0x7FFF) != 0 || (encoding & 0x1000) != 0 || (encoding & 0x3FF) >= 128) {
                return null;
            }
            int ordinal = TABLE[slot(encoding)] & 0xFF;
            if (ordinal == 0xFF) {
                return null;
            }
            VmcsField field = ALL[ordinal];
            return encoding == field.encoding || encoding == field.highEncoding() ? field : null;
        }

        static VmcsField find(FieldArea area, String hvName) {
            return NAMES.get(area.hvName() + '.' + hvName);
        }
    }
}
