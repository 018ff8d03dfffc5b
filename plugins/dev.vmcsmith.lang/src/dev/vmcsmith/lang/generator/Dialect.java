// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.generator;

import dev.vmcsmith.vmx.FieldWidth;

/** Whose functions the generated C calls to write a VMCS field and to read an MSR. */
public enum Dialect {
    /** A kernel module that includes KVM's {@code vmx_ops.h}, or has functions of these names. */
    LINUX("linux", """
            #include <linux/types.h>
            #include <asm/msr.h>
            #include "vmx_ops.h"

            typedef u64 vmx_u64;

            static inline vmx_u64 vmx_read_msr(unsigned int msr)
            {
                u64 value;

                rdmsrl(msr, value);
                return value;
            }

            static inline int vmx_write16(unsigned int field, vmx_u64 value) { vmcs_write16(field, (u16)value); return 0; }
            static inline int vmx_write32(unsigned int field, vmx_u64 value) { vmcs_write32(field, (u32)value); return 0; }
            static inline int vmx_write64(unsigned int field, vmx_u64 value) { vmcs_write64(field, value); return 0; }
            static inline int vmx_writel(unsigned int field, vmx_u64 value) { vmcs_writel(field, (unsigned long)value); return 0; }
            """),
    /** A Windows driver built with the WDK. */
    WINDOWS("windows", """
            #include <ntddk.h>
            #include <intrin.h>

            typedef unsigned __int64 vmx_u64;

            static __inline vmx_u64 vmx_read_msr(unsigned int msr) { return __readmsr(msr); }
            static __inline int vmx_writel(unsigned int field, vmx_u64 value) { return __vmx_vmwrite(field, (size_t)value); }
            static __inline int vmx_write16(unsigned int field, vmx_u64 value) { return vmx_writel(field, value & 0xFFFF); }
            static __inline int vmx_write32(unsigned int field, vmx_u64 value) { return vmx_writel(field, value & 0xFFFFFFFF); }

            /* a 32-bit driver writes 64-bit fields in two halves: the encoding + 1 is the upper one */
            static __inline int vmx_write64(unsigned int field, vmx_u64 value)
            {
                int failed = vmx_writel(field, value);

                return sizeof(size_t) == 8 || failed ? failed : vmx_writel(field + 1, value >> 32);
            }
            """),
    /** GNU C with inline assembly, no library at all. */
    ASM("asm", """
            typedef unsigned long long vmx_u64;

            static inline vmx_u64 vmx_read_msr(unsigned int msr)
            {
                unsigned int low, high;

                __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
                return (vmx_u64)high << 32 | low;
            }

            /* CF or ZF is set when VMWRITE fails */
            static inline int vmx_writel(unsigned int field, vmx_u64 value)
            {
                unsigned char failed;

                __asm__ volatile("vmwrite %2, %1; setna %0" : "=q"(failed) : "r"((unsigned long)field), "r"((unsigned long)value) : "cc", "memory");
                return failed;
            }

            static inline int vmx_write16(unsigned int field, vmx_u64 value) { return vmx_writel(field, value & 0xFFFF); }
            static inline int vmx_write32(unsigned int field, vmx_u64 value) { return vmx_writel(field, value & 0xFFFFFFFF); }

            /* a 32-bit hypervisor writes 64-bit fields in two halves: the encoding + 1 is the upper one */
            static inline int vmx_write64(unsigned int field, vmx_u64 value)
            {
                int failed = vmx_writel(field, value);

                return sizeof(long) == 8 || failed ? failed : vmx_writel(field + 1, value >> 32);
            }
            """);

    private final String id;
    private final String prologue;

    Dialect(String id, String prologue) {
        this.id = id;
        this.prologue = prologue;
    }

    /** The name on the command line. */
    public String id() {
        return id;
    }

    /** The includes and functions that the rest of a file uses. */
    String prologue() {
        return prologue;
    }

    /** The function that writes a field of a width. */
    static String writer(FieldWidth width) {
        return switch (width) {
            case W16 -> "vmx_write16";
            case W32 -> "vmx_write32";
            case W64 -> "vmx_write64";
            case WNATURAL -> "vmx_writel";
        };
    }
}
