// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.EntryChecks;
import dev.vmcsmith.dap.protocol.EntryChecks.BrokenRule;
import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsContents;
import dev.vmcsmith.dap.protocol.VmcsDifferences;
import dev.vmcsmith.dap.protocol.VmcsDifferences.Change;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.dap.protocol.VmcsList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the view shows of one VMCS at one stop.
 *
 * @param contents its fields
 * @param checks what VM entry would have against them
 * @param all every VMCS that there is
 * @param changes since the chosen exit by encoding; null when changes since the last stop are shown
 * @param problem why there are no changes to show; null when there are
 */
record VmcsSnapshot(VmcsContents contents, EntryChecks checks, VmcsList all, Map<Integer, Change> changes, String problem) {

    static Map<Integer, Change> byEncoding(VmcsDifferences differences) {
        return differences.changes().stream().collect(Collectors.toMap(Change::encoding, Function.identity()));
    }

    boolean isChanged(VmcsFieldValue field) {
        return changes == null ? field.changedSinceLastStop() : changes.containsKey(field.encoding());
    }

    /** The value at the chosen exit; null when it is not known. */
    Change change(VmcsFieldValue field) {
        return changes == null ? null : changes.get(field.encoding());
    }

    /** The broken rules that read a field. */
    List<BrokenRule> broken(VmcsFieldValue field) {
        if (checks.broken().isEmpty()) {
            return List.of();
        }
        String name = qualifiedName(field);
        return checks.broken().stream().filter(rule -> rule.fields().contains(name)).toList();
    }

    private String qualifiedName(VmcsFieldValue field) {
        for (VmcsArea area : contents.areas()) {
            if (area.fields().contains(field)) {
                return area.id() + "." + field.hvName();
            }
        }
        return field.hvName();
    }

    /** The area of a field. */
    VmcsArea areaOf(VmcsFieldValue field) {
        return contents.areas().stream().filter(area -> area.fields().contains(field)).findFirst().orElse(null);
    }
}
