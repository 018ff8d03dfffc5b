// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** All rules of VM entry, in the SDM's order, and the ways to run them. */
public final class EntryRules {
    private EntryRules() {
    }

    /** Every rule, in the order of the SDM's sections. */
    public static List<EntryRule> all() {
        return Catalogue.LIST;
    }

    /** The rule with this id; null if there is none. */
    public static EntryRule find(String id) {
        return Catalogue.BY_ID.get(id);
    }

    /**
     * Every rule that the VMCS violates, in the SDM's order; unknown values blame nobody.
     *
     * @param memory physical memory, {@link GuestMemory#UNKNOWN} where there is none
     */
    public static List<Violation> check(VmcsView vmcs, VmxCapabilities capabilities, GuestMemory memory) {
        return check(new EntryContext(vmcs, capabilities, memory, EntryEnvironment.UNKNOWN));
    }

    /** Every rule that is violated in the context; allocates nothing when there is none. */
    public static List<Violation> check(EntryContext context) {
        List<Violation> violations = null;
        for (EntryRule rule : Catalogue.RULES) {
            if (rule.verdict(context) == Verdict.VIOLATED) {
                if (violations == null) {
                    violations = new ArrayList<>();
                }
                violations.add(rule.violation(context));
            }
        }
        return violations == null ? List.of() : violations;
    }

    /** Whether no rule is violated. Allocates nothing. */
    public static boolean hold(EntryContext context) {
        for (EntryRule rule : Catalogue.RULES) {
            if (rule.verdict(context) == Verdict.VIOLATED) {
                return false;
            }
        }
        return true;
    }

    /** Passes every rule with its verdict to the consumer, in the SDM's order. */
    public static void evaluate(EntryContext context, BiConsumer<EntryRule, Verdict> consumer) {
        for (EntryRule rule : Catalogue.RULES) {
            consumer.accept(rule, rule.verdict(context));
        }
    }

    /** Made on first use. */
    private static final class Catalogue {
        static final EntryRule[] RULES;
        static final List<EntryRule> LIST;
        static final Map<String, EntryRule> BY_ID = new HashMap<>(1024);

        static {
            List<EntryRule> rules = new ArrayList<>(400);
            ControlRules.addTo(rules);
            ExitEntryControlRules.addTo(rules);
            EventInjectionRules.addTo(rules);
            HostRegisterRules.addTo(rules);
            HostSegmentRules.addTo(rules);
            HostAddressSpaceRules.addTo(rules);
            GuestRegisterRules.addTo(rules);
            GuestSegmentRules.addTo(rules);
            GuestSystemSegmentRules.addTo(rules);
            GuestDescriptorTableRules.addTo(rules);
            GuestRipRflagsRules.addTo(rules);
            GuestNonRegisterRules.addTo(rules);
            LinkPointerRules.addTo(rules);
            GuestPdpteRules.addTo(rules);
            MsrAreaRules.addTo(rules);
            for (EntryRule rule : rules) {
                if (BY_ID.put(rule.id(), rule) != null) {
                    throw new IllegalStateException("Two rules have the id " + rule.id());
                }
            }
            LIST = List.copyOf(rules);
            RULES = LIST.toArray(EntryRule[]::new);
        }
    }
}
