// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsValues;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {
    private static List<String> ids(VmcsValues vmcs) {
        return EntryRules.check(new EntryContext(vmcs, Baseline.wide(), new TestMemory(),
                new EntryEnvironment(false, !"x".isEmpty(), Baseline.CURRENT_VMCS, Baseline.VMXON))).stream().map(v -> v.rule()
                        .id()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"long", "prot", "pae", "v86", "real"})
    void aValidVmcsViolatesNothing(String name) {
        assertEquals(List.of(), ids(Baseline.named(name)));
    }

    @Test
    void aCodeSegmentThatIsNotAccessedViolatesExactlyOneRule() {
        assertEquals(List.of("GUEST_CS_AR_TYPE"), ids(Baseline.protectedMode().set(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0x9A)
                .set(VmcsField.GUEST_CS_LIMIT, 0xFFFF)));
    }

    @Test
    void eachRuleHasItsOwnId() {
        assertEquals(EntryRules.all().size(), EntryRules.all().stream().map(EntryRule::id).distinct().count());
    }
}
