// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dumps.diagnosis.Diagnosis;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each format, valid and with values changed: what is recognised and what is blamed. */
class DumpCasesTest {

    @TestFactory
    Stream<DynamicTest> theCasesOfTheTable() {
        return Samples.resource("dumps.cases").lines().filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> DynamicTest.dynamicTest(line, () -> check(line.split("\\|", -1))));
    }

    private static void check(String[] columns) {
        String text = Samples.text(columns[0].strip());
        for (String change : columns[1].isBlank() ? new String[0] : columns[1].split(" ; ")) {
            String[] sides = change.split(" => ");
            assertTrue(text.contains(sides[0].strip()), "the sample lacks " + sides[0]);
            text = text.replace(sides[0].strip(), sides[1].strip());
        }
        Paste paste = Dumps.read(text);
        assertEquals(1, paste.dumps().size());
        Dump dump = paste.dumps().getFirst();
        assertEquals(columns[2].strip(), dump.producer().name());
        assertEquals(columns[3].strip(), failure(dump.failure()));
        assertEquals(columns[4].strip(), violated(Diagnosis.of(dump, List.of())));
    }

    static String failure(Failure failure) {
        return failure.kind() + " " + failure.number() + " "
                + (failure.qualification().isPresent() ? Long.toString(failure.qualification().getAsLong()) : "-");
    }

    static String violated(Diagnosis diagnosis) {
        return diagnosis.findings().stream().map(finding -> finding.rule().id()).collect(Collectors.joining(" "));
    }
}
