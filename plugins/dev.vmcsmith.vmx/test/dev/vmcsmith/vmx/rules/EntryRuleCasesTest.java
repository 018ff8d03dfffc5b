// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsValues;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A valid and an invalid case for every rule, from {@code entry-rules.cases}. */
class EntryRuleCasesTest {
    /** One line of the table. */
    record Case(String id, String baseline, String setup, String valid, String invalid) {
        @Override
        public String toString() {
            return id;
        }
    }

    static Stream<Case> cases() {
        try (var in = EntryRuleCasesTest.class.getResourceAsStream("entry-rules.cases")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.isBlank() && line.charAt(0) != '#').map(line -> line.split("\\|", -1))
                    .map(cells -> new Case(cells[0].strip(), cells[1].strip(), cells[2], cells[3], cells[4])).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A VMCS with everything around it, changed step by step. */
    static final class Scene {
        final VmcsValues vmcs;
        final TestMemory memory = new TestMemory();
        final Set<String> alsoViolated = new TreeSet<>();
        long qualification = -1;
        private VmxCapabilities capabilities = Baseline.wide();
        private int linear = 57;
        private int features7b = -1;
        private boolean smm;
        private boolean longMode = true;
        private boolean tracing;

        Scene(String baseline) {
            vmcs = Baseline.named(baseline);
        }

        Scene apply(String changes) {
            for (String change : changes.strip().split(" +")) {
                if (!change.isEmpty()) {
                    one(change);
                }
            }
            return this;
        }

        private void one(String change) {
            if (change.startsWith("@")) {
                alsoViolated.add(change.substring(1));
            } else if (change.startsWith("+") || change.startsWith("-")) {
                int dot = change.indexOf('.');
                ControlBit control = ControlBit.find(ControlField.find(change.substring(1, dot)), change.substring(dot + 1));
                if (change.startsWith("+")) {
                    enable(control);
                } else {
                    vmcs.clear(control);
                }
            } else if (change.equals("smm")) {
                smm = true;
            } else if (change.equals("tracing")) {
                tracing = true;
            } else if (change.equals("legacy-mode")) {
                longMode = false;
            } else {
                int equals = change.indexOf('=');
                assign(change.substring(0, equals), parse(change.substring(equals + 1)));
            }
        }

        private static long parse(String number) {
            return number.startsWith("0x") ? Long.parseUnsignedLong(number.substring(2), 16) : Long.parseLong(number);
        }

        private void enable(ControlBit control) {
            vmcs.set(control);
            if (control.field().activatedBy() != null) {
                enable(control.field().activatedBy());
            }
        }

        private void assign(String name, long value) {
            int dot = name.indexOf('.');
            String area = dot < 0 ? name : name.substring(0, dot);
            String rest = name.substring(dot + 1);
            switch (area) {
                case "msr" -> capabilities = capabilities.with(Integer.parseInt(rest, 16), value);
                case "mem" -> memory.write64(Long.parseLong(rest, 16), value);
                case "linear" -> linear = (int) value;
                case "features7b" -> features7b = (int) value;
                case "qualification" -> qualification = value;
                default -> vmcs.set(VmcsField.find(FieldArea.valueOf(area.toUpperCase(java.util.Locale.ROOT)), rest), value);
            }
        }

        EntryContext context(VmcsView view) {
            VmxCapabilities all = capabilities.with(Baseline.cpuid(46, linear, features7b, linear == 57 ? -1 : ~(1 << 16)));
            return new EntryContext(view, all, memory, new EntryEnvironment(smm, longMode, Baseline.CURRENT_VMCS, Baseline.VMXON, tracing));
        }

        Set<String> violated() {
            return EntryRules.check(context(vmcs)).stream().map(violation -> violation.rule().id())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aValidVmcsViolatesNoRule(Case row) {
        Scene scene = new Scene(row.baseline).apply(row.setup).apply(row.valid);
        assertEquals(scene.alsoViolated, scene.violated());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void oneChangeViolatesExactlyThisRule(Case row) {
        Scene scene = new Scene(row.baseline).apply(row.setup).apply(row.invalid);
        Set<String> expected = new TreeSet<>(scene.alsoViolated);
        expected.add(row.id);
        assertEquals(expected, scene.violated());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theMessageNamesTheSectionAndEveryFixHelps(Case row) {
        Scene scene = new Scene(row.baseline).apply(row.setup).apply(row.invalid);
        EntryContext context = scene.context(scene.vmcs);
        Violation violation = EntryRules.check(context).stream().filter(v -> v.rule().id().equals(row.id)).findFirst().orElseThrow();
        assertTrue(violation.message().contains(violation.rule().sdm()), violation.message());
        assertTrue(violation.message().startsWith(violation.rule().message() + ": "), () -> "no values: " + violation.message());
        if (scene.qualification >= 0) {
            assertEquals(scene.qualification, violation.outcome().qualification());
        }
        for (Fix fix : violation.fixes()) {
            VmcsValues fixed = new VmcsValues(scene.vmcs).set(fix.field(), fix.value());
            assertEquals(Verdict.HOLDS, violation.rule().verdict(scene.context(fixed)), fix.label());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theRuleReadsOnlyWhatItDeclares(Case row) {
        for (String changes : List.of(row.valid, row.invalid)) {
            Scene scene = new Scene(row.baseline).apply(row.setup).apply(changes);
            assertEquals(Set.of(), undeclared(EntryRules.find(row.id), scene));
        }
    }

    /** The fields that the rule looks at, in its check or in describing a violation, without declaring them. */
    private static Set<VmcsField> undeclared(EntryRule rule, Scene scene) {
        Set<VmcsField> undeclared = new TreeSet<>();
        VmcsView recording = new VmcsView() {
            @Override
            public boolean known(VmcsField field) {
                if (!rule.reads().contains(field)) {
                    undeclared.add(field);
                }
                return true;
            }

            @Override
            public long value(VmcsField field) {
                known(field);
                return scene.vmcs.value(field);
            }
        };
        EntryContext context = scene.context(recording);
        if (rule.verdict(context) == Verdict.VIOLATED) {
            rule.violation(context);
        }
        return undeclared;
    }

    @Test
    void aRuleThatReadsMoreThanItDeclaresIsFound() {
        EntryRule honest = EntryRules.find("CTL_VPID_ZERO");
        Set<VmcsField> less = new TreeSet<>(honest.reads());
        less.remove(VmcsField.VPID);
        EntryRule dishonest = new EntryRule(honest.id(), honest.area(), honest.sdm(), less, honest.check(), honest.message());
        Scene scene = new Scene("long").apply("+secondary.enable-vpid");
        assertEquals(Set.of(), undeclared(honest, scene));
        assertEquals(Set.of(VmcsField.VPID), undeclared(dishonest, scene));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aRuleThatMissesADeclaredFieldBlamesNobodyForIt(Case row) {
        Scene scene = new Scene(row.baseline).apply(row.setup).apply(row.invalid);
        EntryRule rule = EntryRules.find(row.id);
        for (VmcsField field : rule.reads()) {
            VmcsValues less = new VmcsValues(scene.vmcs).forget(field);
            Verdict verdict = rule.verdict(scene.context(less));
            boolean looked = verdict != Verdict.VIOLATED || !decisive(rule, scene, field);
            assertTrue(looked, () -> field + " is not known, but the answer is " + verdict);
        }
    }

    /** Whether another value of the field would make the rule hold. */
    private static boolean decisive(EntryRule rule, Scene scene, VmcsField field) {
        for (long value : new long[] {0, -1}) {
            if (rule.verdict(scene.context(new VmcsValues(scene.vmcs).set(field, value))) == Verdict.HOLDS) {
                return true;
            }
        }
        return false;
    }

    @Test
    void everyRuleHasALine() {
        Set<String> missing = new TreeSet<>();
        EntryRules.all().forEach(rule -> missing.add(rule.id()));
        List<String> unknown = new ArrayList<>();
        cases().forEach(row -> {
            if (!missing.remove(row.id)) {
                unknown.add(row.id);
            }
        });
        assertEquals(Set.of(), missing);
        assertEquals(List.of(), unknown);
    }
}
