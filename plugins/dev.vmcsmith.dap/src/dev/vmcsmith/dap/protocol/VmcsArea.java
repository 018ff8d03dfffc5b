// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import java.util.List;

/**
 * One area of a VMCS.
 *
 * @param id stable identifier, such as {@code guest}
 * @param name name for the user, such as {@code Guest state}
 * @param fields in the catalogue's order
 */
public record VmcsArea(String id, String name, List<VmcsFieldValue> fields) {
}
