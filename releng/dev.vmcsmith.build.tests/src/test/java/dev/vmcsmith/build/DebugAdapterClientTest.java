// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The debug adapter as {@code ./vmcsmith dap} starts it, driven by an independent client: {@code releng/dap-client}. */
class DebugAdapterClientTest {
    private static final Path CLIENT = Checkout.ROOT.resolve("releng/dap-client");

    @TempDir
    private Path temporary;

    @Test
    void theTestClientOfVisualStudioCodePassesTheStandardRequests() throws Exception {
        Assumptions.assumeTrue(run(1, "node", "--version") == 0, "node is not installed: apt-get install nodejs");
        if (!installed()) {
            Assumptions.assumeTrue(run(1, "npm", "--version") == 0, "npm is not installed: apt-get install npm");
            Assumptions.assumeTrue(run(3, "npm", "ci", "--no-audit", "--no-fund") == 0,
                () -> "the client cannot be installed with npm: " + output());
        }
        int exitCode = run(10, "node", "--test", "conversation.test.js");
        output().lines().filter(line -> line.contains("milliseconds")).forEach(System.out::println);
        assertEquals(0, exitCode, output());
    }

    /** Whether what the lock file names has been installed since it was changed last. */
    private static boolean installed() throws IOException {
        Path done = CLIENT.resolve("node_modules/.package-lock.json");
        return Files.exists(done)
            && Files.getLastModifiedTime(done).compareTo(Files.getLastModifiedTime(CLIENT.resolve("package-lock.json"))) >= 0;
    }

    private int run(int minutes, String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(List.of(command)).directory(CLIENT.toFile()).redirectErrorStream(true)
                .redirectOutput(temporary.resolve("output.txt").toFile()).start();
            assertTrue(process.waitFor(minutes, TimeUnit.MINUTES), () -> String.join(" ", command) + " did not end");
            return process.exitValue();
        } catch (IOException e) {
            return -1;
        }
    }

    private String output() {
        try {
            return Files.readString(temporary.resolve("output.txt"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
