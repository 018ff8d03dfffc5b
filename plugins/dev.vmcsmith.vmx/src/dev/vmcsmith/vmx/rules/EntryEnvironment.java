// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

/**
 * What VM entry looks at outside the VMCS.
 *
 * @param smm the processor is in system-management mode
 * @param longMode the processor is in IA-32e mode at the time of VM entry; null when it is not known
 * @param currentVmcs physical address of the current VMCS; -1 when it is not known
 * @param vmxonPointer physical address of the VMXON region; -1 when it is not known
 * @param tracing the processor has Intel PT enabled (IA32_RTIT_CTL.TraceEn is 1) at the time of VM entry; null when it is not known
 */
public record EntryEnvironment(boolean smm, Boolean longMode, long currentVmcs, long vmxonPointer, Boolean tracing) {
    /** Outside SMM, all else unknown: what a source file or a dump tells. */
    public static final EntryEnvironment UNKNOWN = new EntryEnvironment(false, null, -1, -1, null);

    /** On a processor that does not trace. */
    public EntryEnvironment(boolean smm, Boolean longMode, long currentVmcs, long vmxonPointer) {
        this(smm, longMode, currentVmcs, vmxonPointer, false);
    }
}
