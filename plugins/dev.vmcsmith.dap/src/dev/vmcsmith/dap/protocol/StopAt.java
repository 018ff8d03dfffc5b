// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.SerializedName;

/** Where a debugged machine suspends by itself. */
public enum StopAt {
    /** At every VM exit. */
    @SerializedName("every-exit")
    EVERY_EXIT("every-exit"),
    /** At the first VM exit only. */
    @SerializedName("first-exit")
    FIRST_EXIT("first-exit"),
    /** Before the first instruction of the image. */
    @SerializedName("entry")
    ENTRY("entry"),
    /** After every completed VMLAUNCH, before the first instruction of the guest. */
    @SerializedName("vmlaunch")
    VMLAUNCH("vmlaunch"),
    /** At breakpoints only. */
    @SerializedName("breakpoints")
    BREAKPOINTS("breakpoints");

    private final String id;

    StopAt(String id) {
        this.id = id;
    }

    /** The word in a launch configuration, such as {@code every-exit}. */
    public String id() {
        return id;
    }

    /**
     * The value with that word.
     *
     * @throws IllegalArgumentException naming the words there are
     */
    public static StopAt of(String id) {
        for (StopAt value : values()) {
            if (value.id.equals(id)) {
                return value;
            }
        }
        throw new IllegalArgumentException("stopAt is \"" + id + "\": use every-exit, first-exit, vmlaunch, entry or breakpoints");
    }
}
