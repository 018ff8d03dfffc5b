// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.rules.EntryContext;
import dev.vmcsmith.vmx.rules.EntryEnvironment;
import dev.vmcsmith.vmx.rules.EntryRule;
import dev.vmcsmith.vmx.rules.Verdict;
import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds out what would decide a rule, by asking it again of a processor that is known except for one thing. */
final class Needs {
    /** A profile with all capability MSRs and CPUID; its values only serve to see which of them a rule asks for. */
    private static final String KNOWN_PROFILE = "skylake";

    private final VmcsView vmcs;
    private final VmxCapabilities complete;
    private final Map<String, VmxCapabilities> lacking = new LinkedHashMap<>();

    Needs(VmcsView vmcs, VmxCapabilities capabilities) {
        this.vmcs = vmcs;
        CpuProfile reference = CpuProfiles.named(KNOWN_PROFILE);
        List<Integer> missing = new ArrayList<>();
        for (int msr = Msr.IA32_VMX_BASIC; msr <= Msr.IA32_VMX_EXIT_CTLS2; msr++) {
            if (!capabilities.known(msr) && reference.capabilities().known(msr)) {
                missing.add(msr);
            }
        }
        boolean noCpuid = capabilities.cpuid().leaves().isEmpty();
        complete = filled(capabilities, reference, missing, -1, noCpuid);
        for (int msr : missing) {
            lacking.put(Msr.name(msr), filled(capabilities, reference, missing, msr, noCpuid));
        }
        if (noCpuid) {
            lacking.put("CPUID", filled(capabilities, reference, missing, -1, false));
        }
    }

    private static VmxCapabilities filled(VmxCapabilities capabilities, CpuProfile reference, List<Integer> missing, int except,
            boolean cpuid) {
        VmxCapabilities result = cpuid ? capabilities.with(reference.cpuid()) : capabilities;
        for (int msr : missing) {
            if (msr != except) {
                result = result.with(msr, reference.capabilities().msr(msr));
            }
        }
        return result;
    }

    /** Names of the fields, MSRs and other things without which the rule cannot be decided. */
    List<String> of(EntryRule rule) {
        List<String> needs = new ArrayList<>();
        for (VmcsField field : VmcsField.values()) {
            if (rule.reads().contains(field) && !vmcs.known(field)) {
                needs.add(field.qualifiedName());
            }
        }
        if (!needs.isEmpty()) {
            return needs;
        }
        if (isUnknown(rule, complete)) {
            return List.of("memory or processor state outside of the VMCS");
        }
        lacking.forEach((name, capabilities) -> {
            if (isUnknown(rule, capabilities)) {
                needs.add(name);
            }
        });
        return needs.isEmpty() ? List.of("the processor's capability MSRs") : needs;
    }

    private boolean isUnknown(EntryRule rule, VmxCapabilities capabilities) {
        return rule.verdict(new EntryContext(vmcs, capabilities, GuestMemory.UNKNOWN, EntryEnvironment.UNKNOWN)) == Verdict.UNKNOWN;
    }
}
