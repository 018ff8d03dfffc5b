// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Dumps made up for tests, one in each format. */
final class Samples {
    static final List<String> NAMES = List.of("linux", "linux-new", "xen", "qemu", "hyperkit", "haxm", "noirvisor", "hyperplatform",
            "virtualbox", "source.c");

    private Samples() {
    }

    static String text(String name) {
        return resource("samples/" + name + ".txt");
    }

    static String resource(String path) {
        try (InputStream in = Samples.class.getResourceAsStream(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
