// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The part of a hypervisor that every setup shares, as assembly text. */
final class Runtime {
    private static final List<String> PARTS = List.of("boot", "exceptions", "print", "lifecycle", "exit", "emulate", "emulate-more", "ept");

    private Runtime() {
    }

    static String text() {
        StringBuilder out = new StringBuilder("%line off\n");
        for (String part : PARTS) {
            try (InputStream in = Runtime.class.getResourceAsStream("runtime/" + part + ".asm")) {
                out.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException("the runtime's part " + part + " cannot be read", e);
            }
        }
        return out.toString();
    }
}
