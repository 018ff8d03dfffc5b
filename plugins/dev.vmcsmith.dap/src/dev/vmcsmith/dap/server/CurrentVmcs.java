// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import java.util.function.ObjLongConsumer;

/**
 * The current VMCS of a processor.
 *
 * @param address physical address of its region
 * @param launched the launch state
 * @param view its fields
 * @param write changes a field
 */
record CurrentVmcs(long address, boolean launched, VmcsView view, ObjLongConsumer<VmcsField> write) {
}
