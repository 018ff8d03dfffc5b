// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The machine an image wants to run on: the {@code machine} block of a setup.
 *
 * @param cpu         name of a CPU profile or path of a profile file
 * @param memoryBytes size of physical memory
 * @param cpus        number of logical processors
 * @param serial      the port that log text goes to, {@code com1} to {@code com4} or {@code none}
 * @param host        mode of the hypervisor itself: {@code long-64} or {@code protected-32}
 */
public record MachineConfig(String cpu, long memoryBytes, int cpus, String serial, String host) {
    /** What a setup gets that says nothing. */
    public static final MachineConfig DEFAULT = new MachineConfig("skylake", 64L << 20, 1, "com1", "long-64");
    /** What somebody else's image gets, which cannot say anything: the processor with the most complete VMX of its time. */
    public static final MachineConfig FOREIGN = new MachineConfig("bochs-skylake-x", 64L << 20, 1, "com1", "long-64");

    /** Text of the note: one {@code key=value} per line. */
    public String encode() {
        return "cpu=" + NoteText.quote(cpu) + "\nmemory=" + memoryBytes + "\ncpus=" + cpus + "\nserial=" + NoteText.quote(serial)
                + "\nhost=" + NoteText.quote(host) + "\n";
    }

    /** Reads what {@link #encode()} wrote. Keys that are missing have their default; keys of later versions are skipped. */
    public static MachineConfig decode(String text) throws ImageFormatException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals <= 0) {
                throw NoteText.damaged("machine", line);
            }
            values.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return new MachineConfig(string(values, "cpu", DEFAULT.cpu), number(values, "memory", DEFAULT.memoryBytes),
                (int) number(values, "cpus", DEFAULT.cpus), string(values, "serial", DEFAULT.serial), string(values, "host", DEFAULT.host));
    }

    private static String string(Map<String, String> values, String key, String otherwise) throws ImageFormatException {
        String value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        NoteText.Words words = new NoteText.Words("machine", value);
        return words.string();
    }

    private static long number(Map<String, String> values, String key, long otherwise) throws ImageFormatException {
        String value = values.get(key);
        return value == null ? otherwise : NoteText.number("machine", value, key.equals("cpus") ? 4096 : Long.MAX_VALUE);
    }
}
