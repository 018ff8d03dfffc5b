// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import dev.vmcsmith.x86.Vector;
import java.util.ArrayList;
import java.util.List;

/** Decodes exit qualifications (SDM "Exit Qualification" and the tables of section "Basic VM-Exit Information"). */
public final class ExitQualification {
    private static final String[] GPR = {"RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13",
        "R14", "R15"};

    private ExitQualification() {
    }

    // Control-register accesses

    public static int crNumber(long qualification) {
        return (int) qualification & 0xF;
    }

    /** 0 MOV to CR, 1 MOV from CR, 2 CLTS, 3 LMSW. */
    public static int crAccessType(long qualification) {
        return (int) (qualification >>> 4) & 3;
    }

    public static int crRegister(long qualification) {
        return (int) (qualification >>> 8) & 0xF;
    }

    /** The source of LMSW. */
    public static int lmswSource(long qualification) {
        return (int) (qualification >>> 16) & 0xFFFF;
    }

    public static long crAccess(int cr, int type, int register) {
        return cr & 0xF | (type & 3) << 4 | (register & 0xF) << 8;
    }

    // I/O instructions

    /** Bytes of the access: 1, 2 or 4. */
    public static int ioSize(long qualification) {
        return ((int) qualification & 7) + 1;
    }

    public static boolean ioIn(long qualification) {
        return (qualification & 8) != 0;
    }

    public static boolean ioString(long qualification) {
        return (qualification & 0x10) != 0;
    }

    public static boolean ioRep(long qualification) {
        return (qualification & 0x20) != 0;
    }

    /** The port is an immediate operand; otherwise it is in DX. */
    public static boolean ioImmediate(long qualification) {
        return (qualification & 0x40) != 0;
    }

    public static int ioPort(long qualification) {
        return (int) (qualification >>> 16) & 0xFFFF;
    }

    public static long io(int size, boolean in, boolean string, boolean rep, boolean immediate, int port) {
        return size - 1 | (in ? 8 : 0) | (string ? 0x10 : 0) | (rep ? 0x20 : 0) | (immediate ? 0x40 : 0) | (port & 0xFFFFL) << 16;
    }

    /**
     * The qualification in words.
     *
     * @param reason the basic exit reason
     * @param qualification its exit qualification
     * @param interruptionInfo the VM-exit interruption information, which an exception's qualification depends on; 0 if none
     * @return an empty string where the reason has no qualification
     */
    public static String describe(ExitReason reason, long qualification, long interruptionInfo) {
        return switch (reason.qualification()) {
            case NONE -> "";
            case EXCEPTION -> exception(qualification, interruptionInfo);
            case SIPI -> "SIPI vector %02XH, start address 0x%X".formatted(qualification & 0xFF, (qualification & 0xFF) << 12);
            case IO_SMI, IO_INSTRUCTION -> io(qualification);
            case TASK_SWITCH -> taskSwitch(qualification);
            case LINEAR_ADDRESS -> "linear address " + hex(qualification);
            case DISPLACEMENT -> "displacement " + hex(qualification);
            case CR_ACCESS -> crAccess(qualification);
            case DR_ACCESS -> drAccess(qualification);
            case ENTRY_FAILURE -> entryFailure(qualification);
            case MSR_ENTRY -> "entry " + qualification + " of the VM-entry MSR-load area";
            case MWAIT -> (qualification & 1) != 0 ? "address-range monitoring armed" : "address-range monitoring not armed";
            case APIC_ACCESS -> apicAccess(qualification);
            case VECTOR -> "vector %02XH".formatted(qualification & 0xFF);
            case EPT_VIOLATION -> eptViolation(qualification);
            case APIC_WRITE -> "APIC page offset %03XH".formatted(qualification & 0xFFF);
            case PML_FULL -> (qualification & 1 << 12) != 0 ? "NMI unblocking due to IRET" : "";
            case SPP -> ((qualification & 1 << 11) != 0 ? "SPP miss" : "SPP misconfiguration")
                    + ((qualification & 1 << 12) != 0 ? ", NMI unblocking due to IRET" : "");
            case INSTRUCTION_TIMEOUT -> ((qualification & 1) != 0 ? "VM context invalid" : "VM context valid")
                    + ((qualification & 1 << 12) != 0 ? ", NMI unblocking due to IRET" : "");
        };
    }

    private static String exception(long qualification, long info) {
        if (InterruptionInfo.valid(info) && InterruptionInfo.type(info) == InterruptionInfo.HARDWARE_EXCEPTION) {
            if (InterruptionInfo.vector(info) == Vector.PF) {
                return "linear address " + hex(qualification);
            }
            if (InterruptionInfo.vector(info) == Vector.DB) {
                return debug(qualification);
            }
        }
        return InterruptionInfo.valid(info) && InterruptionInfo.vector(info) == Vector.DB ? debug(qualification) : "";
    }

    private static String debug(long qualification) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            add(words, qualification, 1L << i, "B" + i);
        }
        add(words, qualification, 1 << 11, "bus lock");
        add(words, qualification, 1 << 13, "BD");
        add(words, qualification, 1 << 14, "BS");
        add(words, qualification, 1 << 16, "RTM");
        return words.isEmpty() ? "no condition" : String.join(", ", words);
    }

    private static String crAccess(long qualification) {
        int cr = crNumber(qualification);
        String register = GPR[crRegister(qualification)];
        return switch (crAccessType(qualification)) {
            case 0 -> "MOV CR" + cr + ", " + register;
            case 1 -> "MOV " + register + ", CR" + cr;
            case 2 -> "CLTS";
            default -> "LMSW %s, source 0x%04X".formatted((qualification & 0x40) != 0 ? "from memory" : "from a register",
                    lmswSource(qualification));
        };
    }

    private static String drAccess(long qualification) {
        long dr = qualification & 7;
        String register = GPR[crRegister(qualification)];
        return (qualification & 0x10) != 0 ? "MOV " + register + ", DR" + dr : "MOV DR" + dr + ", " + register;
    }

    private static String io(long qualification) {
        return (ioRep(qualification) ? "REP " : "") + (ioIn(qualification) ? "IN" : "OUT") + (ioString(qualification) ? "S" : "")
                + ", " + ioSize(qualification) + (ioSize(qualification) == 1 ? " byte" : " bytes")
                + ", port 0x%X".formatted(ioPort(qualification)) + (ioImmediate(qualification) ? " (immediate)" : " (DX)");
    }

    private static String taskSwitch(long qualification) {
        String source = switch ((int) (qualification >>> 30) & 3) {
            case 0 -> "CALL";
            case 1 -> "IRET";
            case 2 -> "JMP";
            default -> "task gate in the IDT";
        };
        return "to TSS selector 0x%04X by %s".formatted(qualification & 0xFFFF, source);
    }

    private static String entryFailure(long qualification) {
        return switch ((int) qualification) {
            case 0 -> "guest state";
            case 2 -> "loading the PDPTEs";
            case 3 -> "injecting an NMI while events are blocked by STI";
            case 4 -> "VMCS link pointer";
            default -> "qualification " + qualification;
        };
    }

    private static String apicAccess(long qualification) {
        String type = switch ((int) (qualification >>> 12) & 0xF) {
            case 0 -> "linear read";
            case 1 -> "linear write";
            case 2 -> "linear instruction fetch";
            case 3 -> "linear access during event delivery";
            case 4 -> "linear access for monitoring";
            case 10 -> "guest-physical access during event delivery";
            case 15 -> "guest-physical access during instruction execution";
            default -> "access type " + (qualification >>> 12 & 0xF);
        };
        boolean linear = (qualification >>> 12 & 0xF) <= 4;
        return type + (linear ? ", offset %03XH".formatted(qualification & 0xFFF) : "")
                + ((qualification & 1 << 16) != 0 ? ", asynchronous" : "");
    }

    private static String eptViolation(long qualification) {
        List<String> access = new ArrayList<>();
        add(access, qualification, 1, "read");
        add(access, qualification, 2, "write");
        add(access, qualification, 4, "instruction fetch");
        List<String> rights = new ArrayList<>();
        add(rights, qualification, 8, "readable");
        add(rights, qualification, 0x10, "writable");
        add(rights, qualification, 0x20, "executable");
        add(rights, qualification, 0x40, "user-executable");
        StringBuilder text = new StringBuilder(access.isEmpty() ? "access" : String.join(" and ", access));
        text.append(rights.isEmpty() ? ", page not present" : ", page " + String.join(", ", rights));
        if ((qualification & 0x80) != 0) {
            text.append(", linear address valid").append((qualification & 0x100) != 0 ? "" : ", during the guest's page walk");
            if ((qualification & 0x100) != 0 && (qualification & 0xE00) != 0) {
                text.append((qualification & 0x200) != 0 ? ", user page" : ", supervisor page")
                        .append((qualification & 0x400) != 0 ? ", read/write" : ", read-only")
                        .append((qualification & 0x800) != 0 ? ", execute-disabled" : "");
            }
        }
        return text.append((qualification & 0x1000) != 0 ? ", NMI unblocking due to IRET" : "")
                .append((qualification & 0x2000) != 0 ? ", shadow-stack access" : "")
                .append((qualification & 0x4000) != 0 ? ", supervisor shadow-stack page" : "")
                .append((qualification & 0x8000) != 0 ? ", guest-paging verification" : "")
                .append((qualification & 0x10000) != 0 ? ", asynchronous" : "").toString();
    }

    private static void add(List<String> words, long value, long bit, String name) {
        if ((value & bit) != 0) {
            words.add(name);
        }
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value).toUpperCase(java.util.Locale.ROOT);
    }
}
