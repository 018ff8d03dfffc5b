// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import java.nio.charset.StandardCharsets;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.CoreException;

/** A project with a hypervisor that switches between two guests, each with a VMCS and an EPT of its own. */
final class TwoGuestsProject extends DebuggedProject {

    private static final String SETUP = """
            machine { memory 64 MiB }
            guest code First at 0x1_0000 bits 32 {
                    cpuid
                    vmcall
            }
            guest code Second at 0x2_0000 bits 32 {
                    mov   ebx, 0x2222
                    hlt
            }
            ept Wide   { map 0 .. 16 MiB -> identity rwx WB }
            ept Narrow { map 0 .. 4 MiB -> identity r-x WB }
            vmcs Guest {
                secondary { enable-ept, unrestricted-guest }
                ept Wide
                guest protected-32 { rip = First rsp = 0x9_0000 }
            }
            vmcs Other {
                primary   { hlt-exiting }
                secondary { enable-ept, unrestricted-guest }
                ept Narrow
                guest protected-32 { rip = Second rsp = 0x9_0000 }
            }
            on Guest exit cpuid { skip log "to the other" switch Other }
            on Other exit hlt { skip log "and back {ebx:x}" switch Guest }
            on exit vmcall { stop }
            on exit other { panic "not handled: {exit-reason}" }
            run Guest { expect exits cpuid, hlt, vmcall }
            """;

    private final IFile file;

    TwoGuestsProject() throws CoreException {
        super("twoguests");
        file = project().getFile("two.hv");
        file.create(SETUP.getBytes(StandardCharsets.UTF_8), true, false, null);
    }

    @Override
    IFile program() {
        return file;
    }
}
