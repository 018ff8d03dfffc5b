// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows that must never exist between bundles, in their manifests and in their compiled classes. */
class ArchitectureTest {

    private static final String OURS = "dev.vmcsmith.";

    /** What each bundle may see of ours, directly. The arrows that are not here are forbidden. */
    private static final Map<String, Set<String>> MAY_SEE = Map.ofEntries(
        Map.entry("x86", Set.of()),
        Map.entry("vmx", Set.of("x86")),
        Map.entry("image", Set.of()),
        Map.entry("machine", Set.of("x86", "vmx", "image")),
        Map.entry("dumps", Set.of("x86", "vmx")),
        Map.entry("lang", Set.of("x86", "vmx", "image")),
        Map.entry("lang.ide", Set.of("lang", "x86", "vmx", "image")),
        Map.entry("lang.ui", Set.of("lang", "lang.ide", "dumps", "vmx")),
        Map.entry("dap", Set.of("machine", "image", "x86", "vmx")),
        Map.entry("debug", Set.of("dap")),
        Map.entry("debug.ui", Set.of("debug", "dap", "vmx", "x86")),
        Map.entry("cli", Set.of("lang", "machine", "dap", "dumps", "image", "x86", "vmx")),
        Map.entry("junit", Set.of("lang", "machine", "image", "x86", "vmx")),
        Map.entry("examples", Set.of()),
        Map.entry("doc", Set.of()),
        Map.entry("ide", Set.of()));

    private static final Set<String> TEST_BUNDLES = Set.of("ui.tests");

    private static final Set<String> HEADLESS = Set.of("x86", "vmx", "image", "machine", "dumps", "lang", "lang.ide", "dap", "cli",
        "junit");

    private static final List<String> WORKBENCH = List.of("org.eclipse.ui", "org.eclipse.swt", "org.eclipse.jface");

    private static final List<String> PLATFORM = List.of("org.eclipse.debug", "org.eclipse.core.resources");

    /** What reaches the computer that a machine runs on; names of files, charsets and buffers do not. */
    private static final List<String> HOST = List.of("java.net", "java.nio.file.Files", "java.nio.file.FileSystem",
        "java.nio.file.FileSystems", "java.nio.channels", "java.io.File", "java.io.FileInputStream", "java.io.FileOutputStream",
        "java.io.RandomAccessFile", "java.lang.Process", "java.lang.ProcessBuilder", "java.lang.Runtime", "java.lang.foreign");

    private static final List<String> XTEXT = List.of("org.eclipse.xtext", "org.eclipse.emf");

    private record Reference(String bundle, String from, String to) {
    }

    private static final List<Reference> REFERENCES = new ArrayList<>();

    @BeforeAll
    static void readManifestsAndClasses() {
        Checkout.bundles().forEach((bundle, folder) -> {
            var manifest = Checkout.manifest(folder);
            for (String header : List.of("Require-Bundle", "Import-Package")) {
                Checkout.names(manifest.getValue(header)).forEach(name -> REFERENCES.add(new Reference(bundle, header, name)));
            }
            Path classes = folder.resolve("target/classes");
            if (Files.isDirectory(classes)) {
                for (JavaClass type : new ClassFileImporter().importPath(classes)) {
                    type.getDirectDependenciesFromSelf().stream().map(Dependency::getTargetClass).map(JavaClass::getBaseComponentType)
                        .filter(target -> !target.isPrimitive())
                        .forEach(target -> REFERENCES.add(new Reference(bundle, type.getName(), target.getName())));
                }
            }
        });
    }

    @Test
    void everyBundleHasAPlaceInTheArchitecture() {
        Set<String> known = new TreeSet<>(MAY_SEE.keySet());
        known.addAll(TEST_BUNDLES);
        assertEquals(known, Checkout.bundles().keySet());
    }

    @Test
    void classesOfEveryCodeBundleWereRead() {
        Set<String> read = new TreeSet<>();
        REFERENCES.stream().filter(reference -> reference.from().startsWith(OURS)).forEach(reference -> read.add(reference.bundle()));
        Set<String> expected = new TreeSet<>(MAY_SEE.keySet());
        expected.removeAll(Set.of("examples", "doc"));
        assertEquals(expected, new TreeSet<>(read.stream().filter(expected::contains).toList()));
    }

    @Test
    void bundlesSeeOnlyWhatTheArchitectureAllows() {
        forbid(reference -> {
            String target = ourBundle(reference.to());
            return target != null && !target.equals(reference.bundle()) && !TEST_BUNDLES.contains(reference.bundle())
                && !MAY_SEE.getOrDefault(reference.bundle(), Set.of()).contains(target);
        });
    }

    @Test
    void headlessBundlesSeeNoWorkbench() {
        forbid(reference -> HEADLESS.contains(reference.bundle()) && (isIn(reference.to(), WORKBENCH) || isIn(reference.to(), PLATFORM)));
    }

    @Test
    void theDebugModelSeesNoWorkbench() {
        forbid(reference -> reference.bundle().equals("debug") && isIn(reference.to(), WORKBENCH));
    }

    @Test
    void theMachineSeesNoXtext() {
        forbid(reference -> Set.of("x86", "vmx", "image", "machine").contains(reference.bundle()) && isIn(reference.to(), XTEXT));
    }

    @Test
    void aGuestReachesNoFilesAndNoNetworkBecauseTheMachineDoesNot() {
        forbid(reference -> reference.bundle().equals("machine") && isIn(reference.to(), HOST));
    }

    @Test
    void theEclipseSideSeesOnlyTheProtocolOfTheDebugAdapter() {
        forbid(reference -> reference.bundle().startsWith("debug") && reference.to().startsWith("dev.vmcsmith.dap.server"));
    }

    @Test
    void theEnginesNeverSeeEachOther() {
        forbid(reference -> reference.from().startsWith("dev.vmcsmith.machine.engine.interpreter")
            && reference.to().startsWith("dev.vmcsmith.machine.engine.jit")
            || reference.from().startsWith("dev.vmcsmith.machine.engine.jit")
            && reference.to().startsWith("dev.vmcsmith.machine.engine.interpreter"));
    }

    @Test
    void instructionsAndEventsSeeOfVmxOnlyTheInterceptPolicy() {
        forbid(reference -> (reference.from().startsWith("dev.vmcsmith.machine.isa.") || reference.from().startsWith("dev.vmcsmith.machine.event."))
            && reference.to().startsWith("dev.vmcsmith.machine.vmx."));
    }

    private static void forbid(Predicate<Reference> forbidden) {
        List<Reference> found = REFERENCES.stream().filter(forbidden).distinct().toList();
        assertFalse(!found.isEmpty(), () -> "forbidden arrows:\n" + String.join("\n", found.stream().map(Reference::toString).toList()));
    }

    private static boolean isIn(String name, List<String> roots) {
        return roots.stream().anyMatch(root -> name.equals(root) || name.startsWith(root + "."));
    }

    /** The bundle of ours that a class, package or bundle name belongs to: the longest bundle name that is a prefix. */
    private static String ourBundle(String name) {
        if (!name.startsWith(OURS)) {
            return null;
        }
        String rest = name.substring(OURS.length());
        return Checkout.bundles().keySet().stream().filter(bundle -> rest.equals(bundle) || rest.startsWith(bundle + "."))
            .max((a, b) -> a.length() - b.length()).orElse(null);
    }
}
