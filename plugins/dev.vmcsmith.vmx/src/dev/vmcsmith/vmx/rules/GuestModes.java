// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Descriptor;
import dev.vmcsmith.x86.Rflags;

/** The guest's segment fields by register, and the modes that the segment checks ask for. */
final class GuestModes {
    static final long CR4_FRED = 1L << 32;
    static final long V86 = Rflags.VM;
    static final long UNUSABLE = Descriptor.AR_UNUSABLE;

    /** In the order of {@link dev.vmcsmith.x86.Seg}: ES CS SS DS FS GS LDTR TR. */
    static final String[] NAME = {"ES", "CS", "SS", "DS", "FS", "GS", "LDTR", "TR"};
    static final VmcsField[] SELECTOR = {GUEST_ES_SELECTOR, GUEST_CS_SELECTOR, GUEST_SS_SELECTOR, GUEST_DS_SELECTOR, GUEST_FS_SELECTOR,
        GUEST_GS_SELECTOR, GUEST_LDTR_SELECTOR, GUEST_TR_SELECTOR};
    static final VmcsField[] BASE = {GUEST_ES_BASE, GUEST_CS_BASE, GUEST_SS_BASE, GUEST_DS_BASE, GUEST_FS_BASE, GUEST_GS_BASE,
        GUEST_LDTR_BASE, GUEST_TR_BASE};
    static final VmcsField[] LIMIT = {GUEST_ES_LIMIT, GUEST_CS_LIMIT, GUEST_SS_LIMIT, GUEST_DS_LIMIT, GUEST_FS_LIMIT, GUEST_GS_LIMIT,
        GUEST_LDTR_LIMIT, GUEST_TR_LIMIT};
    static final VmcsField[] RIGHTS = {GUEST_ES_ACCESS_RIGHTS, GUEST_CS_ACCESS_RIGHTS, GUEST_SS_ACCESS_RIGHTS, GUEST_DS_ACCESS_RIGHTS,
        GUEST_FS_ACCESS_RIGHTS, GUEST_GS_ACCESS_RIGHTS, GUEST_LDTR_ACCESS_RIGHTS, GUEST_TR_ACCESS_RIGHTS};

    private GuestModes() {
    }
}
