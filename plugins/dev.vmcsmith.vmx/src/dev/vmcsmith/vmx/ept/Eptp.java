// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.ept;

import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.vmx.VmxCapabilities;

/**
 * The EPT pointer (SDM "Extended-Page-Table Pointer (EPTP)"): memory type in bits 2:0, page-walk length minus 1 in 5:3,
 * accessed and dirty flags enabled in 6, supervisor shadow-stack control in 7, address of the root table in 51:12.
 */
public final class Eptp {
    public static final int UNCACHEABLE = 0;
    public static final int WRITE_BACK = 6;
    public static final long ACCESSED_DIRTY = 1 << 6;
    public static final long SUPERVISOR_SHADOW_STACK = 1 << 7;
    public static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;
    /** Bits 11:8, reserved. */
    public static final long RESERVED = 0xF00;

    private Eptp() {
    }

    public static int memoryType(long eptp) {
        return (int) eptp & 7;
    }

    /** Number of levels that a walk visits, 4 or 5 in a valid pointer. */
    public static int walkLength(long eptp) {
        return ((int) eptp >> 3 & 7) + 1;
    }

    public static boolean accessedDirty(long eptp) {
        return (eptp & ACCESSED_DIRTY) != 0;
    }

    /** Physical address of the EPT PML4 or PML5 table. */
    public static long root(long eptp) {
        return eptp & ADDRESS;
    }

    /**
     * Encodes a pointer.
     *
     * @param root physical address of the root table, 4-KByte aligned
     * @param memoryType {@link #UNCACHEABLE} or {@link #WRITE_BACK}
     * @param walkLength 4 or 5
     */
    public static long encode(long root, int memoryType, int walkLength, boolean accessedDirty) {
        return root & ADDRESS | memoryType & 7 | (long) (walkLength - 1 & 7) << 3 | (accessedDirty ? ACCESSED_DIRTY : 0);
    }

    /**
     * What VM entry, VMFUNC and INVEPT have against the pointer.
     *
     * @param capabilities of the processor; what is not known in them is taken as supported
     * @return the first fault in words; null when the pointer is valid
     */
    public static String problem(long eptp, VmxCapabilities capabilities) {
        boolean known = capabilities.known(dev.vmcsmith.x86.Msr.IA32_VMX_EPT_VPID_CAP);
        int type = memoryType(eptp);
        if (type != UNCACHEABLE && type != WRITE_BACK) {
            return "memory type " + type + " is neither 0 (UC) nor 6 (WB)";
        }
        EptVpidCapability typeCapability = type == UNCACHEABLE ? EptVpidCapability.EPT_UNCACHEABLE : EptVpidCapability.EPT_WRITE_BACK;
        if (known && !capabilities.eptVpid(typeCapability)) {
            return "memory type " + type + " is not supported (IA32_VMX_EPT_VPID_CAP[" + typeCapability.bit() + "] = 0)";
        }
        int length = walkLength(eptp);
        if (length != 4 && length != 5) {
            return "page-walk length " + length + " is neither 4 nor 5";
        }
        EptVpidCapability walk = length == 4 ? EptVpidCapability.PAGE_WALK_4 : EptVpidCapability.PAGE_WALK_5;
        if (known && !capabilities.eptVpid(walk)) {
            return "page-walk length " + length + " is not supported (IA32_VMX_EPT_VPID_CAP[" + walk.bit() + "] = 0)";
        }
        if (accessedDirty(eptp) && known && !capabilities.eptVpid(EptVpidCapability.ACCESSED_DIRTY)) {
            return "accessed and dirty flags are not supported (IA32_VMX_EPT_VPID_CAP[21] = 0)";
        }
        if ((eptp & SUPERVISOR_SHADOW_STACK) != 0 && known && !capabilities.eptVpid(EptVpidCapability.SUPERVISOR_SHADOW_STACK)) {
            return "supervisor shadow-stack control is not supported (IA32_VMX_EPT_VPID_CAP[23] = 0)";
        }
        if ((eptp & RESERVED) != 0) {
            return "reserved bits 11:8 are not 0";
        }
        int width = capabilities.physicalAddressBits() < 0 ? 52 : capabilities.physicalAddressBits();
        if (width < 64 && eptp >>> width != 0) {
            return "the root table lies beyond the processor's " + width + "-bit physical addresses";
        }
        return null;
    }

    /** The pointer in words: {@code root 0x1000, WB, 4 levels, accessed/dirty}. */
    public static String describe(long eptp) {
        return "root 0x%X, %s, %d levels%s%s".formatted(root(eptp), EptEntry.memoryTypeName(memoryType(eptp)), walkLength(eptp),
                accessedDirty(eptp) ? ", accessed/dirty" : "",
                (eptp & SUPERVISOR_SHADOW_STACK) != 0 ? ", supervisor shadow-stack control" : "");
    }
}
