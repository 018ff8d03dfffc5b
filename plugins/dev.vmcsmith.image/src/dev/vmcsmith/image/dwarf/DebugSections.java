// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.bytes.ByteReader;
import java.util.HashMap;
import java.util.Map;

/** The debug sections of a file by name, each opened once. */
public final class DebugSections {
    /** The sections of a file. */
    public interface Opener {
        /** Opens a section; null when the file has none of that name. */
        ByteReader open(String name) throws ImageFormatException;

        /** Where a section is when the program runs; 0 when it is not loaded. */
        long address(String name);
    }

    private final Opener opener;
    private final Map<String, ByteReader> opened = new HashMap<>();

    public DebugSections(Opener opener) {
        this.opener = opener;
    }

    long address(String name) {
        return opener.address(name);
    }

    /** The section, empty when the file has none of that name. */
    ByteReader section(String name) throws ImageFormatException {
        ByteReader section = opened.get(name);
        if (section == null) {
            section = opener.open(name);
            if (section == null) {
                section = ByteReader.of(new byte[0], "section " + name);
            }
            opened.put(name, section);
        }
        return section;
    }
}
