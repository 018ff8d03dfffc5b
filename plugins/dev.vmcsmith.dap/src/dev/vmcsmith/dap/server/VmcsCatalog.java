// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.dap.protocol.VmcsContents;
import dev.vmcsmith.dap.protocol.VmcsDifferences.Change;
import dev.vmcsmith.dap.protocol.VmcsDifferences;
import dev.vmcsmith.dap.protocol.VmcsDifferencesArguments;
import dev.vmcsmith.dap.protocol.VmcsList;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All VMCSs of a stopped machine, current or not, and what changed in them since other instants. */
final class VmcsCatalog {
    private final Debuggee debuggee;

    VmcsCatalog(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    /** The VMCS in a region; null means the processor's current one, and the answer is empty when it has none. */
    Optional<CurrentVmcs> find(int cpu, Long address) {
        if (address == null) {
            return debuggee.vmcs(cpu);
        }
        for (int i = 0; i < debuggee.machine().cpus(); i++) {
            Optional<CurrentVmcs> current = debuggee.vmcs(i);
            if (current.isPresent() && current.get().address() == address) {
                return current;
            }
        }
        if (!debuggee.knownVmcss().contains(address)) {
            throw new RequestFailure(String.format("There is no VMCS at 0x%x: the hypervisor has never made it current.", address));
        }
        return Optional.of(debuggee.vmcsAt(cpu, address));
    }

    VmcsList list() {
        List<VmcsList.Entry> entries = new ArrayList<>();
        for (long address : debuggee.knownVmcss()) {
            find(0, address).ifPresent(vmcs -> entries.add(entry(vmcs)));
        }
        return new VmcsList(entries, debuggee.now());
    }

    private VmcsList.Entry entry(CurrentVmcs vmcs) {
        long address = vmcs.address();
        List<Integer> threads = new ArrayList<>();
        for (int i = 0; i < debuggee.machine().cpus(); i++) {
            if (debuggee.machine().currentVmcsPointer(i) == address) {
                threads.add(ExitRecords.threadId(i));
            }
        }
        int vpid = EptMaps.secondary(vmcs, ControlBit.ENABLE_VPID) ? (int) vmcs.view().value(VmcsField.VPID) : 0;
        Long eptp = EptMaps.secondary(vmcs, ControlBit.ENABLE_EPT) ? (Long) vmcs.view().value(VmcsField.EPT_POINTER) : null;
        return new VmcsList.Entry(address, name(address), vmcs.launched(), debuggee.machine().shadow(address), threads, vpid, eptp,
                debuggee.exitRecords().countWith(address));
    }

    /** The symbol at the region; null when there is none exactly there. */
    String name(long address) {
        return debuggee.image().symbols().nearest(address).filter(place -> place.offset() == 0).map(place -> place.symbol().name())
                .orElse(null);
    }

    /** The name of a VMCS for the user. */
    String title(long address) {
        String name = name(address);
        return "VMCS 0x" + Long.toHexString(address) + (name == null ? "" : " (" + name + ")");
    }

    VmcsContents contents(int cpu, Long address) {
        return find(cpu, address).map(vmcs -> debuggee.vmcsReader().contents(vmcs, debuggee.now()))
                .orElseGet(() -> VmcsReader.none(debuggee.now()));
    }

    /** A copy of the fields of a VMCS at an instant; a null view when there is no such VMCS then. */
    private record Photograph(Long address, Instant instant, long[] values, boolean[] known) {
        private static Photograph of(Optional<CurrentVmcs> vmcs, Instant instant) {
            long[] values = new long[VmcsField.count()];
            boolean[] known = new boolean[values.length];
            vmcs.ifPresent(there -> {
                VmcsView view = there.view();
                for (int i = 0; i < values.length; i++) {
                    known[i] = view.known(VmcsField.at(i));
                    values[i] = known[i] ? view.value(VmcsField.at(i)) : 0;
                }
            });
            return new Photograph(vmcs.map(CurrentVmcs::address).orElse(null), instant, values, known);
        }

        private VmcsView view() {
            return new VmcsView() {
                @Override
                public boolean known(VmcsField field) {
                    return known[field.ordinal()];
                }

                @Override
                public long value(VmcsField field) {
                    return values[field.ordinal()];
                }
            };
        }
    }

    VmcsDifferences differences(VmcsDifferencesArguments arguments) {
        int cpu = debuggee.cpuOf(arguments.threadId());
        Photograph after = photograph(cpu, arguments.vmcs(), arguments.toExit());
        Long address = arguments.vmcs() == null ? after.address : arguments.vmcs();
        Photograph before = photograph(cpu, address, arguments.fromExit());
        if (after.address == null || before.address == null) {
            String when = after.address == null ? "at the second instant" : "at the first instant";
            return new VmcsDifferences(address, before.instant, after.instant, "There was no such VMCS " + when + ".", List.of());
        }
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < VmcsField.count(); i++) {
            if (before.known[i] && after.known[i] && before.values[i] != after.values[i]) {
                VmcsField field = VmcsField.at(i);
                changes.add(new Change(field.area().hvName(), field.sdmName(), field.hvName(), field.encoding(), field.width().bits(),
                        before.values[i], after.values[i], debuggee.meaning().of(field, before.view()),
                        debuggee.meaning().of(field, after.view())));
            }
        }
        return new VmcsDifferences(address, before.instant, after.instant, null, changes);
    }

    private Photograph photograph(int cpu, Long address, Long exit) {
        return debuggee.atExit(exit, () -> Photograph.of(address == null || debuggee.knownVmcss().contains(address) ? find(cpu, address)
                : Optional.empty(), debuggee.now()));
    }
}
