// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.Seg;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which registers there are, in the groups in which a client shows them, and the other names that users give them. */
final class RegisterNames {

    /** A group that is one scope of a stack frame. */
    enum Group { GENERAL, SEGMENTS, CONTROL, SYSTEM }

    /** A part of a register: {@code eax} is the low 32 bits of {@code rax}. */
    record Part(String register, int shift, int bits) {
    }

    private static final List<String> PARTS_OF_SEGMENT = List.of("selector", "base", "limit", "access-rights");
    private static final List<String> PARTS_OF_TABLE = List.of("base", "limit");
    private static final Map<String, Part> PARTS = parts();

    private RegisterNames() {
    }

    /** The registers of a group, as names of {@link RegisterFile}; segment and table registers without their parts. */
    static List<String> of(Group group, int codeBits) {
        return switch (group) {
            case GENERAL -> general(codeBits == 64 ? Gpr.COUNT : Gpr.COUNT / 2);
            case SEGMENTS -> List.of("cs", "ds", "es", "fs", "gs", "ss", "ldtr", "tr", "gdtr", "idtr");
            case CONTROL -> List.of("cr0", "cr2", "cr3", "cr4", "cr8", "xcr0", "dr0", "dr1", "dr2", "dr3", "dr6", "dr7");
            case SYSTEM -> List.of("ia32-efer", "sysenter-cs", "sysenter-esp", "sysenter-eip", "ia32-star", "ia32-lstar", "ia32-cstar",
                    "ia32-fmask", "ia32-kernel-gs-base", "ia32-pat", "ia32-debugctl", "ia32-apic-base", "ia32-feature-control",
                    "ia32-misc-enable", "ia32-tsc-aux");
        };
    }

    private static List<String> general(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(Gpr.name(i, 64));
        }
        names.add("rip");
        names.add("rflags");
        return names;
    }

    /** The parts of a segment or table register, such as {@code selector}; empty for every other register. */
    static List<String> partsOf(String register) {
        return switch (register) {
            case "cs", "ds", "es", "fs", "gs", "ss", "ldtr", "tr" -> PARTS_OF_SEGMENT;
            case "gdtr", "idtr" -> PARTS_OF_TABLE;
            default -> List.of();
        };
    }

    /** What a user's name for a register means: every width of the general registers, {@code eip}, {@code eflags}, {@code efer}. */
    static Part find(String name) {
        return PARTS.get(name);
    }

    private static Map<String, Part> parts() {
        Map<String, Part> map = new HashMap<>();
        for (int i = 0; i < Gpr.COUNT; i++) {
            String full = Gpr.name(i, 64);
            for (int width = 8; width <= 64; width *= 2) {
                map.put(Gpr.name(i, width), new Part(full, 0, width));
            }
        }
        for (int high = Gpr.AH; high <= Gpr.BH; high++) {
            map.put(Gpr.name(high, 8), new Part(Gpr.name(high - Gpr.AH, 64), 8, 8));
        }
        for (Group group : Group.values()) {
            for (String register : of(group, 64)) {
                for (String part : partsOf(register)) {
                    whole(map, register + "." + part, register + "." + part);
                }
                whole(map, register, partsOf(register).isEmpty() ? register : register + "." + partsOf(register).getFirst());
                if (register.startsWith("ia32-")) {
                    whole(map, register.substring("ia32-".length()), register);
                }
            }
        }
        map.put("eip", new Part("rip", 0, 32));
        map.put("ip", new Part("rip", 0, 16));
        map.put("eflags", new Part("rflags", 0, 32));
        for (int segment = 0; segment < Seg.COUNT; segment++) {
            whole(map, Seg.name(segment) + "base", Seg.name(segment) + ".base");
        }
        return map;
    }

    private static void whole(Map<String, Part> map, String name, String register) {
        map.putIfAbsent(name, new Part(register, 0, 64));
    }
}
