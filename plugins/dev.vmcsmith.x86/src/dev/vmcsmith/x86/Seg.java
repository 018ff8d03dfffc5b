// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86;

/** Segment-register numbers as instructions encode them, and the two system segment registers that follow them in the VMCS. */
public final class Seg {
    public static final int ES = 0;
    public static final int CS = 1;
    public static final int SS = 2;
    public static final int DS = 3;
    public static final int FS = 4;
    public static final int GS = 5;
    public static final int LDTR = 6;
    public static final int TR = 7;
    /** Number of segment registers that an instruction can name. */
    public static final int COUNT = 6;

    private static final String[] NAMES = {"es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr"};

    private Seg() {
    }

    /** The lower-case name of a segment register, {@link #ES} to {@link #TR}. */
    public static String name(int segment) {
        return NAMES[segment];
    }
}
