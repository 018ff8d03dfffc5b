// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DeflaterOutputStream;

/** Records what this machine's processor does: {@code Recorder FILE} writes the file that {@link RecordedVectorsTest} plays back. */
final class Recorder {
    private static final int CASES_OF_INTEGERS = 3;
    private static final int CASES_OF_FLOATS = 2;

    private Recorder() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("recorder");
        NativeProcessor processor = NativeProcessor.in(directory);
        List<Case> cases = new ArrayList<>();
        CaseGenerator generator = new CaseGenerator(1);
        long seed = 0;
        for (FormClass type : FormClass.values()) {
            if (type == FormClass.NOT_COMPARABLE || type == FormClass.APPROXIMATE) {
                continue;
            }
            for (Shape shape : Shape.of(type, generator, 64, 32)) {
                for (int n = 0; n < (type.floats ? CASES_OF_FLOATS : CASES_OF_INTEGERS); n++) {
                    cases.add(generator.next(shape, type.floats, seed++));
                }
            }
        }
        List<ProcessorState> results = processor.run(cases);
        try (OutputStream file = Files.newOutputStream(Path.of(arguments[0])); DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(file))) {
            out.writeInt(cases.size());
            for (int n = 0; n < cases.size(); n++) {
                Recording.write(out, cases.get(n), results.get(n));
            }
        }
        System.out.println(cases.size() + " cases, " + Files.size(Path.of(arguments[0])) + " bytes");
    }
}
