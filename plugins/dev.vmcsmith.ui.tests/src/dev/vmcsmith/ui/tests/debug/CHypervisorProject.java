// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.runtime.CoreException;
import org.junit.jupiter.api.Assumptions;

/** A project with the hypervisor in C of the examples, compiled by gcc with {@code -g}. A test that asks for it is skipped without gcc. */
final class CHypervisorProject extends DebuggedProject {

    private static final int COMPILE_SECONDS = 60;

    CHypervisorProject() throws CoreException, IOException, InterruptedException {
        super("chypervisor");
        copy("c-hypervisor/hypervisor.c");
        copy("c-hypervisor/Makefile");
        List<String> command = new ArrayList<>(flags());
        command.addAll(List.of("-o", "c-hypervisor.elf", "hypervisor.c"));
        gcc(project().getLocation().toPath(), command);
        project().refreshLocal(IResource.DEPTH_INFINITE, null);
    }

    /** The options that the example's makefile gives to compiler and linker. */
    private List<String> flags() throws CoreException {
        List<String> flags = new ArrayList<>();
        for (String line : project().getFile("Makefile").readString().lines().toList()) {
            if (line.startsWith("CFLAGS = ") || line.startsWith("LDFLAGS = ")) {
                flags.addAll(List.of(line.substring(line.indexOf('=') + 2).split(" ")));
            }
        }
        return flags;
    }

    /** Compiles; fails with what gcc says. */
    static void gcc(Path folder, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("gcc"));
        command.addAll(arguments);
        Process gcc;
        try {
            gcc = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort("gcc is not installed: apt-get install gcc");
            return;
        }
        String output = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!gcc.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
            throw new AssertionError("gcc fails: " + output);
        }
    }

    /** Builds the same hypervisor in a folder outside of the workspace. @return the image */
    Path compileIn(Path folder) throws CoreException, IOException, InterruptedException {
        Path source = folder.resolve("hypervisor.c");
        Files.writeString(source, source().readString());
        List<String> command = new ArrayList<>(flags());
        command.addAll(List.of("-o", "outside.elf", source.toString()));
        gcc(folder, command);
        return folder.resolve("outside.elf");
    }

    @Override
    IFile source() {
        return project().getFile("hypervisor.c");
    }

    @Override
    IFile program() {
        return project().getFile("c-hypervisor.elf");
    }
}
