// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a launch says. A null component means: what the image or, failing that, the machine has by default.
 *
 * @param program path of the setup ({@code .hv}) or ELF image; required
 * @param cpu name of a CPU profile, or path of a profile file
 * @param memory size as {@code 64}, {@code 64 MiB}, {@code 2 GiB}; a bare number is MiB
 * @param cpus number of virtual processors
 * @param maxInstructions instructions after which a run counts as runaway
 * @param commandLine the multiboot command line
 * @param stopAt where to suspend; null is {@link StopAt#EVERY_EXIT}
 * @param noCheck run in spite of errors that the setup's checks find
 * @param noDebug run without breakpoints and stops (the standard attribute)
 * @param modules files to load as multiboot modules, each as {@code PATH} or {@code PATH=COMMAND-LINE}; never null
 * @param noExpectations let the image's own end decide, whatever exits, fields and texts the setup expects
 * @param flat physical address to which the program, a binary without a header, is loaded and at which it is entered
 * @param mode with {@code flat}: {@code real}, {@code protected} or {@code long}; null is protected
 * @param serialInput path of a file whose bytes arrive at COM1
 * @param reboot after a reset or a triple fault load the program again and go on; otherwise the run ends there
 */
public record LaunchArguments(
        String program, String cpu, String memory, Integer cpus, Long maxInstructions, String commandLine, StopAt stopAt, boolean noCheck,
        boolean noDebug, List<String> modules, boolean noExpectations, String flat, String mode, String serialInput, boolean reboot) {

    public LaunchArguments {
        modules = modules == null ? List.of() : List.copyOf(modules);
    }

    /** A launch of a setup or a multiboot image without serial input. */
    public LaunchArguments(String program, String cpu, String memory, Integer cpus, Long maxInstructions, String commandLine, StopAt stopAt,
            boolean noCheck, boolean noDebug, List<String> modules, boolean noExpectations) {
        this(program, cpu, memory, cpus, maxInstructions, commandLine, stopAt, noCheck, noDebug, modules, noExpectations, null, null, null,
                false);
    }

    /** A launch of the program with everything else by default. */
    public static LaunchArguments of(String program) {
        return new LaunchArguments(program, null, null, null, null, null, null, false, false, List.of(), false);
    }

    public LaunchArguments withStopAt(StopAt value) {
        return new LaunchArguments(program, cpu, memory, cpus, maxInstructions, commandLine, value, noCheck, noDebug, modules,
                noExpectations, flat, mode, serialInput, reboot);
    }

    public LaunchArguments withNoDebug(boolean value) {
        return new LaunchArguments(program, cpu, memory, cpus, maxInstructions, commandLine, stopAt, noCheck, value, modules,
                noExpectations, flat, mode, serialInput, reboot);
    }

    /** The arguments of the standard {@code launch} request. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("program", program);
        putIfPresent(map, "cpu", cpu);
        putIfPresent(map, "memory", memory);
        putIfPresent(map, "cpus", cpus);
        putIfPresent(map, "maxInstructions", maxInstructions);
        putIfPresent(map, "commandLine", commandLine);
        putIfPresent(map, "stopAt", stopAt == null ? null : stopAt.id());
        map.put("noCheck", noCheck);
        map.put("noDebug", noDebug);
        map.put("modules", modules);
        map.put("noExpectations", noExpectations);
        putIfPresent(map, "flat", flat);
        putIfPresent(map, "mode", mode);
        putIfPresent(map, "serialInput", serialInput);
        map.put("reboot", reboot);
        return map;
    }

    /**
     * Reads the arguments of the standard {@code launch} request; attributes of other names are ignored.
     *
     * @throws IllegalArgumentException with a message for the user when an attribute is missing or has the wrong type
     */
    public static LaunchArguments of(Map<String, Object> map) {
        String program = text(map, "program");
        if (program == null || program.isBlank()) {
            throw new IllegalArgumentException("No program: set \"program\" to the path of a .hv setup or an ELF image");
        }
        Long cpus = number(map, "cpus");
        String stopAt = text(map, "stopAt");
        return new LaunchArguments(program, text(map, "cpu"), text(map, "memory"), cpus == null ? null : Math.toIntExact(cpus),
                number(map, "maxInstructions"), text(map, "commandLine"), stopAt == null ? null : StopAt.of(stopAt), flag(map, "noCheck"),
                flag(map, "noDebug"), texts(map, "modules"), flag(map, "noExpectations"), text(map, "flat"),
                text(map, "mode"), text(map, "serialInput"), flag(map, "reboot"));
    }

    private static void putIfPresent(Map<String, Object> map, String name, Object value) {
        if (value != null) {
            map.put(name, value);
        }
    }

    private static String text(Map<String, Object> map, String name) {
        return switch (map.get(name)) {
            case null -> null;
            case String text -> text.isBlank() ? null : text;
            case Number number -> Long.toString(number.longValue());
            default -> throw new IllegalArgumentException("\"" + name + "\" must be a string");
        };
    }

    private static List<String> texts(Map<String, Object> map, String name) {
        List<String> texts = new ArrayList<>();
        switch (map.get(name)) {
            case null -> {
            }
            case String one -> texts.add(one);
            case List<?> several when several.stream().allMatch(String.class::isInstance) ->
                several.forEach(one -> texts.add((String) one));
            default -> throw new IllegalArgumentException("\"" + name + "\" must be a list of strings");
        }
        return texts.stream().filter(text -> !text.isBlank()).toList();
    }

    private static Long number(Map<String, Object> map, String name) {
        try {
            return switch (map.get(name)) {
                case null -> null;
                case Number number -> number.longValue();
                case String text -> text.isBlank() ? null : (Long) HexLong.parse(text);
                default -> throw new IllegalArgumentException("\"" + name + "\" must be a number");
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + name + "\" must be a number", e);
        }
    }

    private static boolean flag(Map<String, Object> map, String name) {
        return switch (map.get(name)) {
            case null -> false;
            case Boolean value -> value;
            case String text -> Boolean.parseBoolean(text);
            default -> throw new IllegalArgumentException("\"" + name + "\" must be true or false");
        };
    }
}
