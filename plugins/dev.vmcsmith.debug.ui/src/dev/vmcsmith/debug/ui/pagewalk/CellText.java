// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.pagewalk;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.dap.protocol.PageWalk.Cell;
import dev.vmcsmith.dap.protocol.PageWalk.Failure;
import java.util.ArrayList;
import java.util.List;

/** The lines in the boxes of a picture. */
final class CellText {

    /** Characters in a line: room for a label and a 64-bit value. */
    static final int CHARACTERS = 27;

    private CellText() {
    }

    static String title(PageWalk walk) {
        String space = walk.space() == null ? "" : walk.space().id() + " ";
        String access = walk.access() == null ? "" : switch (walk.access()) {
            case READ -> " for a read";
            case WRITE -> " for a write";
            case EXECUTE -> " for an instruction fetch";
        };
        String ept = walk.eptLevels() == 0 ? "no EPT" : walk.eptLevels() + "-level EPT";
        String paging = walk.paging() == null || walk.paging().equals("none") ? "no paging" : walk.paging() + " paging";
        return "Walk of " + space + HexLong.format(walk.address()) + access + ": " + paging + ", " + ept
                + (walk.root().isEmpty() ? "" : ", " + walk.root());
    }

    static List<String> cell(Cell cell) {
        List<String> lines = new ArrayList<>();
        lines.add(cell.level() + " [" + cell.index() + "]");
        lines.add("at    " + hex(cell.entryAddress()));
        lines.add("value " + hex(cell.raw()));
        lines.addAll(wrapItems(cell.bits() == null ? List.of() : cell.bits()));
        if (!cell.failing()) {
            lines.add("next  " + hex(cell.next()));
        }
        return lines;
    }

    static List<String> result(PageWalk walk) {
        List<String> lines = new ArrayList<>();
        lines.add("Translated");
        if (walk.guestPhysical() != null) {
            lines.add("GPA   " + hex(walk.guestPhysical()));
        }
        lines.add("HPA   " + (walk.physical() == null ? "unknown" : hex(walk.physical())));
        lines.add("rights " + walk.rights() + (walk.memoryType() == null || walk.memoryType().isEmpty() ? "" : ", " + walk.memoryType()));
        lines.add(pageSize(walk.pageSize()) + " page");
        return lines;
    }

    static List<String> failure(Failure failure) {
        List<String> lines = new ArrayList<>();
        lines.add("No translation");
        lines.addAll(wrap(failure.reason()));
        lines.addAll(wrap("Causes: " + failure.consequence()));
        if (failure.remedy() != null) {
            lines.addAll(wrap("Remedy: " + failure.remedy()));
        }
        return lines;
    }

    private static String hex(long value) {
        return HexLong.format(value);
    }

    private static String pageSize(long bytes) {
        if (bytes >= 1 << 30) {
            return (bytes >> 30) + " GiB";
        }
        return bytes >= 1 << 20 ? (bytes >> 20) + " MiB" : (bytes >> 10) + " KiB";
    }

    /** Breaks a text at spaces into lines of at most {@link #CHARACTERS}; a longer word gets a line of its own. */
    static List<String> wrap(String text) {
        return fill(text.split(" "));
    }

    /** The items parted by commas; an item is broken only when it is longer than a line. */
    private static List<String> wrapItems(List<String> items) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            String item = items.get(i) + (i + 1 < items.size() ? "," : "");
            words.addAll(item.length() > CHARACTERS ? List.of(item.split(" ")) : List.of(item));
        }
        return fill(words.toArray(String[]::new));
    }

    private static List<String> fill(String... words) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > CHARACTERS) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }
}
