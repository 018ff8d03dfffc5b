// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.reference;

import java.util.List;

/**
 * One subject of the reference.
 *
 * @param kind what it is
 * @param name unique within the kind; also the name of its help page: {@code GUEST_CS_AR_TYPE}, {@code guest.cs.base}
 * @param title for a heading
 * @param summary one or two sentences
 * @param sections the details
 */
public record Topic(Kind kind, String name, String title, String summary, List<Section> sections) {
    public Topic {
        sections = List.copyOf(sections);
    }

    /** The kinds of topic, in the order of the table of contents. */
    public enum Kind {
        RULE("rules", "Rules of VM entry"),
        PRECONDITION("preconditions", "Preconditions of VMX instructions"),
        FIELD("fields", "VMCS fields"),
        CONTROL("controls", "Controls"),
        EXIT_REASON("exits", "Exit reasons"),
        INSTRUCTION_ERROR("errors", "VM-instruction errors"),
        CAPABILITY_MSR("msrs", "Capability MSRs");

        private final String folder;
        private final String title;

        Kind(String folder, String title) {
            this.folder = folder;
            this.title = title;
        }

        /** The folder of its help pages. */
        public String folder() {
            return folder;
        }

        /** The name of all of them. */
        public String title() {
            return title;
        }
    }

    /** Some lines under a heading. */
    public record Section(String heading, List<Line> lines) {
        public Section {
            lines = List.copyOf(lines);
        }
    }

    /**
     * One line.
     *
     * @param term what the text is about; empty for a sentence
     * @param link path of the topic that the term stands for; null for none
     */
    public record Line(String term, String text, String link) {
        static Line of(String term, String text) {
            return new Line(term, text, null);
        }

        static Line text(String text) {
            return new Line("", text, null);
        }
    }

    /** The path of the topic: folder and name. */
    public String path() {
        return path(kind, name);
    }

    static String path(Kind kind, String name) {
        return kind.folder + '/' + name;
    }
}
