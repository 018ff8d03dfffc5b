// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

/** Names of things that the image holds for a VMCS and whose addresses its fields get. */
public final class ImageSymbols {
    public static final String MSR_BITMAP = "msr_bitmap";
    public static final String IO_BITMAP_A = "io_bitmap_a";
    public static final String IO_BITMAP_B = "io_bitmap_b";

    public static final String ENTRY_MSR_LOAD = "entry_msr_load";
    public static final String EXIT_MSR_LOAD = "exit_msr_load";
    public static final String EXIT_MSR_STORE = "exit_msr_store";
    public static final String VMREAD_BITMAP = "vmread_bitmap";
    public static final String VMWRITE_BITMAP = "vmwrite_bitmap";
    public static final String EPTP_LIST = "eptp_list";

    private ImageSymbols() {
    }

    /** The EPT pointer of an EPT: the address of its tables with the low bits that the field wants. */
    public static String eptPointer(EptPlan ept) {
        return "ept_pointer_" + label(ept.name());
    }

    /** The tables of an EPT. */
    public static String eptTables(EptPlan ept) {
        return "ept_tables_" + label(ept.name());
    }

    /** A name of a setup as a part of an assembly label, which cannot hold hyphens. */
    public static String label(String name) {
        return name.replace('-', '$');
    }
}
