// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import static dev.vmcsmith.x86.Rflags.CF;
import static dev.vmcsmith.x86.Rflags.OF;
import static dev.vmcsmith.x86.Rflags.PF;
import static dev.vmcsmith.x86.Rflags.SF;
import static dev.vmcsmith.x86.Rflags.ZF;

/** The sixteen condition codes of Jcc, SETcc and CMOVcc (SDM "EFLAGS Condition Codes"), by their four-bit number. */
public final class Condition {
    public static final int O = 0;
    public static final int NO = 1;
    public static final int B = 2;
    public static final int AE = 3;
    public static final int E = 4;
    public static final int NE = 5;
    public static final int BE = 6;
    public static final int A = 7;
    public static final int S = 8;
    public static final int NS = 9;
    public static final int P = 10;
    public static final int NP = 11;
    public static final int L = 12;
    public static final int GE = 13;
    public static final int LE = 14;
    public static final int G = 15;

    private static final String[] NAMES = {"o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"};
    private static final String[][] ALIASES = {{}, {}, {"c", "nae"}, {"nc", "nb"}, {"z"}, {"nz"}, {"na"}, {"nbe"}, {}, {}, {"pe"}, {"po"},
        {"nge"}, {"nl"}, {"ng"}, {"nle"}};
    private static final int[] FLAGS = {OF, CF, ZF, CF | ZF, SF, PF, SF | OF, SF | OF | ZF};

    private Condition() {
    }

    /** The suffix that a disassembler prints, for example {@code ne}. */
    public static String name(int condition) {
        return NAMES[condition];
    }

    /** Other suffixes of the same condition, for example {@code nz}. */
    static String[] aliases(int condition) {
        return ALIASES[condition];
    }

    /** The flags ({@link dev.vmcsmith.x86.Rflags} bits) that decide a condition. */
    public static int flags(int condition) {
        return FLAGS[condition >> 1];
    }

    /** Whether a condition holds for a flags value. */
    public static boolean holds(int condition, int rflags) {
        boolean base = switch (condition >> 1) {
            case 0 -> (rflags & OF) != 0;
            case 1 -> (rflags & CF) != 0;
            case 2 -> (rflags & ZF) != 0;
            case 3 -> (rflags & (CF | ZF)) != 0;
            case 4 -> (rflags & SF) != 0;
            case 5 -> (rflags & PF) != 0;
            case 6 -> (rflags & SF) != 0 != ((rflags & OF) != 0);
            default -> (rflags & ZF) != 0 || (rflags & SF) != 0 != ((rflags & OF) != 0);
        };
        return base != ((condition & 1) != 0);
    }
}
