// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.InstructionTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every row of the instruction table that an application program can execute, on random operands here and on the build machine's own
 * processor: results, defined flags, exceptions and memory agree. The system property {@code vmcsmith.nativeCases} is the number of
 * cases per class; {@code vmcsmith.nativeSeed} chooses others.
 */
class NativeOracleTest {
    private static final int CASES = Integer.getInteger("vmcsmith.nativeCases", 20_000);
    private static final long SEED = Long.getLong("vmcsmith.nativeSeed", 42);
    private static final int BATCH = 4096;
    private static final int SHOWN = 40;

    @TempDir
    static Path directory;
    private static NativeProcessor processor;
    private static boolean codeOf32Bits;

    @BeforeAll
    static void compileTheNativeSide() throws Exception {
        processor = NativeProcessor.in(directory);
        assumeTrue(processor != null, "needs gcc on x86-64 Linux");
        codeOf32Bits = processor.runs32BitCode();
    }

    @Test
    void everyRowHasAClass() {
        List<InstructionForm> without = InstructionTable.get().forms().stream().filter(f -> FormClass.of(f) == null).toList();
        assertTrue(without.isEmpty(), without::toString);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"NOT_COMPARABLE", "APPROXIMATE"})
    void agreesWithTheProcessor(FormClass type) throws Exception {
        CaseGenerator generator = new CaseGenerator(SEED);
        List<Shape> shapes = codeOf32Bits ? Shape.of(type, generator, 64, 32) : Shape.of(type, generator, 64);
        Set<InstructionForm> covered = new HashSet<>();
        shapes.forEach(shape -> covered.add(shape.form()));
        for (InstructionForm form : type.forms()) {
            boolean runs = Features.here(form) && (form.validIn(64) || codeOf32Bits) && !form.has(InstructionForm.A_ASSEMBLE_ONLY);
            assertTrue(!runs || covered.contains(form), () -> "no case of " + form);
        }
        compare(type, generator, shapes);
    }

    private static void compare(FormClass type, CaseGenerator generator, List<Shape> shapes) {
        EmulatedProcessor machine = new EmulatedProcessor();
        Comparison comparison = new Comparison();
        List<String> differences = new ArrayList<>();
        int[] failures = new int[InstructionTable.get().forms().size()];
        int faults = 0;
        int same = 0;
        int done = 0;
        while (done < CASES) {
            List<Case> cases = new ArrayList<>();
            for (int n = 0; n < BATCH && done < CASES; n++, done++) {
                cases.add(generator.next(shapes.get(done % shapes.size()), type.floats));
            }
            List<ProcessorState> expected = processor.run(cases);
            for (int n = 0; n < cases.size(); n++) {
                Case c = cases.get(n);
                ProcessorState start = c.start();
                ProcessorState actual = new ProcessorState();
                actual.copyFrom(start);
                machine.run(c, actual);
                faults += expected.get(n).vector != ProcessorState.NONE ? 1 : 0;
                same += Approximation.exact(actual.fx, expected.get(n).fx) ? 1 : 0;
                String difference = comparison.difference(c, start, actual, expected.get(n));
                if (difference != null && failures[c.form.index]++ < 2) {
                    differences.add(c.form + ": " + difference + "\n   " + comparison.describe(c, start));
                }
            }
        }
        System.out.println(type + ": " + done + " cases of " + shapes.size() + " shapes, " + faults + " with an exception, " + differences.size()
            + " differences" + (type == FormClass.TRANSCENDENTAL ? ", " + same + " the same to the last bit" : ""));
        assertTrue(differences.isEmpty(), () -> differences.size() + " differences:\n"
            + String.join("\n", differences.subList(0, Math.min(SHOWN, differences.size()))));
    }
}
