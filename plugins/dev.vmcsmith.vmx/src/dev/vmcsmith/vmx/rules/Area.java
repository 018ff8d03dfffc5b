// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

/** What part of VM entry a rule belongs to; it decides what happens when the rule is violated. In the SDM's order. */
public enum Area {
    /** VM-execution, VM-exit and VM-entry control fields. */
    CONTROLS(EntryOutcome.vmfail(7)),
    /** The host-state area, the address-space size included. */
    HOST_STATE(EntryOutcome.vmfail(8)),
    /** The guest-state area. */
    GUEST_STATE(EntryOutcome.exit(33, 0)),
    /** The VMCS link pointer. */
    VMCS_LINK_POINTER(EntryOutcome.exit(33, 4)),
    /** Injection of an NMI while blocking by STI is in effect. */
    NMI_INJECTION(EntryOutcome.exit(33, 3)),
    /** The PDPTEs of a guest with PAE paging. */
    GUEST_PDPTES(EntryOutcome.exit(33, 2)),
    /** The VM-entry MSR-load area in memory; the qualification is the entry's number. */
    MSR_LOADING(EntryOutcome.exit(34, 1));

    private final EntryOutcome outcome;

    Area(EntryOutcome outcome) {
        this.outcome = outcome;
    }

    /** What VM entry does when a rule of this area is violated. */
    public EntryOutcome outcome() {
        return outcome;
    }
}
