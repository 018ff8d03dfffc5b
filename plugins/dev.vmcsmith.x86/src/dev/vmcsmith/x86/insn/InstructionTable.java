// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The parsed {@code instructions.tbl}: all forms, and the forms of a mnemonic. Loaded once, on first use; immutable. */
public final class InstructionTable {
    private static final class Holder {
        static final InstructionTable INSTANCE = new InstructionTable(read());

        private static String read() {
            try (InputStream in = InstructionTable.class.getResourceAsStream("instructions.tbl")) {
                return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException("The instruction table in the bundle dev.vmcsmith.x86 cannot be read; reinstall it.", e);
            }
        }
    }

    /** A spelling of a form: the form and, for condition rows, the condition it stands for. */
    public record Entry(InstructionForm form, int condition) {
    }

    private final List<InstructionForm> forms;
    private final Map<String, List<Entry>> byMnemonic;

    private InstructionTable(String text) {
        List<InstructionForm> rows = new ArrayList<>(2048);
        Map<String, List<Entry>> names = new HashMap<>(4096);
        new RowParser(text, rows, names).parse();
        forms = Collections.unmodifiableList(rows);
        byMnemonic = names;
    }

    /** The one table. */
    public static InstructionTable get() {
        return Holder.INSTANCE;
    }

    /** All rows, in table order; a form's position is its {@link InstructionForm#index}. */
    public List<InstructionForm> forms() {
        return forms;
    }

    /** The forms of a lower-case mnemonic or alias (conditions spelled out: {@code jne}); empty when there is no such instruction. */
    public List<Entry> forms(String mnemonic) {
        return byMnemonic.getOrDefault(mnemonic, List.of());
    }

    /** All lower-case mnemonics and aliases, unordered. */
    public Set<String> mnemonics() {
        return Collections.unmodifiableSet(byMnemonic.keySet());
    }
}
