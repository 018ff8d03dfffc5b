// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.SerializedName;

/** The access for which an address is translated. */
public enum MemoryAccess {
    /** A data read. */
    @SerializedName("r")
    READ("r"),
    /** A data write. */
    @SerializedName("w")
    WRITE("w"),
    /** An instruction fetch. */
    @SerializedName("x")
    EXECUTE("x");

    private final String id;

    MemoryAccess(String id) {
        this.id = id;
    }

    /** The letter on the wire. */
    public String id() {
        return id;
    }
}
