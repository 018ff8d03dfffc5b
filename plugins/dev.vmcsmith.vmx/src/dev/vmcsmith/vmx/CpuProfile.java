// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A processor as its public documentation or a dump of its registers shows it.
 *
 * @param name short name for setup files and command lines, for example {@code skylake}
 * @param title the processor's full name
 * @param sources where each kind of value comes from; at least one line for a bundled profile
 * @param msrs MSR number to value: the VMX capability MSRs, and others where they are documented
 * @param undocumented MSR numbers that the processor has (or may have) but whose values no source shows
 * @param cpuid the CPUID leaves of one logical processor as its source saw them: bits that mirror the operating system's state
 *     (OSXSAVE, OSPKE), the APIC id and the enabled XSAVE size are of that moment, and a machine works them out itself
 * @param capabilities the VMX capabilities that follow from the above
 */
public record CpuProfile(String name, String title, List<String> sources, Map<Integer, Long> msrs, Set<Integer> undocumented,
        CpuidTable cpuid, VmxCapabilities capabilities) {

    public CpuProfile {
        sources = List.copyOf(sources);
        msrs = Map.copyOf(msrs);
        undocumented = Set.copyOf(undocumented);
    }

    public CpuProfile(String name, String title, List<String> sources, Map<Integer, Long> msrs, Set<Integer> undocumented,
            CpuidTable cpuid) {
        this(name, title, sources, msrs, undocumented, cpuid, new VmxCapabilities(msrs, cpuid));
    }

    /** Display family, model and stepping as {@code 6-5E-3}. */
    public String signature() {
        return "%X-%02X-%X".formatted(cpuid.family(), cpuid.model(), cpuid.stepping());
    }
}
