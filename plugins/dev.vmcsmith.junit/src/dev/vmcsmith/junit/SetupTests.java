// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;

/** Tests for a {@code @TestFactory}: one per expectation of each setup. */
public final class SetupTests {
    private SetupTests() {
    }

    /** Every setup that runs something in a folder and the folders below. */
    public static Stream<DynamicContainer> below(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> setups = files.filter(SetupTests::isRun).sorted().toList();
            return setups.stream().map(SetupTests::of);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be read", e);
        }
    }

    private static boolean isRun(Path file) {
        try {
            return file.toString().endsWith(".hv") && Files.readString(file).lines().anyMatch(line -> line.startsWith("run "));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** The expectations of one setup, and that it reaches {@code stop}. */
    public static DynamicContainer of(Path file) {
        URI source = file.toUri();
        SetupRun run;
        try {
            run = SetupRun.of(file);
        } catch (AssertionError e) {
            return DynamicContainer.dynamicContainer(String.valueOf(file.getFileName()), source,
                    Stream.of(DynamicTest.dynamicTest("compiles",
                    source, () -> {
                        throw e;
                    })));
        }
        Stream<DynamicTest> expectations = run.expectations().stream().map(clause ->
                DynamicTest.dynamicTest("line " + clause.line(), source,
                () -> run.failure(clause).ifPresent(failure -> {
                    throw new AssertionError(failure.text());
                })));
        DynamicTest end = DynamicTest.dynamicTest("reaches stop", source, () -> {
            if (!run.isStopped()) {
                throw new AssertionError(run.end().text());
            }
        });
        return DynamicContainer.dynamicContainer(String.valueOf(file.getFileName()), source, Stream.concat(expectations, Stream.of(end)));
    }
}
