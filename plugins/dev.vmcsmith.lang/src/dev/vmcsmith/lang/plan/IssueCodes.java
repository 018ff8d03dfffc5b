// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

/** Ids of the language's own checks: the same in markers, on the command line, in quick fixes and help. Entry rules have their own. */
public final class IssueCodes {
    public static final String ASSEMBLY = "ASSEMBLY";
    public static final String BAD_VALUE = "BAD_VALUE";
    public static final String CONTROL_CONFLICT = "CONTROL_CONFLICT";
    public static final String CONTROL_NOT_AVAILABLE = "CONTROL_NOT_AVAILABLE";
    public static final String CONTROL_WITHHELD = "CONTROL_WITHHELD";
    public static final String DUPLICATE = "DUPLICATE";
    public static final String EPT_FORM = "EPT_FORM";
    public static final String EPT_NOT_AVAILABLE = "EPT_NOT_AVAILABLE";
    public static final String FIELD_NOT_AVAILABLE = "FIELD_NOT_AVAILABLE";
    public static final String FILE_NOT_READABLE = "FILE_NOT_READABLE";
    public static final String GUEST_NOT_MAPPED = "GUEST_NOT_MAPPED";
    public static final String HANDLER = "HANDLER";
    public static final String HANDLER_NEVER_RUNS = "HANDLER_NEVER_RUNS";
    public static final String IMPORTED_FILE = "IMPORTED_FILE";
    public static final String MEMORY_OVERLAP = "MEMORY_OVERLAP";
    public static final String MEMORY_RANGE = "MEMORY_RANGE";
    public static final String MISSING = "MISSING";
    public static final String NO_HANDLER = "NO_HANDLER";
    public static final String STACK_NOT_MAPPED = "STACK_NOT_MAPPED";
    public static final String UNKNOWN_NAME = "UNKNOWN_NAME";
    public static final String VALUE_TOO_WIDE = "VALUE_TOO_WIDE";

    private IssueCodes() {
    }
}
