// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86;

/** Exception vectors (SDM "Exception and Interrupt Reference"). */
public final class Vector {
    public static final int DE = 0;
    public static final int DB = 1;
    public static final int NMI = 2;
    public static final int BP = 3;
    public static final int OF = 4;
    public static final int BR = 5;
    public static final int UD = 6;
    public static final int NM = 7;
    public static final int DF = 8;
    public static final int TS = 10;
    public static final int NP = 11;
    public static final int SS = 12;
    public static final int GP = 13;
    public static final int PF = 14;
    public static final int MF = 16;
    public static final int AC = 17;
    public static final int MC = 18;
    public static final int XM = 19;
    public static final int VE = 20;
    public static final int CP = 21;

    private static final String[] NAMES = {"#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "vector 9", "#TS", "#NP", "#SS",
        "#GP", "#PF", "vector 15", "#MF", "#AC", "#MC", "#XM", "#VE", "#CP"};
    private static final int WITH_ERROR_CODE = 1 << DF | 1 << TS | 1 << NP | 1 << SS | 1 << GP | 1 << PF | 1 << AC | 1 << CP;

    private Vector() {
    }

    /** The SDM's mnemonic such as {@code #GP}, or {@code vector N} where there is none. */
    public static String name(int vector) {
        return vector >= 0 && vector < NAMES.length ? NAMES[vector] : "vector " + vector;
    }

    /** The vector of a mnemonic such as {@code #GP} (the sign may be missing), or -1. */
    public static int byName(String name) {
        String bare = name.startsWith("#") ? name.substring(1) : name;
        for (int vector = 0; vector < NAMES.length; vector++) {
            String known = NAMES[vector];
            if ((known.startsWith("#") ? known.substring(1) : known).equalsIgnoreCase(bare)) {
                return vector;
            }
        }
        return -1;
    }

    /** Whether delivery of this exception pushes an error code (in protected mode). */
    public static boolean hasErrorCode(int vector) {
        return vector >= 0 && vector < 32 && (WITH_ERROR_CODE >>> vector & 1) != 0;
    }
}
