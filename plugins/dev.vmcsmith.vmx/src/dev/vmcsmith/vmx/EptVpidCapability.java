// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

/** The single bits of IA32_VMX_EPT_VPID_CAP (SDM "VPID and EPT Capabilities"). */
public enum EptVpidCapability {
    EXECUTE_ONLY(0, "execute-only translations by EPT"),
    PAGE_WALK_4(6, "EPT page-walk length 4"),
    PAGE_WALK_5(7, "EPT page-walk length 5"),
    EPT_UNCACHEABLE(8, "EPT paging structures in uncacheable memory"),
    EPT_WRITE_BACK(14, "EPT paging structures in write-back memory"),
    PAGE_2M(16, "2-MByte EPT pages"),
    PAGE_1G(17, "1-GByte EPT pages"),
    INVEPT(20, "INVEPT"),
    ACCESSED_DIRTY(21, "accessed and dirty flags for EPT"),
    ADVANCED_EXIT_INFORMATION(22, "advanced VM-exit information for EPT violations"),
    SUPERVISOR_SHADOW_STACK(23, "supervisor shadow-stack control"),
    INVEPT_SINGLE_CONTEXT(25, "single-context INVEPT"),
    INVEPT_ALL_CONTEXT(26, "all-context INVEPT"),
    INVVPID(32, "INVVPID"),
    INVVPID_INDIVIDUAL_ADDRESS(40, "individual-address INVVPID"),
    INVVPID_SINGLE_CONTEXT(41, "single-context INVVPID"),
    INVVPID_ALL_CONTEXT(42, "all-context INVVPID"),
    INVVPID_SINGLE_CONTEXT_RETAINING_GLOBALS(43, "single-context-retaining-globals INVVPID");

    private final int bit;
    private final String text;

    EptVpidCapability(int bit, String text) {
        this.bit = bit;
        this.text = text;
    }

    public int bit() {
        return bit;
    }

    /** What the bit says is supported, in words. */
    public String text() {
        return text;
    }
}
