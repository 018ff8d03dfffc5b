// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The part of a hypervisor that every setup shares, as assembly text. It is written once for hypervisors of 64 and of 32 bits: registers of
 * natural width are called RAX to RSP, and what differs stands between {@code %if64} or {@code %if32}, {@code %else} and {@code %endif};
 * what only a hypervisor with several processors needs stands behind {@code %ifsmp}.
 */
final class Runtime {
    private static final List<String> PARTS = List.of("boot", "exceptions", "print", "lifecycle", "exit", "numbers", "ept", "memory",
            "emulate",
            "emulate-more", "descriptors");
    private static final String SEVERAL = "processors";
    private static final Pattern NATURAL_REGISTER = Pattern.compile("\\br([abcd]x|[sd]i|[bs]p)\\b");

    private final boolean is64;
    private final boolean several;

    /** @param several whether more than one processor runs guests */
    Runtime(boolean is64, boolean several) {
        this.is64 = is64;
        this.several = several;
    }

    String text() {
        StringBuilder out = new StringBuilder("%line off\n");
        PARTS.forEach(part -> out.append(part(part)));
        return several ? out.append(part(SEVERAL)).toString() : out.toString();
    }

    private String part(String part) {
        try (InputStream in = Runtime.class.getResourceAsStream("runtime/" + part + ".asm")) {
            return translate(new String(in.readAllBytes(), StandardCharsets.UTF_8)) + '\n';
        } catch (IOException e) {
            throw new UncheckedIOException("the runtime's part " + part + " cannot be read", e);
        }
    }

    /** The text for the hypervisor's mode. */
    String translate(String text) {
        StringBuilder out = new StringBuilder();
        boolean taken = true;
        for (String line : text.lines().toList()) {
            switch (line) {
                case "%if64" -> taken = is64;
                case "%if32" -> taken = !is64;
                case "%ifsmp" -> taken = several;
                case "%else" -> taken = !taken;
                case "%endif" -> taken = true;
                default -> out.append(!taken ? "" : is64 ? line : narrow(line)).append('\n');
            }
        }
        return out.toString();
    }

    private static String narrow(String line) {
        return NATURAL_REGISTER.matcher(line).replaceAll("e$1").replace("qword", "dword").replace("bits 64", "bits 32")
                .replace("pushfq", "pushfd").replace("popfq", "popfd");
    }
}
