// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.image.MachineConfig;
import dev.vmcsmith.lang.hv.CpuSetting;
import dev.vmcsmith.lang.hv.CpusSetting;
import dev.vmcsmith.lang.hv.HostSetting;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Machine;
import dev.vmcsmith.lang.hv.MachineSetting;
import dev.vmcsmith.lang.hv.MemorySetting;
import dev.vmcsmith.lang.hv.SerialSetting;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.scoping.Imports;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.eclipse.emf.ecore.EClass;

/** Reads the {@code machine} block. A setup without one has the default machine. */
public final class MachinePlanner {
    /** Serial ports that log text can go to. */
    public static final List<String> SERIAL_PORTS = List.of("com1", "com2", "com3", "com4");
    /** Modes in which the hypervisor itself can run. */
    public static final List<String> HOST_MODES = List.of("long-64", "protected-32");
    /** The 64-bit one of them. */
    public static final String LONG_HOST = HOST_MODES.getFirst();

    /** Processors that a machine has at most. */
    static final int LARGEST_CPUS = 8;
    private static final long SMALLEST = 4L << 20;
    private static final long LARGEST = 3L << 30;

    private final Planning planning;
    private final Set<EClass> seen = new HashSet<>();
    private String cpu = MachineConfig.DEFAULT.cpu();
    private int cpus = MachineConfig.DEFAULT.cpus();
    private long memory = MachineConfig.DEFAULT.memoryBytes();
    private String serial = MachineConfig.DEFAULT.serial();
    private String host = MachineConfig.DEFAULT.host();
    private CpuProfile profile;

    MachinePlanner(Planning planning) {
        this.planning = planning;
    }

    /** @param otherCpu name or file of a profile that replaces the one of the setup, null for none */
    MachinePlan plan(String otherCpu) {
        List<Machine> machines = machines();
        for (Machine extra : machines.subList(Math.min(1, machines.size()), machines.size())) {
            planning.error(IssueCodes.DUPLICATE, "a setup has one machine", extra, null);
        }
        for (Machine machine : machines) {
            machine.getSettings().forEach(this::read);
        }
        cpusOfRun();
        if (otherCpu != null) {
            profile = null;
            cpu = otherCpu;
            find(null);
        }
        if (profile == null) {
            profile = CpuProfiles.named(MachineConfig.DEFAULT.cpu());
        }
        return new MachinePlan(new MachineConfig(cpu, memory, cpus, serial, host), profile);
    }

    private List<Machine> machines() {
        return machines(planning.setups());
    }

    /** The machines of the setup's own file, the first; when it has none, the first machine that an imported file has. */
    private static List<Machine> machines(List<Setup> files) {
        List<Machine> all = files.stream().flatMap(file -> file.getElements().stream()).filter(Machine.class::isInstance)
                .map(Machine.class::cast).toList();
        List<Machine> own = all.stream().filter(machine -> machine.eContainer() == files.getFirst()).toList();
        return own.isEmpty() ? all.subList(0, Math.min(1, all.size())) : own;
    }

    /** Where a setup, or what it imports, names its CPU profile; null when it names none. */
    public static CpuSetting namedCpu(Setup setup) {
        return machines(Imports.all(setup)).stream().flatMap(machine -> machine.getSettings().stream()).filter(CpuSetting.class::isInstance)
                .map(CpuSetting.class::cast).filter(setting -> setting.getProfile() != null).findFirst().orElse(null);
    }

    private void read(MachineSetting setting) {
        if (!seen.add(setting.eClass())) {
            planning.error(IssueCodes.DUPLICATE, "this is set above already", setting, null);
        }
        switch (setting) {
            case CpuSetting chosen when chosen.getProfile() != null -> {
                cpu = chosen.getProfile();
                find(chosen);
            }
            case MemorySetting size -> memory(size);
            case SerialSetting port when port.getPort() != null -> serial = word(port.getPort(), SERIAL_PORTS, serial, "serial port", port);
            case CpusSetting count -> cpus(count);
            case HostSetting mode when mode.getMode() != null -> host = word(mode.getMode(), HOST_MODES, host, "host mode", mode);
            default -> {
            }
        }
    }

    private String word(String word, List<String> known, String otherwise, String kind, MachineSetting setting) {
        if (known.contains(word)) {
            return word;
        }
        planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown(kind, word, known) + " (known: " + String.join(", ", known) + ")",
                setting,
                setting instanceof HostSetting ? HvPackage.Literals.HOST_SETTING__MODE : HvPackage.Literals.SERIAL_SETTING__PORT);
        return otherwise;
    }

    private void memory(MemorySetting setting) {
        OptionalLong size = planning.constant(setting.getSize());
        if (size.isEmpty()) {
            return;
        }
        if (size.getAsLong() < SMALLEST || size.getAsLong() > LARGEST) {
            planning.error(IssueCodes.MEMORY_RANGE, "a machine has 4 MiB to 3 GiB of memory", setting,
                    HvPackage.Literals.MEMORY_SETTING__SIZE);
        } else {
            memory = size.getAsLong();
        }
    }

    private void cpus(CpusSetting setting) {
        OptionalLong count = planning.constant(setting.getCount());
        if (count.isPresent() && (count.getAsLong() < 1 || count.getAsLong() > LARGEST_CPUS)) {
            planning.error(IssueCodes.BAD_VALUE, "a machine has 1 to " + LARGEST_CPUS + " processors", setting,
                    HvPackage.Literals.CPUS_SETTING__COUNT);
        } else if (count.isPresent()) {
            cpus = (int) count.getAsLong();
        }
    }

    /** A machine has the processors that the setup runs something on, and more only when it says so. */
    private void cpusOfRun() {
        int needed = 1 + planning.processors().values().stream().mapToInt(number -> number).max().orElse(0);
        if (needed > cpus && seen.contains(HvPackage.Literals.CPUS_SETTING)) {
            planning.error(IssueCodes.BAD_VALUE, "this machine has " + cpus + (cpus == 1 ? " processor" : " processors")
                    + "; run needs cpus "
                    + needed, planning.run(), HvPackage.Literals.RUN__VCPUS);
        }
        cpus = Math.max(cpus, needed);
    }

    /** Looks the profile up by name, then as a file beside the setup. */
    private void find(CpuSetting setting) {
        profile = CpuProfiles.named(cpu);
        if (profile != null) {
            return;
        }
        String problem;
        if (cpu.contains("/") || cpu.contains(".")) {
            try {
                Path file = (setting == null ? planning.directory() : planning.directory(setting)).resolve(cpu);
                profile = CpuProfiles.load(file);
                cpu = file.toString();
                return;
            } catch (IOException e) {
                problem = e.getMessage();
            }
        } else {
            problem = Suggestions.unknown("CPU profile", cpu, CpuProfiles.names()) + " (known: " + String.join(", ", CpuProfiles.names())
                    + ")";
        }
        cpu = MachineConfig.DEFAULT.cpu();
        List<Machine> machines = machines();
        planning.error(IssueCodes.UNKNOWN_NAME, problem, setting != null ? setting : machines.isEmpty() ? planning.setup()
                : machines.getFirst(),
                setting != null ? HvPackage.Literals.CPU_SETTING__PROFILE : null);
    }
}
