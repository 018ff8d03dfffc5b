// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import dev.vmcsmith.image.Expectations;
import dev.vmcsmith.lang.eval.PlaceKind;
import dev.vmcsmith.lang.plan.EptPlanner;
import dev.vmcsmith.lang.plan.GuestDataPlanner;
import dev.vmcsmith.lang.plan.MachinePlanner;
import dev.vmcsmith.lang.plan.PageTablesPlanner;
import dev.vmcsmith.lang.plan.Presets;
import dev.vmcsmith.lang.plan.StatementChecks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The words of the language that are not names of the SDM: which can stand where, and a sentence on what each means. */
public final class Vocabulary {
    /** Guest-state presets. */
    public static final List<String> PRESETS = Presets.names();
    /** Modes of the hypervisor itself. */
    public static final List<String> HOST_MODES = MachinePlanner.HOST_MODES;
    public static final List<String> SERIAL_PORTS = MachinePlanner.SERIAL_PORTS;
    public static final List<String> MEMORY_TYPES = EptPlanner.MEMORY_TYPES;
    /** What can follow the rights of a range of an EPT. */
    public static final List<String> EPT_OPTIONS = Stream.concat(MEMORY_TYPES.stream(), EptPlanner.OPTIONS.stream()).toList();
    /** Kinds of the guest's own page tables. */
    public static final List<String> PAGING_MODES = PageTablesPlanner.MODES;
    /** What can follow the rights of a range of the guest's page tables. */
    public static final List<String> PAGE_OPTIONS = PageTablesPlanner.OPTIONS.keySet().stream().sorted().toList();
    /** What a row of guest data can be. */
    public static final List<String> DATA_KINDS = GuestDataPlanner.KINDS;
    /** What can be injected beside exceptions. */
    public static final List<String> EVENTS = StatementChecks.EVENTS;
    /** What may follow the colon of a value in a text. */
    public static final List<String> FORMATS = StatementChecks.FORMATS;
    /** What can stand before brackets. */
    public static final List<String> PLACES = PlaceKind.names();
    /** Widths of memory that an expectation looks at. */
    public static final List<String> WIDTHS = PlaceKind.WIDTHS;

    /** The operators that compare. */
    public static final Set<String> COMPARISONS = Arrays.stream(Expectations.Relation.values()).map(Expectations.Relation::sign)
            .collect(Collectors.toUnmodifiableSet());

    private static final Map<String, String> TEXTS = read();

    private Vocabulary() {
    }

    /** What a word means; null when it needs no explanation. */
    public static Facts of(String word) {
        String text = TEXTS.get(word);
        return text == null ? null : Facts.of(word, text);
    }

    private static Map<String, String> read() {
        Map<String, String> texts = new HashMap<>();
        try (InputStream in = Vocabulary.class.getResourceAsStream("vocabulary.txt")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                int equals = line.indexOf(" = ");
                texts.put(line.substring(0, equals), line.substring(equals + 3));
            });
        } catch (IOException e) {
            throw new UncheckedIOException("vocabulary.txt cannot be read; install VMCSmith again", e);
        }
        return texts;
    }
}
