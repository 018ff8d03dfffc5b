// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

/** Small setups for a hypervisor of 64 or of 32 bits. */
final class Both {
    private static final String SETUP = """
            machine { memory 64 MiB host HOST MACHINE }
            const STACK = 0x9_0000
            DECLARATIONS
            guest code Main at 0x1_0000 bits 32 {
            CODE
            }
            ept All { map 0 .. 16 MiB -> identity rwx WB }
            vmcs Guest {
                secondary { unrestricted-guest }
                VMCS
                ept All
                guest protected-32 { rip = Main rsp = STACK GUEST }
            }
            HANDLERS
            on Guest exit vmcall { stop }
            on exit other { panic "not handled: {exit-reason} {exit-qualification:x}" }
            run Guest { EXPECT }
            """;

    private String text = SETUP;

    static Both setup(String host) {
        return new Both().with("HOST", host);
    }

    private Both with(String place, String part) {
        text = text.replace(place, part);
        return this;
    }

    Both machine(String part) {
        return with("MACHINE", part);
    }

    Both code(String part) {
        return with("CODE", part);
    }

    Both vmcs(String part) {
        return with("    VMCS", part);
    }

    Both guest(String part) {
        return with("GUEST", part);
    }

    Both declare(String part) {
        return with("DECLARATIONS", part);
    }

    Both on(String part) {
        return with("HANDLERS", part);
    }

    Both expect(String part) {
        return with("EXPECT", part);
    }

    /** Changes what is there already. */
    Both textFor(String before, String after) {
        if (!text.contains(before)) {
            throw new IllegalArgumentException("no " + before + " in\n" + text);
        }
        return with(before, after);
    }

    String text() {
        return text.replace("CODE\n", "vmcall\n").replaceAll("\\b(MACHINE|VMCS|GUEST|DECLARATIONS|HANDLERS|EXPECT)\\b", "");
    }

    SetupRun run() {
        SetupRun run = SetupRun.ofText(text());
        run.assertExpectations();
        return run;
    }
}
