// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * A random guest with its VMCS and EPT, and the VM exits that controls, bitmaps and rights predict for it, instruction by instruction (SDM
 * "Instructions That Cause VM Exits", "EPT Violations").
 */
final class RandomGuest {
    private static final List<String> PRIMARY = List.of("hlt-exiting", "invlpg-exiting", "rdtsc-exiting", "cr3-load-exiting",
            "cr3-store-exiting", "mov-dr-exiting", "pause-exiting");
    private static final List<String> SECONDARY = List.of("wbinvd-exiting", "descriptor-table-exiting", "enable-rdtscp");
    private static final List<String> EMULATED = List.of("cpuid", "hlt", "invd", "invlpg", "rdtsc", "rdtscp", "cr-access", "dr-access",
            "io-instruction", "rdmsr", "wrmsr", "pause", "wbinvd", "gdtr-idtr-access");
    private static final List<String> RIGHTS = List.of("none", "r--", "rw-", "r-x", "rwx", "--x");
    private static final int PAGES = 4;
    /** Events for the first VM entry; each increments a counter of its own in the guest. */
    private static final List<String> EVENTS = List.of("nmi", "interrupt(0x40)", "#GP error-code 8");

    /** @param fixed bits that keep their value, because the guest would run otherwise than its code says (16-bit code, single steps) */
    private record Field(String name, int fixed) {
    }

    /** Fields of which some values break VM entry and some do not. */
    private static final List<Field> FIELDS = List.of(new Field("rflags", 0x300), new Field("dr7", 0x2000), new Field("cs.access-rights",
            0x4000),
            new Field("ss.access-rights", 0), new Field("tr.access-rights", 0), new Field("ldtr.access-rights", 0), new Field("gs.limit",
                    0),
            new Field("interruptibility-state", 0), new Field("activity-state", 0), new Field("sysenter-esp", 0), new Field("gdtr.limit",
                    0));

    private final String name;
    /** First address of the guest's memory, 1 MiB of it. */
    private final int base;
    private final Random random;
    private final Set<String> controls = new TreeSet<>();
    private final Set<Integer> ports = new TreeSet<>();
    private final Set<String> msrs = new TreeSet<>();
    private final Set<String> exceptions = new TreeSet<>();
    private final List<String> rights = new ArrayList<>();
    private final Set<Integer> cr3Targets = new TreeSet<>();
    private final boolean ioBitmap;
    private final boolean msrBitmap;
    private final StringBuilder code = new StringBuilder();
    private final List<String> exits = new ArrayList<>();
    private final StringJoiner fields = new StringJoiner("\n        ");
    private final String event;

    /** @param mayBreak whether a field may have a value that VM entry does not take */
    RandomGuest(String name, int base, Random random, boolean mayBreak) {
        this.name = name;
        this.base = base;
        this.random = random;
        PRIMARY.stream().filter(control -> random.nextInt(3) == 0).forEach(controls::add);
        SECONDARY.stream().filter(control -> random.nextInt(3) == 0).forEach(controls::add);
        List.of("#UD", "#BP").stream().filter(exception -> random.nextInt(2) == 0).forEach(exceptions::add);
        ioBitmap = random.nextBoolean();
        msrBitmap = random.nextBoolean();
        for (int i = 0; i < 3; i++) {
            ports.add(0x80 + random.nextInt(8));
            msrs.add((random.nextBoolean() ? "read " : "write ") + sysenter());
        }
        for (int i = 0; i < PAGES; i++) {
            rights.add(RIGHTS.get(random.nextInt(RIGHTS.size())));
            if (random.nextInt(4) == 0) {
                cr3Targets.add(0x5000 + i * 0x1000);
            }
        }
        boolean broken = mayBreak && random.nextInt(3) == 0;
        event = broken || random.nextInt(3) > 0 ? null : EVENTS.get(random.nextInt(EVENTS.size()));
        for (int i = random.nextInt(25); i >= 0; i--) {
            instruction(random.nextInt(21));
        }
        exits.add("vmcall");
        if (broken) {
            breakField();
        }
    }

    private void breakField() {
        Field field = FIELDS.get(random.nextInt(FIELDS.size()));
        int value = value() & ~field.fixed | (field.name.equals("cs.access-rights") ? field.fixed : 0);
        fields.add("%s = 0x%X".formatted(field.name, value));
        if (field.name.equals("activity-state") && value != 0) {
            exits.clear();                   // the guest waits, or is shut down
        }
    }

    /** Values that are often right and often wrong in one bit. */
    private int value() {
        List<Integer> bases = List.of(0, 2, 0x400, 0xC09B, 0xC093, 0x8B, 0x10000, 0xFFFF, 1, 3);
        int start = bases.get(random.nextInt(bases.size()));
        return random.nextInt(3) == 0 ? start : start ^ 1 << random.nextInt(17);
    }

    private String sysenter() {
        return "IA32_SYSENTER_" + List.of("CS", "ESP", "EIP").get(random.nextInt(3));
    }

    private void instruction(int kind) {
        switch (kind) {
            case 0 -> add("mov eax, " + random.nextInt(3) + "\n cpuid", "cpuid", true);
            case 1 -> add("invd", "invd", true);
            case 2 -> add("wbinvd", "wbinvd", controls.contains("wbinvd-exiting"));
            case 3 -> add("rdtsc", "rdtsc", controls.contains("rdtsc-exiting"));
            case 4 -> add("mov ecx, cr3", "cr-access", controls.contains("cr3-store-exiting"));
            case 5, 6 -> {
                int target = 0x5000 + random.nextInt(PAGES) * 0x1000;
                add("mov eax, 0x%X\n mov cr3, eax".formatted(target), "cr-access",
                        controls.contains("cr3-load-exiting") && !cr3Targets.contains(target));
            }
            case 7 -> add("mov dr0, ecx", "dr-access", controls.contains("mov-dr-exiting"));
            case 8 -> add("mov ebx, dr1", "dr-access", controls.contains("mov-dr-exiting"));
            case 9 -> add("pause", "pause", controls.contains("pause-exiting"));
            case 10 -> add("invlpg [ebx]", "invlpg", controls.contains("invlpg-exiting"));
            case 11 -> add("sgdt [0x%X]".formatted(base + 0x8000), "gdtr-idtr-access", controls.contains("descriptor-table-exiting"));
            case 12, 13 -> {
                int port = 0x80 + random.nextInt(8);
                add(kind == 12 ? "out 0x%X, al".formatted(port) : "in al, 0x%X".formatted(port), "io-instruction",
                        ioBitmap && ports.contains(port));
            }
            case 14 -> {
                String msr = sysenter();
                add("mov ecx, " + msr + "\n rdmsr", "rdmsr", !msrBitmap || msrs.contains("read " + msr));
            }
            case 15 -> {
                String msr = sysenter();
                add("mov ecx, " + msr + "\n xor edx, edx\n mov eax, 8\n wrmsr", "wrmsr", !msrBitmap || msrs.contains("write " + msr));
            }
            case 16, 17, 18 -> page(random.nextInt(PAGES), kind == 16);
            case 19 -> exception();
            default -> add(controls.contains("hlt-exiting") ? "hlt" : "nop", "hlt", controls.contains("hlt-exiting"));
        }
    }

    /** An access of 5 bytes of code to a page with rights of its own. */
    private void page(int page, boolean write) {
        String address = "[0x%X]".formatted(base + 0x2_0000 + page * 0x1000);
        add(write ? "mov " + address + ", eax" : "mov eax, " + address, "ept-violation", rights.get(page).indexOf(write ? 'w' : 'r') < 0
                || rights.get(page).equals("none"));
    }

    private void exception() {
        if (exceptions.contains("#UD") && random.nextBoolean()) {
            add("ud2", "exception-nmi", true);
        } else if (exceptions.contains("#BP")) {
            add("int3\n nop", "exception-nmi", true); // as long as UD2
        }
    }

    private void add(String instruction, String exit, boolean happens) {
        code.append(' ').append(instruction).append('\n');
        if (happens) {
            exits.add(exit);
        }
    }

    String name() {
        return name;
    }

    List<String> exits() {
        return exits;
    }

    String text() {
        StringBuilder out = new StringBuilder("guest code %s_Main at 0x%X bits 32 {\n%s vmcall\n}\n".formatted(name, base + 0x1_0000,
                code));
        out.append("""
                guest code NAME_Count at COUNT bits 32 { inc dword [DATA]
                    iretd
                }
                guest code NAME_CountFault at COUNT + 0x100 bits 32 { add esp, 4
                    inc dword [DATA]
                    iretd
                }
                guest data NAME_Gdt at GDT { qwords 0  segment 0, 0xFFFFFFFF, 0xC09B  segment 0, 0xFFFFFFFF, 0xC093 }
                guest data NAME_Idt at GDT + 0x1000 {
                    qwords 0, 0
                    gate 8, NAME_Count, 0x8E
                    zeros 10 * 8
                    gate 8, NAME_CountFault, 0x8E
                    zeros 50 * 8
                    gate 8, NAME_Count, 0x8E
                }
                """.replace("COUNT", "0x%X".formatted(base + 0x3_0000)).replace("GDT", "0x%X".formatted(base + 0x4_0000))
                .replace("DATA", "0x%X".formatted(base + 0x7000)).replace("NAME", name));
        out.append("ept %s_Memory {\n    map 0x%X size 1 MiB -> identity rwx\n".formatted(name, base));
        for (int i = 0; i < PAGES; i++) {
            out.append("    map 0x%X size 4 KiB -> %s\n".formatted(base + 0x2_0000 + i * 0x1000, rights.get(i).equals("none") ? "none"
                    : "identity " + rights.get(i)));
        }
        out.append("}\nvmcs " + name + " {\n    primary { " + String.join(", ", controls.stream().filter(PRIMARY::contains).toList())
                + " }\n    secondary { unrestricted-guest");
        controls.stream().filter(SECONDARY::contains).forEach(control -> out.append(", ").append(control));
        out.append(" }\n    exceptions { " + String.join(", ", exceptions) + " }\n    ept " + name + "_Memory\n");
        out.append("    cr3-targets { " + String.join(", ", cr3Targets.stream().map(Object::toString).toList()) + " }\n");
        if (ioBitmap) {
            out.append("    io-bitmap { " + String.join(", ", ports.stream().map(Object::toString).toList()) + " }\n");
        }
        if (msrBitmap) {
            out.append("    msr-bitmap { " + String.join(" ", msrs) + " }\n");
        }
        if (event != null) {
            out.append("    inject " + event + "\n");
            fields.add("gdtr.base = %s_Gdt gdtr.limit = 23 idtr.base = %s_Idt idtr.limit = 0x7FF".formatted(name, name));
            fields.add("rflags = 0x202");
        }
        out.append("    guest protected-32 {\n        rip = %s_Main\n        rsp = 0x%X\n        %s\n    }\n}\n".formatted(name, base
                + 0x9_0000,
                fields));
        EMULATED.forEach(reason -> out.append("on %s exit %s { emulate }\n".formatted(name, reason)));
        out.append("on %s exit ept-violation { rip = rip + 5 }\non %s exit exception-nmi { rip = rip + 2 }\n".formatted(name, name));
        return out.append("on %s exit vmcall { stop }\non %s exit other { panic \"{exit-reason}\" }\n".formatted(name, name)).toString();
    }

    /** What the run is to show of this guest. */
    String expectations() {
        return exits.isEmpty() ? "    expect %s count vmcall == 0\n".formatted(name)
                : "    expect %s exits %s\n    expect memory dword[0x%X] == %d\n".formatted(name, String.join(", ", exits), base + 0x7000,
                        event == null ? 0 : 1);
    }
}
