// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installs the feature from the built p2 site into a bare Eclipse Platform and starts that platform. Needs a display. */
class InstallationTest {

    private static final Path PLATFORM =
        Checkout.ROOT.resolve("releng/dev.vmcsmith.product/target/products/dev.vmcsmith.platform/linux/gtk/x86_64");
    private static final Path SITE = Checkout.ROOT.resolve("releng/dev.vmcsmith.repository/target/repository");

    @TempDir
    private Path temporary;

    @Test
    void theFeatureInstallsIntoABarePlatformAndItsPerspectiveOpens() throws Exception {
        assertNotNull(System.getenv("DISPLAY"), "this test starts a workbench: run it through ./vmcsmith test");
        Path installation = temporary.resolve("platform");
        copy(PLATFORM, installation);
        String before = Files.readString(bundlesInfo(installation));
        assertTrue(!before.contains("dev.vmcsmith."), "the platform is bare before the installation");

        eclipse(installation, "director", List.of(), List.of("-application", "org.eclipse.equinox.p2.director",
            "-repository", SITE.toUri().toString(), "-installIU", "dev.vmcsmith.feature.feature.group"));
        addProbe(installation);
        Path report = temporary.resolve("report.txt");
        eclipse(installation, "workbench", List.of("-Ddev.vmcsmith.installation.report=" + report),
            List.of("-data", temporary.resolve("workspace").toString()));

        List<String> lines = Files.readAllLines(report);
        var expected = new TreeSet<String>();
        Checkout.bundles().keySet().forEach(bundle -> expected.add("bundle dev.vmcsmith." + bundle + " resolved"));
        assertEquals(expected, new TreeSet<>(lines.stream().filter(line -> line.startsWith("bundle ")).toList()));
        assertTrue(lines.contains("perspective dev.vmcsmith.debug.ui.perspective"), () -> String.join("\n", lines));
        for (String view : List.of("vmcs", "exits", "pagewalk", "ept", "disassembly")) {
            assertTrue(lines.contains("view dev.vmcsmith.debug.ui." + view + " ok"), () -> String.join("\n", lines));
        }
        assertTrue(lines.stream().noneMatch(line -> line.endsWith(" error")), () -> String.join("\n", lines));
    }

    private static Path bundlesInfo(Path installation) {
        return installation.resolve("configuration/org.eclipse.equinox.simpleconfigurator/bundles.info");
    }

    /** Adds the bundle with the installation probe, which no product contains. */
    private static void addProbe(Path installation) throws IOException {
        Path target = Checkout.ROOT.resolve("plugins/dev.vmcsmith.ui.tests/target");
        Path jar;
        try (Stream<Path> files = Files.list(target)) {
            jar = files.filter(file -> file.getFileName().toString().matches("dev\\.vmcsmith\\.ui\\.tests-[\\d.]+(-SNAPSHOT)?\\.jar"))
                .findFirst().orElseThrow(() -> new AssertionError("no jar of the workbench tests in " + target));
        }
        Path plugin = Files.copy(jar, installation.resolve("plugins").resolve(jar.getFileName()));
        try (JarFile probe = new JarFile(plugin.toFile())) {
            String version = probe.getManifest().getMainAttributes().getValue("Bundle-Version");
            Files.writeString(bundlesInfo(installation),
                "dev.vmcsmith.ui.tests," + version + ",plugins/" + plugin.getFileName() + ",4,false\n", StandardOpenOption.APPEND);
        }
    }

    /** Starts the installation and waits for its end; fails with its output when it fails or takes over three minutes. */
    private void eclipse(Path installation, String name, List<String> properties, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        command.addAll(properties);
        try (Stream<Path> plugins = Files.list(installation.resolve("plugins"))) {
            command.add("-jar");
            command.add(plugins.filter(file -> file.getFileName().toString().matches("org\\.eclipse\\.equinox\\.launcher_.*\\.jar"))
                .findFirst().orElseThrow().toString());
        }
        command.addAll(List.of("-nosplash", "-consoleLog"));
        command.addAll(arguments);
        Path output = temporary.resolve(name + ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(3, TimeUnit.MINUTES);
        process.destroyForcibly().waitFor();
        assertTrue(ended && process.exitValue() == 0, () -> name + (ended ? " failed:\n" : " did not end:\n") + read(output));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
