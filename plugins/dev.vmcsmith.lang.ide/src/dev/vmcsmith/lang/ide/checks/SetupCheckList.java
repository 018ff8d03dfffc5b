// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.checks;

import dev.vmcsmith.lang.plan.IssueCodes;
import dev.vmcsmith.vmx.rules.EntryRules;
import java.util.ArrayList;
import java.util.List;

/** The checks whose level can be chosen: every VM-entry rule, and what the language itself warns of. */
public final class SetupCheckList {
    /**
     * One check.
     *
     * @param id    as in markers and on the command line
     * @param group for people
     * @param text  one sentence
     * @param usual the level it has by itself
     */
    public record Item(String id, String group, String text, Level usual) {
    }

    private static final String LANGUAGE = "Setup";

    private SetupCheckList() {
    }

    /** What is surely not meant comes first, then the rules in the order of the processor's checks. */
    public static List<Item> all() {
        List<Item> items = new ArrayList<>();
        items.add(new Item(IssueCodes.HANDLER_NEVER_RUNS, LANGUAGE, "A handler is for an exit that nothing makes happen", Level.WARNING));
        items.add(new Item(IssueCodes.NO_HANDLER, LANGUAGE, "An exit can happen that no handler takes", Level.WARNING));
        items.add(new Item(IssueCodes.GUEST_NOT_MAPPED, LANGUAGE, "The EPT does not map memory that the setup fills", Level.WARNING));
        items.add(new Item(IssueCodes.STACK_NOT_MAPPED, LANGUAGE, "The guest's stack lies in no page that is mapped", Level.WARNING));
        items.add(new Item(IssueCodes.CONTROL_WITHHELD, LANGUAGE, "The machine does not offer a control that the processor has", Level.WARNING));
        items.add(new Item(IssueCodes.MEMORY_OVERLAP, LANGUAGE, "Two pieces of memory overlap", Level.ERROR));
        EntryRules.all().forEach(rule -> items.add(new Item(rule.id(), rule.sdm(), rule.message(), Level.ERROR)));
        return items;
    }
}
