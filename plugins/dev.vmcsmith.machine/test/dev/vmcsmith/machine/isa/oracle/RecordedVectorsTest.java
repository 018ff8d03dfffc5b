// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

/**
 * Plays back what an Intel processor (Sapphire Rapids) did with every row of the table that {@link FormClass} lets an application
 * program compare.
 */
class RecordedVectorsTest {
    @Test
    void theMachineDoesWhatTheProcessorDid() throws IOException {
        EmulatedProcessor machine = new EmulatedProcessor();
        Comparison comparison = new Comparison();
        List<String> differences = new ArrayList<>();
        Set<FormClass> seen = EnumSet.noneOf(FormClass.class);
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(RecordedVectorsTest.class.getResourceAsStream("recorded.bin")))) {
            for (int n = in.readInt(); n > 0; n--) {
                ProcessorState expected = new ProcessorState();
                Case c = Recording.read(in, expected);
                seen.add(FormClass.of(c.form));
                ProcessorState start = c.start();
                ProcessorState actual = c.start();
                machine.run(c, actual);
                String difference = comparison.difference(c, start, actual, expected);
                if (difference != null) {
                    differences.add(c.form + ": " + difference + "\n   " + comparison.describe(c, start));
                }
            }
        }
        assertTrue(differences.isEmpty(), () -> differences.size() + " differences:\n"
            + String.join("\n", differences.subList(0, Math.min(20, differences.size()))));
        assertTrue(seen.containsAll(EnumSet.complementOf(EnumSet.of(FormClass.NOT_COMPARABLE, FormClass.APPROXIMATE))), seen::toString);
    }
}
