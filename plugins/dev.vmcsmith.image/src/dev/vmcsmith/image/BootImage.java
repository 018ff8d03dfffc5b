// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** A bare-metal program as a boot loader, a machine and a debugger need it. Immutable. */
public final class BootImage {
    private final String name;
    private final int bits;
    private final long entry;
    private final List<Segment> segments;
    private final SymbolTable symbols;
    private final LineTable lines;
    private final Supplier<List<Variable>> variableReader;
    private List<Variable> variables;
    private final Supplier<CallFrames> callFrameReader;
    private CallFrames callFrames;
    private final List<Note> notes;
    private final MultibootHeader multiboot;
    private final LinuxHeader linux;
    private final MachineConfig machine;
    private final Expectations expectations;

    private BootImage(Builder from) throws ImageFormatException {
        name = from.name;
        bits = from.bits;
        entry = from.entry;
        segments = List.copyOf(from.segments);
        symbols = from.symbols;
        lines = from.lines;
        variableReader = from.variables;
        callFrameReader = from.callFrames;
        notes = List.copyOf(from.notes);
        multiboot = from.multiboot;
        linux = from.linux;
        Optional<Note> machineNote = notes.stream().filter(n -> n.isOurs(Note.MACHINE)).findFirst();
        machine = machineNote.isPresent() ? MachineConfig.decode(machineNote.get().text()) : null;
        Optional<Note> expectNote = notes.stream().filter(n -> n.isOurs(Note.EXPECTATIONS)).findFirst();
        expectations = expectNote.isPresent() ? Expectations.decode(expectNote.get().text()) : Expectations.NONE;
    }

    /**
     * @param name for messages: the file's name
     * @param bits the ELF class: 32 or 64
     */
    public static Builder builder(String name, int bits) {
        return new Builder(name, bits);
    }

    public String name() {
        return name;
    }

    /** ELF class, 32 or 64. A multiboot loader enters both in 32-bit protected mode without paging. */
    public int bits() {
        return bits;
    }

    /** Physical address of the first instruction. */
    public long entry() {
        return entry;
    }

    public List<Segment> segments() {
        return segments;
    }

    public SymbolTable symbols() {
        return symbols;
    }

    public LineTable lines() {
        return lines;
    }

    /** The variables of functions, as far as the compiler says where they are; read when they are first asked for. */
    public synchronized List<Variable> variables() {
        if (variables == null) {
            variables = List.copyOf(variableReader.get());
        }
        return variables;
    }

    /** How to get from functions back to their callers, as far as the compiler says so; read when it is first asked for. */
    public synchronized CallFrames callFrames() {
        if (callFrames == null) {
            callFrames = callFrameReader.get();
        }
        return callFrames;
    }

    public List<Note> notes() {
        return notes;
    }

    /** Empty when no boot loader would take the image. For an image not yet written, the header its first segment holds. */
    public Optional<MultibootHeader> multiboot() {
        return Optional.ofNullable(multiboot);
    }

    /** The header of a Linux kernel, which is not an ELF file; empty for all others. */
    public Optional<LinuxHeader> linux() {
        return Optional.ofNullable(linux);
    }

    /** The machine the image asks for; empty for foreign images. */
    public Optional<MachineConfig> machine() {
        return Optional.ofNullable(machine);
    }

    public Expectations expectations() {
        return expectations;
    }

    /** Collects the parts of an image. */
    public static final class Builder {
        private final String name;
        private final int bits;
        private final List<Segment> segments = new ArrayList<>();
        private final List<Note> notes = new ArrayList<>();
        private long entry;
        private SymbolTable symbols = SymbolTable.EMPTY;
        private LineTable lines = LineTable.EMPTY;
        private Supplier<List<Variable>> variables = List::of;
        private Supplier<CallFrames> callFrames = () -> CallFrames.NONE;
        private MultibootHeader multiboot;
        private LinuxHeader linux;

        private Builder(String name, int bits) {
            if (bits != 32 && bits != 64) {
                throw new IllegalArgumentException("an ELF image has 32 or 64 bits, not " + bits);
            }
            this.name = Objects.requireNonNull(name);
            this.bits = bits;
        }

        public Builder entry(long address) {
            entry = address;
            return this;
        }

        public Builder segment(Segment segment) {
            segments.add(segment);
            return this;
        }

        public Builder symbols(SymbolTable table) {
            symbols = table;
            return this;
        }

        public Builder lines(LineTable table) {
            lines = table;
            return this;
        }

        Builder variables(Supplier<List<Variable>> reader) {
            variables = reader;
            return this;
        }

        Builder callFrames(Supplier<CallFrames> reader) {
            callFrames = reader;
            return this;
        }

        public Builder note(Note note) {
            notes.add(note);
            return this;
        }

        public Builder machine(MachineConfig config) {
            return note(Note.text(Note.MACHINE, config.encode()));
        }

        public Builder expectations(Expectations expected) {
            return note(Note.text(Note.EXPECTATIONS, expected.encode()));
        }

        Builder multiboot(MultibootHeader header) {
            multiboot = header;
            return this;
        }

        Builder linux(LinuxHeader header) {
            linux = header;
            return this;
        }

        /** The finished image. */
        public BootImage build() {
            try {
                return read();
            } catch (ImageFormatException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }

        /** The finished image, when the notes come from a file and may be damaged. */
        BootImage read() throws ImageFormatException {
            if (multiboot == null && !segments.isEmpty()) {
                multiboot = MultibootHeader.find(segments.getFirst().bytes()).orElse(null);
            }
            return new BootImage(this);
        }
    }
}
