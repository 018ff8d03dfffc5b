// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.nio.charset.StandardCharsets;

/**
 * An ELF note: data for the tool that loads the image.
 *
 * @param owner whose numbering {@code type} follows, for example {@code GNU} or {@link #VMCSMITH}
 * @param type  what the data is, for that owner
 * @param data  the content; not copied, not to be changed
 */
public record Note(String owner, int type, byte[] data) {
    public static final String VMCSMITH = "VMCSmith";
    /** Type of a {@link MachineConfig}. */
    public static final int MACHINE = 1;
    /** Type of {@link Expectations}. */
    public static final int EXPECTATIONS = 2;

    static Note text(int type, String text) {
        return new Note(VMCSMITH, type, text.getBytes(StandardCharsets.UTF_8));
    }

    boolean isOurs(int wanted) {
        return type == wanted && owner.equals(VMCSMITH);
    }

    String text() {
        return new String(data, StandardCharsets.UTF_8);
    }
}
