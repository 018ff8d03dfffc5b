// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.imports;

import dev.vmcsmith.dumps.Dump;
import dev.vmcsmith.dumps.Dumps;
import dev.vmcsmith.dumps.Paste;
import dev.vmcsmith.dumps.diagnosis.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A text that was read, and what is in it.
 *
 * @param source its name for people
 * @param report what is wrong with its dumps, in words
 */
record DumpChoice(String source, List<Dump> dumps, String report) {
    private static final long LARGEST = 64 << 20;

    /** @throws IOException with a message for the user when the file cannot be read or is too large */
    static DumpChoice of(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("There is no file " + file + ".");
        }
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " is larger than 64 MiB: give the part with the dump.");
        }
        return of(file.getFileName().toString(), new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    }

    static DumpChoice of(String source, String text) {
        Paste paste = Dumps.read(text);
        List<Dump> dumps = paste.dumps().stream().filter(dump -> !dump.fields().isEmpty()).toList();
        return new DumpChoice(source, dumps, dumps.isEmpty() ? ""
                : Report.of(source, paste, List.of()).write(Report.Format.TEXT));
    }

    /** One line about a dump for a list. */
    static String title(Dump dump) {
        String name = dump.name().isEmpty() ? "" : ", " + dump.name();
        return "Line " + dump.firstLine() + ": " + dump.producer().title() + name + "; " + dump.fields().size() + " fields. "
                + dump.failure().text();
    }
}
