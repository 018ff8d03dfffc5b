// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.launch;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.LaunchAttributes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.Status;
import org.eclipse.debug.core.ILaunchConfiguration;

/** Reads and validates the attributes of a launch configuration. */
public final class LaunchOptions {

    private static final Pattern CPUS = Pattern.compile("[1-9]|[1-5]\\d|6[0-4]");
    private static final Pattern MEMORY = Pattern.compile("(\\d+)\\s*(|kib|mib|gib)");

    private LaunchOptions() {
    }

    /**
     * The request for the machine.
     *
     * @param noDebug whether to run without stops
     * @throws CoreException with a message that says what to do when an attribute is wrong
     */
    public static LaunchArguments read(ILaunchConfiguration configuration, boolean noDebug) throws CoreException {
        Path program = Program.of(configuration).path();
        String cpu = text(configuration, LaunchAttributes.CPU);
        return new LaunchArguments(program.toString(), cpu == null ? DefaultCpus.of(program) : cpu,
                memory(configuration), cpus(configuration), maxInstructions(configuration),
                text(configuration, LaunchAttributes.COMMAND_LINE), stopAt(configuration),
                configuration.getAttribute(LaunchAttributes.NO_CHECK, false), noDebug, modules(configuration),
                configuration.getAttribute(LaunchAttributes.NO_EXPECTATIONS, false));
    }

    /** Workspace paths become paths of the file system; what is behind the first space stays. */
    private static List<String> modules(ILaunchConfiguration configuration) throws CoreException {
        List<String> modules = new ArrayList<>();
        for (String line : configuration.getAttribute(LaunchAttributes.MODULES, List.of())) {
            String[] parts = line.strip().split("\\s+", 2);
            String path = Program.of(parts[0]).path().toString();
            modules.add(parts.length == 1 ? path : path + "=" + parts[1]);
        }
        return modules;
    }

    private static Integer cpus(ILaunchConfiguration configuration) throws CoreException {
        String text = text(configuration, LaunchAttributes.CPUS);
        if (text == null) {
            return null;
        }
        if (!CPUS.matcher(text).matches()) {
            throw new CoreException(Status.error("Virtual processors is \"" + text + "\": write a number from 1 to 64."));
        }
        return Integer.valueOf(text);
    }

    private static String text(ILaunchConfiguration configuration, String attribute) throws CoreException {
        String text = configuration.getAttribute(attribute, "").strip();
        return text.isEmpty() ? null : text;
    }

    private static String memory(ILaunchConfiguration configuration) throws CoreException {
        String text = text(configuration, LaunchAttributes.MEMORY);
        if (text != null) {
            var matcher = MEMORY.matcher(text.toLowerCase(Locale.ROOT));
            if (!matcher.matches() || matcher.group(1).chars().allMatch(digit -> digit == '0')) {
                throw new CoreException(Status.error("Memory is \"" + text + "\": write a size such as 64 MiB."));
            }
        }
        return text;
    }

    private static Long maxInstructions(ILaunchConfiguration configuration) throws CoreException {
        String text = text(configuration, LaunchAttributes.MAX_INSTRUCTIONS);
        if (text == null) {
            return null;
        }
        try {
            long count = HexLong.parse(text);
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new CoreException(Status.error("Maximum instructions is \"" + text + "\": write a number such as 100_000_000."));
    }

    private static StopAt stopAt(ILaunchConfiguration configuration) throws CoreException {
        try {
            return StopAt.of(configuration.getAttribute(LaunchAttributes.STOP_AT, StopAt.EVERY_EXIT.id()));
        } catch (IllegalArgumentException e) {
            throw new CoreException(Status.error(e.getMessage()));
        }
    }
}
