// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import java.util.HashMap;
import java.util.Map;

/** The fields of each VMCS at this stop and at the stop before, to tell what has changed. */
final class VmcsHistory {

    /** Values by the ordinal of their field; a field that is not known is 0 in both arrays. */
    private record Values(long[] now, long[] before) {
    }

    private final Map<Long, Values> byAddress = new HashMap<>();

    /** Notes the fields of a VMCS at a stop. */
    void stopped(long address, VmcsView view) {
        long[] now = new long[VmcsField.count()];
        for (int i = 0; i < now.length; i++) {
            VmcsField field = VmcsField.at(i);
            now[i] = view.known(field) ? view.value(field) : 0;
        }
        Values last = byAddress.get(address);
        byAddress.put(address, new Values(now, last == null ? now : last.now));
    }

    /** Whether a value differs from that of the stop before this one. */
    boolean changed(long address, VmcsField field, long value) {
        Values values = byAddress.get(address);
        return values != null && values.before[field.ordinal()] != value;
    }
}
