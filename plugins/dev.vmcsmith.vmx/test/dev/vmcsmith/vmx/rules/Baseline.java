// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuidLeaf;
import dev.vmcsmith.vmx.CpuidTable;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsValues;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.x86.Msr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Valid VMCSs to start test cases from, and a processor that allows every control. */
final class Baseline {
    static final long CURRENT_VMCS = 0x7000;
    static final long VMXON = 0x8000;
    static final int REVISION = 0x2B;

    private Baseline() {
    }

    /** Every control allowed, 46 physical and 57 linear address bits, all CPUID features that the rules look at. */
    static VmxCapabilities wide() {
        Map<Integer, Long> msrs = new HashMap<>();
        msrs.put(Msr.IA32_VMX_BASIC, 0x00DA_0400_0000_0000L | REVISION);
        for (ControlField field : ControlField.values()) {
            long fixed = switch (field) {
                case PIN_BASED -> 0x16L;
                case PRIMARY -> 0x0400_6172L;
                case EXIT -> 0x0003_6DFBL;
                case ENTRY -> 0x11FBL;
                default -> 0L;
            };
            long named = field.bits().stream().mapToLong(ControlBit::mask).reduce(0, (a, b) -> a | b);
            if (field.allowed1Only()) {
                msrs.put(field.msr(), named);
            } else {
                msrs.put(field.msr(), (named | fixed | field.default1()) << 32 | fixed | field.default1());
                if (field.trueMsr() != 0) {
                    msrs.put(field.trueMsr(), (named | fixed | field.default1()) << 32 | fixed);
                }
            }
        }
        msrs.put(Msr.IA32_VMX_MISC, 0x7004_C1E7L);
        msrs.put(Msr.IA32_VMX_CR0_FIXED0, 0x8000_0021L);
        msrs.put(Msr.IA32_VMX_CR0_FIXED1, 0xFFFF_FFFFL);
        msrs.put(Msr.IA32_VMX_CR4_FIXED0, 0x2000L);
        msrs.put(Msr.IA32_VMX_CR4_FIXED1, 0x1_1FFF_FFFFL);
        msrs.put(Msr.IA32_VMX_VMCS_ENUM, 0x5AL);
        msrs.put(Msr.IA32_VMX_EPT_VPID_CAP, 0x0001_0F01_06F3_41C1L);
        return new VmxCapabilities(msrs, cpuid(46, 57, -1, -1));
    }

    /** @param features7b and features7c leaf 7's EBX and ECX */
    static CpuidTable cpuid(int physicalBits, int linearBits, int features7b, int features7c) {
        return new CpuidTable(List.of(new CpuidLeaf(7, 0, 1, features7b, features7c, 0), new CpuidLeaf(7, 1, 1 << 26, 0, 0, 0),
                new CpuidLeaf(0xA, CpuidLeaf.ANY, 0x0730_0804, 0, 0, 0x0000_0603),
                new CpuidLeaf(0x8000_0001, CpuidLeaf.ANY, 0, 0, 0x121, 0x2C10_0800),
                new CpuidLeaf(0x8000_0008, CpuidLeaf.ANY, linearBits << 8 | physicalBits, 0, 0, 0)));
    }

    /** A 64-bit guest of a 64-bit host, every control at its smallest setting. */
    static VmcsValues longMode() {
        VmcsValues vmcs = VmcsValues.zeroed();
        VmxCapabilities capabilities = wide();
        for (ControlField field : ControlField.values()) {
            vmcs.set(field.field(), capabilities.allowed0(field));
        }
        vmcs.set(EXIT_HOST_ADDRESS_SPACE_SIZE).set(ENTRY_IA32E_MODE_GUEST);
        vmcs.set(EPT_POINTER, 0x301E).set(VPID, 1).set(TSC_MULTIPLIER, 1L << 48).set(VIRTUAL_TIMER_VECTOR, 0x20);
        host(vmcs);
        guest(vmcs);
        return vmcs;
    }

    private static void host(VmcsValues vmcs) {
        vmcs.set(HOST_CR0, 0x8005_0033L).set(HOST_CR3, 0x1000).set(HOST_CR4, 0x2020);
        vmcs.set(HOST_CS_SELECTOR, 8).set(HOST_SS_SELECTOR, 0x10).set(HOST_DS_SELECTOR, 0x10).set(HOST_ES_SELECTOR, 0x10);
        vmcs.set(HOST_TR_SELECTOR, 0x18).set(HOST_TR_BASE, 0x5000).set(HOST_GDTR_BASE, 0x5100).set(HOST_IDTR_BASE, 0x5200);
        vmcs.set(HOST_RSP, 0x9000).set(HOST_RIP, 0xFFFF_8000_0000_1000L);
        vmcs.set(HOST_IA32_PAT, 0x0007_0406_0007_0406L).set(HOST_IA32_EFER, 0xD01);
    }

    private static void guest(VmcsValues vmcs) {
        vmcs.set(GUEST_CR0, 0x8005_0033L).set(GUEST_CR3, 0x2000).set(GUEST_CR4, 0x2020).set(GUEST_DR7, 0x400);
        vmcs.set(GUEST_RSP, 0x8000).set(GUEST_RIP, 0x1_0000).set(GUEST_RFLAGS, 2);
        for (VmcsField selector : new VmcsField[] {GUEST_DS_SELECTOR, GUEST_ES_SELECTOR, GUEST_SS_SELECTOR, GUEST_FS_SELECTOR,
            GUEST_GS_SELECTOR}) {
            vmcs.set(selector, 0x10);
        }
        vmcs.set(GUEST_CS_SELECTOR, 8).set(GUEST_TR_SELECTOR, 0x18);
        for (VmcsField limit : new VmcsField[] {GUEST_CS_LIMIT, GUEST_SS_LIMIT, GUEST_DS_LIMIT, GUEST_ES_LIMIT, GUEST_FS_LIMIT,
            GUEST_GS_LIMIT}) {
            vmcs.set(limit, 0xFFFF_FFFFL);
        }
        for (VmcsField rights : new VmcsField[] {GUEST_SS_ACCESS_RIGHTS, GUEST_DS_ACCESS_RIGHTS, GUEST_ES_ACCESS_RIGHTS,
            GUEST_FS_ACCESS_RIGHTS, GUEST_GS_ACCESS_RIGHTS}) {
            vmcs.set(rights, 0xC093);
        }
        vmcs.set(GUEST_CS_ACCESS_RIGHTS, 0xA09B).set(GUEST_TR_ACCESS_RIGHTS, 0x8B).set(GUEST_TR_LIMIT, 0x67);
        vmcs.set(GUEST_LDTR_ACCESS_RIGHTS, 0x82).set(GUEST_LDTR_LIMIT, 0xFFF);
        vmcs.set(GUEST_GDTR_LIMIT, 0x27).set(GUEST_IDTR_LIMIT, 0xFFF);
        vmcs.set(GUEST_IA32_PAT, 0x0007_0406_0007_0406L).set(GUEST_IA32_EFER, 0xD01);
        vmcs.set(VMCS_LINK_POINTER, -1L);
    }

    /** A 32-bit guest with 32-bit paging. */
    static VmcsValues protectedMode() {
        return longMode().clear(ENTRY_IA32E_MODE_GUEST).set(GUEST_CR4, 0x2000).set(GUEST_CS_ACCESS_RIGHTS, 0xC09B).set(GUEST_IA32_EFER, 0);
    }

    /** A 32-bit guest with PAE paging. */
    static VmcsValues pae() {
        return protectedMode().set(GUEST_CR4, 0x2020);
    }

    /** A virtual-8086 guest. */
    static VmcsValues virtual8086() {
        VmcsValues vmcs = protectedMode().set(GUEST_RFLAGS, 0x2_0002);
        for (int i = 0; i < 6; i++) {
            vmcs.set(GuestModes.BASE[i], vmcs.value(GuestModes.SELECTOR[i]) << 4).set(GuestModes.LIMIT[i], 0xFFFF)
                    .set(GuestModes.RIGHTS[i], 0xF3);
        }
        return vmcs;
    }

    /** A real-mode guest, unrestricted. */
    static VmcsValues real() {
        VmcsValues vmcs = protectedMode().set(ACTIVATE_SECONDARY_CONTROLS).set(ENABLE_EPT).set(UNRESTRICTED_GUEST)
                .set(GUEST_CR0, 0x30);
        for (int i = 0; i < 6; i++) {
            vmcs.set(GuestModes.BASE[i], vmcs.value(GuestModes.SELECTOR[i]) << 4).set(GuestModes.LIMIT[i], 0xFFFF)
                    .set(GuestModes.RIGHTS[i], 0x93);
        }
        return vmcs.set(GUEST_CS_ACCESS_RIGHTS, 0x9B);
    }

    /** A 32-bit guest of a 32-bit host. */
    static VmcsValues legacyHost() {
        return protectedMode().clear(EXIT_HOST_ADDRESS_SPACE_SIZE).set(HOST_CR4, 0x2000).set(HOST_RIP, 0x1000).set(HOST_IA32_EFER, 0);
    }

    static VmcsValues named(String name) {
        return switch (name) {
            case "long" -> longMode();
            case "prot" -> protectedMode();
            case "pae" -> pae();
            case "v86" -> virtual8086();
            case "real" -> real();
            case "legacy" -> legacyHost();
            default -> throw new IllegalArgumentException("no baseline " + name);
        };
    }
}
