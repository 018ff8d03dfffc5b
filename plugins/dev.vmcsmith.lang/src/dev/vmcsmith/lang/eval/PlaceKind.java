// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.eval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What can stand before the brackets of a place: {@code msr[N]}, {@code port.word[N]}, {@code guest-virtual.dword[A]}.
 *
 * @param bytes that one access reads or writes: 1, 2, 4 or 8
 */
public record PlaceKind(Space space, int bytes) {
    /** Where a place is. */
    public enum Space {
        /** A model-specific register of the processor; of the guest's when the VMCS holds it. */
        MSR,
        PORT,
        /** Through the guest's page tables and its EPT. */
        GUEST_VIRTUAL,
        /** Through the EPT. */
        GUEST_PHYSICAL,
        /** Physical memory of the machine below 4 GiB. */
        HOST,
        /** The guest-physical address of a guest-virtual one, all ones when nothing maps it; can only be read. */
        TRANSLATION
    }

    /** Names of widths, the narrowest first. */
    public static final List<String> WIDTHS = List.of("byte", "word", "dword", "qword");

    private static final Map<String, PlaceKind> ALL = make();

    /** The kind of place with this name, null when there is none. */
    public static PlaceKind find(String name) {
        return ALL.get(name);
    }

    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    public boolean writable() {
        return space != Space.TRANSLATION;
    }

    /** Bytes of a width by its name: byte, word, dword, qword; 0 for another name. */
    public static int width(String name) {
        int index = WIDTHS.indexOf(name);
        return index < 0 ? 0 : 1 << index;
    }

    private static Map<String, PlaceKind> make() {
        Map<String, PlaceKind> kinds = new LinkedHashMap<>();
        kinds.put("msr", new PlaceKind(Space.MSR, 8));
        kinds.put("translation", new PlaceKind(Space.TRANSLATION, 8));
        kinds.put("port", new PlaceKind(Space.PORT, 1));
        for (String width : WIDTHS) {
            if (width(width) < 8) {
                kinds.put("port." + width, new PlaceKind(Space.PORT, width(width)));
            }
            kinds.put("guest-virtual." + width, new PlaceKind(Space.GUEST_VIRTUAL, width(width)));
            kinds.put("guest-physical." + width, new PlaceKind(Space.GUEST_PHYSICAL, width(width)));
            kinds.put("host." + width, new PlaceKind(Space.HOST, width(width)));
        }
        return kinds;
    }
}
