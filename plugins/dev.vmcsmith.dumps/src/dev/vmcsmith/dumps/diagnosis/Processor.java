// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.VmxCapabilities;

/** A processor that a dump is held against. */
public record Processor(String name, VmxCapabilities capabilities) {
    /** A processor that nothing is known of. */
    public static final Processor UNKNOWN = new Processor("", VmxCapabilities.UNKNOWN);

    public static Processor of(CpuProfile profile) {
        return new Processor(profile.name(), profile.capabilities());
    }
}
