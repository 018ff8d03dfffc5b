// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.bytes.ByteReader;
import java.util.HashMap;
import java.util.Map;

/** The debug sections of a file by name, each opened once. */
public final class DebugSections {
    /** Opens a section; null when the file has none of that name. */
    public interface Opener {
        ByteReader open(String name) throws ImageFormatException;
    }

    private final Opener opener;
    private final Map<String, ByteReader> opened = new HashMap<>();

    public DebugSections(Opener opener) {
        this.opener = opener;
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
