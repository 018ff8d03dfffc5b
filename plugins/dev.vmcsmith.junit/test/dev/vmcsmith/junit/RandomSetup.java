// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * A random setup and the VM exits that its controls and bitmaps predict for its guest, instruction by instruction (SDM "Instructions That
 * Cause VM Exits").
 */
final class RandomSetup {
    private static final List<String> PRIMARY = List.of("hlt-exiting", "invlpg-exiting", "rdtsc-exiting", "cr3-load-exiting",
            "cr3-store-exiting", "mov-dr-exiting", "pause-exiting");
    private static final List<String> SECONDARY = List.of("wbinvd-exiting", "descriptor-table-exiting", "enable-rdtscp");
    private static final List<String> HANDLED = List.of("cpuid", "hlt", "invd", "invlpg", "rdtsc", "rdtscp", "cr-access", "dr-access",
            "io-instruction", "rdmsr", "wrmsr", "pause", "wbinvd", "gdtr-idtr-access");
    /** @param fixed bits that keep their value, because the guest would run otherwise than its code says (16-bit code, single steps) */
    private record Field(String name, int fixed) {
    }

    /** Fields of which some values break VM entry and some do not. */
    private static final List<Field> FIELDS = List.of(new Field("rflags", 0x100), new Field("dr7", 0x2000), new Field("cs.access-rights", 0x4000),
            new Field("ss.access-rights", 0), new Field("tr.access-rights", 0), new Field("ldtr.access-rights", 0), new Field("gs.limit", 0),
            new Field("interruptibility-state", 0), new Field("activity-state", 0), new Field("sysenter-esp", 0), new Field("gdtr.limit", 0));

    private final Random random;
    private final Set<String> controls = new TreeSet<>();
    private final Set<Integer> ports = new TreeSet<>();
    private final Set<String> msrs = new TreeSet<>();
    private final boolean ioBitmap;
    private final boolean msrBitmap;
    private final StringBuilder code = new StringBuilder();
    private final List<String> exits = new ArrayList<>();
    private final String host;
    private final StringJoiner fields = new StringJoiner("\n        ");

    RandomSetup(long seed) {
        random = new Random(seed);
        host = random.nextBoolean() ? "long-64" : "protected-32";
        PRIMARY.stream().filter(control -> random.nextInt(3) == 0).forEach(controls::add);
        SECONDARY.stream().filter(control -> random.nextInt(3) == 0).forEach(controls::add);
        ioBitmap = random.nextBoolean();
        msrBitmap = random.nextBoolean();
        for (int i = 0; i < 3; i++) {
            ports.add(0x80 + random.nextInt(8));
            msrs.add((random.nextBoolean() ? "read " : "write ") + "IA32_SYSENTER_" + List.of("CS", "ESP", "EIP").get(random.nextInt(3)));
        }
        for (int i = random.nextInt(25); i >= 0; i--) {
            instruction(random.nextInt(16));
        }
        exits.add("vmcall");
        if (random.nextInt(3) == 0) {
            Field field = FIELDS.get(random.nextInt(FIELDS.size()));
            int value = value() & ~field.fixed | (field.name.equals("cs.access-rights") ? field.fixed : 0);
            fields.add("%s = 0x%X".formatted(field.name, value));
            if (field.name.equals("activity-state") && value != 0) {
                exits.clear();                   // the guest waits, or is shut down
            }
        }
    }

    /** Values that are often right and often wrong in one bit. */
    private int value() {
        List<Integer> bases = List.of(0, 2, 0x400, 0xC09B, 0xC093, 0x8B, 0x10000, 0xFFFF, 1, 3);
        int base = bases.get(random.nextInt(bases.size()));
        return random.nextInt(3) == 0 ? base : base ^ 1 << random.nextInt(17);
    }

    private void instruction(int kind) {
        switch (kind) {
            case 0 -> add("mov eax, " + random.nextInt(3) + "\n cpuid", "cpuid", true);
            case 1 -> add("invd", "invd", true);
            case 2 -> add("wbinvd", "wbinvd", controls.contains("wbinvd-exiting"));
            case 3 -> add("rdtsc", "rdtsc", controls.contains("rdtsc-exiting"));
            case 4 -> add("mov ecx, cr3", "cr-access", controls.contains("cr3-store-exiting"));
            case 5 -> add("mov eax, 0x5000\n mov cr3, eax", "cr-access", controls.contains("cr3-load-exiting"));
            case 6 -> add("mov dr0, ecx", "dr-access", controls.contains("mov-dr-exiting"));
            case 7 -> add("mov ebx, dr1", "dr-access", controls.contains("mov-dr-exiting"));
            case 8 -> add("pause", "pause", controls.contains("pause-exiting"));
            case 9 -> add("invlpg [ebx]", "invlpg", controls.contains("invlpg-exiting"));
            case 10 -> add("sgdt [0x8000]", "gdtr-idtr-access", controls.contains("descriptor-table-exiting"));
            case 11, 12 -> {
                int port = 0x80 + random.nextInt(8);
                add(kind == 11 ? "out 0x%X, al".formatted(port) : "in al, 0x%X".formatted(port), "io-instruction",
                        ioBitmap && ports.contains(port));
            }
            case 13 -> {
                String msr = "IA32_SYSENTER_" + List.of("CS", "ESP", "EIP").get(random.nextInt(3));
                add("mov ecx, " + msr + "\n rdmsr", "rdmsr", !msrBitmap || msrs.contains("read " + msr));
            }
            case 14 -> {
                String msr = "IA32_SYSENTER_" + List.of("CS", "ESP", "EIP").get(random.nextInt(3));
                add("mov ecx, " + msr + "\n xor edx, edx\n mov eax, 8\n wrmsr", "wrmsr", !msrBitmap || msrs.contains("write " + msr));
            }
            default -> {
                if (controls.contains("hlt-exiting")) {
                    add("hlt", "hlt", true);
                } else {
                    add("nop", "", false);
                }
            }
        }
    }

    private void add(String instruction, String exit, boolean happens) {
        code.append(' ').append(instruction).append('\n');
        if (happens) {
            exits.add(exit);
        }
    }

    List<String> exits() {
        return exits;
    }

    String text() {
        StringBuilder out = new StringBuilder("machine { host " + host + " }\nguest code Main at 0x1_0000 bits 32 {\n" + code + " vmcall\n}\n");
        out.append("ept All { map 0 .. 4 MiB -> identity rwx }\nvmcs Guest {\n    primary { " + String.join(", ", controls.stream().filter(
                PRIMARY::contains).toList()) + " }\n    secondary { unrestricted-guest");
        controls.stream().filter(SECONDARY::contains).forEach(control -> out.append(", ").append(control));
        out.append(" }\n    ept All\n");
        if (ioBitmap) {
            out.append("    io-bitmap { " + String.join(", ", ports.stream().map(Object::toString).toList()) + " }\n");
        }
        if (msrBitmap) {
            out.append("    msr-bitmap { " + String.join(" ", msrs) + " }\n");
        }
        out.append("    guest protected-32 {\n        rip = Main\n        rsp = 0x9_0000\n        " + fields + "\n    }\n}\n");
        HANDLED.forEach(reason -> out.append("on Guest exit ").append(reason).append(" { emulate }\n"));
        out.append("on Guest exit vmcall { stop }\non Guest exit other { panic \"{exit-reason}\" }\nrun Guest { "
                + (exits.isEmpty() ? "expect count vmcall == 0" : "expect exits " + String.join(", ", exits)) + " }\n");
        return out.toString();
    }
}
