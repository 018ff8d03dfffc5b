// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.EptMap;
import dev.vmcsmith.dap.protocol.EptMap.Range;
import dev.vmcsmith.dap.protocol.EptMapArguments;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.vmx.ept.Eptp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists what an EPT maps: one range for neighbouring pages that go on in memory with the same rights and memory type. */
final class EptMaps {
    private static final int MOST_RANGES = 20_000;
    private static final int MOST_ENTRIES = 4_000_000;
    private static final int ENTRIES = 512;

    private final Debuggee debuggee;

    EptMaps(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    EptMap map(EptMapArguments arguments) {
        Instant now = debuggee.now();
        Optional<CurrentVmcs> vmcs = debuggee.vmcs(debuggee.cpuOf(arguments.threadId()));
        boolean modeBased = vmcs.isPresent() && secondary(vmcs.get(), ControlBit.MODE_BASED_EXECUTE_CONTROL_FOR_EPT);
        Long eptp = arguments.eptp();
        if (eptp == null) {
            if (vmcs.isEmpty() || !secondary(vmcs.get(), ControlBit.ENABLE_EPT)) {
                return new EptMap(null, "", vmcs.isEmpty() ? "This processor has no current VMCS."
                        : "EPT is not enabled in the current VMCS.",
                        List.of(), now);
            }
            eptp = vmcs.get().view().value(VmcsField.EPT_POINTER);
        }
        String problem = Eptp.problem(eptp, VmxCapabilities.UNKNOWN);
        if (problem != null) {
            return new EptMap(eptp, Eptp.describe(eptp), "This EPT pointer is not valid: " + problem + ".", List.of(), now);
        }
        Scan scan = new Scan(debuggee.machine().memory(), debuggee.capabilities(), modeBased);
        scan.table(Eptp.root(eptp), Eptp.walkLength(eptp), 0);
        return new EptMap(eptp, Eptp.describe(eptp), scan.complete() ? null
                : "The list was cut: this EPT is too large to be shown completely.",
                scan.finish(), now);
    }

    static boolean secondary(CurrentVmcs vmcs, ControlBit bit) {
        return ControlBit.ACTIVATE_SECONDARY_CONTROLS.in(vmcs.view().value(VmcsField.PRIMARY_CONTROLS))
                && bit.in(vmcs.view().value(VmcsField.SECONDARY_CONTROLS));
    }

    /** One pass through all tables. */
    private static final class Scan {
        private final PhysicalMemory memory;
        private final VmxCapabilities capabilities;
        private final boolean modeBased;
        private final List<Range> ranges = new ArrayList<>();
        private Range open;
        private int entriesRead;

        Scan(PhysicalMemory memory, VmxCapabilities capabilities, boolean modeBased) {
            this.memory = memory;
            this.capabilities = capabilities;
            this.modeBased = modeBased;
        }

        boolean complete() {
            return ranges.size() < MOST_RANGES && entriesRead < MOST_ENTRIES;
        }

        void table(long address, int level, long guestPhysical) {
            table(address, level, guestPhysical, EptEntry.RIGHTS | EptEntry.USER_EXECUTE);
        }

        private void table(long address, int level, long guestPhysical, long rightsAbove) {
            for (int i = 0; i < ENTRIES && complete(); i++) {
                long entry = memory.read64(address + 8L * i);
                entriesRead++;
                if (EptEntry.present(entry, modeBased)) {
                    entry(entry, level, guestPhysical + i * EptEntry.pageSize(level), rightsAbove & entry);
                }
            }
        }

        private void entry(long entry, int level, long guestPhysical, long rights) {
            if (EptEntry.misconfiguration(entry, level, modeBased, capabilities) != null) {
                add(guestPhysical, EptEntry.pageSize(level), EptEntry.address(entry, level), "---", "misconfigured",
                        EptEntry.pageSize(level));
            } else if (EptEntry.isLeaf(entry, level)) {
                add(guestPhysical, EptEntry.pageSize(level), EptEntry.address(entry, level), EptEntry.rights(rights, modeBased),
                        EptEntry.memoryTypeName(EptEntry.memoryType(entry)), EptEntry.pageSize(level));
            } else {
                table(EptEntry.address(entry, level), level - 1, guestPhysical, rights);
            }
        }

        private void add(long start, long size, long physical, String rights, String type, long pageSize) {
            if (open != null && open.start() + open.size() == start && open.physical() + open.size() == physical
                    && open.pageSize() == pageSize
                    && open.rights().equals(rights) && open.memoryType().equals(type)) {
                open = new Range(open.start(), open.size() + size, open.physical(), rights, type, pageSize);
                return;
            }
            finish();
            open = new Range(start, size, physical, rights, type, pageSize);
        }

        List<Range> finish() {
            if (open != null) {
                ranges.add(open);
                open = null;
            }
            return ranges;
        }
    }
}
