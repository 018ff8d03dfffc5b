// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.ElfReader;
import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.lang.eval.Evaluator;
import dev.vmcsmith.lang.eval.NamedNumbers;
import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.hv.AsmElement;
import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.DataLabel;
import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.GuestData;
import dev.vmcsmith.lang.hv.GuestElf;
import dev.vmcsmith.lang.hv.GuestFile;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.PageTables;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.naming.HvNames;
import dev.vmcsmith.lang.scoping.Imports;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.AssemblyProblem;
import dev.vmcsmith.x86.asm.AssemblySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.nodemodel.ICompositeNode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/** Fills guest memory: assembles guest code, whose blocks may use each other's labels, reads files, builds page tables. */
final class GuestMemoryPlanner implements Evaluator.Places {
    /** Rounds of assembling until labels of other blocks stand still. */
    private static final int ROUNDS = 6;
    private static final long LARGEST_FILE = 256L << 20;

    private final Planning planning;
    private final Map<Symbol, Long> addresses = new IdentityHashMap<>();
    private final Map<GuestCode, Assembly> code = new IdentityHashMap<>();
    private final Map<Symbol, byte[]> contents = new IdentityHashMap<>();
    private final Map<GuestData, GuestDataPlanner> data = new IdentityHashMap<>();
    private final Map<GuestElf, Optional<BootImage>> executables = new IdentityHashMap<>();
    private final Map<EObject, Map<String, Element>> names = new IdentityHashMap<>();
    private boolean assembled;
    private boolean assembling;

    GuestMemoryPlanner(Planning planning) {
        this.planning = planning;
    }

    List<GuestBlock> plan() {
        assemble();
        List<GuestBlock> blocks = new ArrayList<>();
        for (GuestCode block : planning.elements(GuestCode.class)) {
            report(block);
            if (address(block).known() && code.get(block) != null) {
                blocks.add(new GuestBlock(planning.uniqueName(block), address(block).number(), code.get(block).bytes(), block,
                        code.get(block)));
            }
        }
        planning.elements(GuestData.class).forEach(block -> add(block, data(block) == null ? null : data(block).bytes(), blocks));
        planning.elements(GuestFile.class).forEach(file -> add(file, content(file), blocks));
        planning.elements(GuestElf.class).forEach(file -> executable(file).ifPresent(elf -> segments(file, elf, blocks)));
        planning.elements(PageTables.class).forEach(tables -> add(tables, address(tables).known() ? tables(tables) : null, blocks));
        return blocks;
    }

    private void add(Symbol origin, byte[] bytes, List<GuestBlock> blocks) {
        if (address(origin).known() && bytes != null) {
            blocks.add(new GuestBlock(planning.uniqueName(origin), address(origin).number(), bytes, origin, null));
        }
    }

    private void segments(GuestElf file, BootImage elf, List<GuestBlock> blocks) {
        String name = planning.uniqueName(file);
        BootImage symbols = elf;
        for (Segment segment : elf.segments()) {
            byte[] bytes = Arrays.copyOf(segment.bytes(), (int) segment.memorySize());
            blocks.add(new GuestBlock(symbols != null ? name : name + segment.name(), segment.physicalAddress(), bytes, file, null,
                    symbols));
            symbols = null;
        }
    }

    // ---- places for the evaluator --------------------------------------------------------------------------------------------------

    @Override
    public Value address(Symbol symbol) {
        return switch (symbol) {
            case GuestCode block -> place(block, block.getAddress());
            case GuestData block -> place(block, block.getAddress());
            case GuestFile file -> place(file, file.getAddress());
            case GuestElf file -> executable(file).map(elf -> Value.of(elf.entry())).orElse(Value.UNKNOWN);
            case DataLabel label -> label.eContainer() instanceof GuestData block && data(block) != null
                    ? Value.of(data(block).address(label)) : Value.UNKNOWN;
            case PageTables tables -> place(tables, tables.getAddress());
            case AsmLabel label -> label(label);
            default -> Value.UNKNOWN;
        };
    }

    @Override
    public Value size(Symbol symbol) {
        return switch (symbol) {
            case GuestFile file -> Value.of(content(file).length);
            case GuestData block -> data(block) == null ? Value.UNKNOWN : Value.of(data(block).size());
            case PageTables tables -> address(tables).known() ? Value.of(tables(tables).length) : Value.UNKNOWN;
            case GuestCode block -> {
                assemble();
                yield code.containsKey(block) ? Value.of(code.get(block).bytes().length) : Value.UNKNOWN;
            }
            default -> Value.UNKNOWN;
        };
    }

    private Value place(Symbol symbol, Expression expression) {
        Long known = addresses.get(symbol);
        if (known == null) {
            addresses.put(symbol, -1L);
            OptionalLong value = planning.constant(expression);
            known = value.isPresent() ? value.getAsLong() : -1;
            addresses.put(symbol, known);
        }
        return known == -1 ? Value.UNKNOWN : Value.of(known);
    }

    private Value label(AsmLabel label) {
        assemble();
        Assembly block = label.eContainer() instanceof GuestCode owner ? code.get(owner) : null;
        Long address = block == null ? null : block.labels().get(label.getName());
        return address == null ? Value.UNKNOWN : Value.of(address);
    }

    // ---- assembling ----------------------------------------------------------------------------------------------------------------

    private void assemble() {
        if (assembled || assembling) {
            return;
        }
        assembling = true;
        List<GuestCode> blocks = planning.elements(GuestCode.class);
        boolean moved = true;
        for (int round = 0; moved && round < ROUNDS; round++) {
            moved = false;
            for (GuestCode block : blocks) {
                moved |= assembleOnce(block) && blocks.size() > 1;
            }
        }
        assembling = false;
        assembled = true;
    }

    /** Whether labels are elsewhere than before. */
    private boolean assembleOnce(GuestCode block) {
        if (block.getName() == null || !address(block).known() || !isWidth(block.getBits())) {
            return false;
        }
        Assembly before = code.get(block);
        Assembly now = new Assembler().assemble(new AssemblySource(text(block), null, address(block).number(), (int) block.getBits(),
                name -> symbol(block, name)));
        code.put(block, now);
        return before == null || !before.labels().equals(now.labels());
    }

    private static boolean isWidth(long bits) {
        return bits == 16 || bits == 32 || bits == 64;
    }

    /** What a name in guest code stands for outside its own block; null when nothing. */
    private Long symbol(GuestCode block, String name) {
        Map<String, Element> known = names.computeIfAbsent(block.eContainer(), file -> names((Setup) file));
        Element element = known.get(name);
        if (element instanceof Constant constant) {
            Value value = planning.value(constant);
            return value.known() ? value.number() : null;
        }
        if (element instanceof Symbol symbol) {
            Value value = address(symbol);
            return value.known() ? value.number() : null;
        }
        int dot = name.lastIndexOf('.');
        Element owner = dot > 0 ? known.get(name.substring(0, dot)) : null;
        if (owner instanceof GuestCode other) {
            Assembly assembly = code.get(other);
            Long label = assembly == null ? null : assembly.labels().get(name.substring(dot + 1));
            return label != null || assembly != null ? label : addresses.get(other);
        }
        if (owner instanceof GuestData other && data(other) != null) {
            return other.getItems().stream().filter(DataLabel.class::isInstance).map(DataLabel.class::cast)
                    .filter(label -> name.substring(dot + 1).equals(label.getName())).map(data(other)::address).findFirst().orElse(null);
        }
        OptionalLong number = NamedNumbers.find(name);
        return number.isPresent() ? number.getAsLong() : null;
    }

    private static Map<String, Element> names(Setup file) {
        Map<String, Element> found = new HashMap<>();
        for (Imports.Visible visible : Imports.visible(file)) {
            for (Element element : visible.setup().getElements()) {
                if (element instanceof Symbol symbol) {
                    found.putIfAbsent(visible.prefix() + HvNames.of(symbol), element);
                }
            }
        }
        return found;
    }

    /** The assembly of a block on the lines and columns that it has in the file, from the line of its first element. */
    private static String text(GuestCode block) {
        StringBuilder out = new StringBuilder();
        SourceText source = SourceText.of(block);
        int line = SourceText.line(block);
        for (AsmElement element : block.getLines()) {
            ICompositeNode node = NodeModelUtils.findActualNodeFor(element);
            for (; line < node.getStartLine(); line++) {
                out.append('\n');
            }
            int column = node.getOffset() - source.offset(line);
            int used = out.length() - out.lastIndexOf("\n") - 1;
            out.repeat(' ', Math.max(0, column - used)).append(NodeModelUtils.getTokenText(node));
        }
        return out.append('\n').toString();
    }

    private void report(GuestCode block) {
        if (!isWidth(block.getBits())) {
            planning.error(IssueCodes.BAD_VALUE, "guest code has 16, 32 or 64 bits", block, HvPackage.Literals.GUEST_CODE__BITS);
        }
        Assembly result = code.get(block);
        if (result == null || result.problems().isEmpty()) {
            return;
        }
        SourceText source = SourceText.of(block);
        int first = SourceText.line(block);
        String text = NodeModelUtils.getNode(block).getRootNode().getText();
        for (AssemblyProblem problem : result.problems()) {
            int offset = Math.min(source.offset(first + problem.line() - 1) + problem.column() - 1, text.length() - 1);
            int length = Math.min(Math.max(1, problem.length()), text.length() - offset);
            planning.findings().add(Finding.error(IssueCodes.ASSEMBLY, message(problem, text.substring(offset, offset + length), block),
                    block, null).at(offset, length));
        }
    }

    /** A name that means nothing in assembly may be one that another file of the project declares. */
    private String message(AssemblyProblem problem, String marked, GuestCode block) {
        List<String> files = problem.undefined() ? planning.declaring(marked, block) : List.of();
        return files.isEmpty() ? problem.message() : "there is no '" + marked + "' here; " + Suggestions.declaredIn(files);
    }

    // ---- files ---------------------------------------------------------------------------------------------------------------------

    private byte[] tables(PageTables tables) {
        byte[] known = contents.get(tables);
        if (known == null) {
            known = new PageTablesPlanner(planning, tables, address(tables).number()).bytes();
            contents.put(tables, known);
        }
        return known;
    }

    private GuestDataPlanner data(GuestData block) {
        GuestDataPlanner known = data.get(block);
        if (known == null && address(block).known()) {
            known = new GuestDataPlanner(planning, block, address(block).number());
            data.put(block, known);
        }
        return known;
    }

    private Optional<BootImage> executable(GuestElf file) {
        if (file.getPath() == null) {
            return Optional.empty();
        }
        if (!executables.containsKey(file)) {
            Optional<BootImage> read = Optional.empty();
            try {
                read = Optional.of(ElfReader.read(planning.directory(file).resolve(file.getPath())));
            } catch (ImageFormatException e) {
                planning.error(IssueCodes.FILE_NOT_READABLE, e.getMessage(), file, HvPackage.Literals.GUEST_ELF__PATH);
            }
            executables.put(file, read);
        }
        return executables.get(file);
    }

    private byte[] content(GuestFile file) {
        return contents.computeIfAbsent(file, f -> read(file));
    }

    private byte[] read(GuestFile file) {
        Path path = file.getPath() == null ? null : planning.directory(file).resolve(file.getPath());
        String problem;
        try {
            if (path == null) {
                return new byte[0];
            }
            if (Files.size(path) <= LARGEST_FILE) {
                return Files.readAllBytes(path);
            }
            problem = "the file " + path + " is larger than 256 MiB";
        } catch (NoSuchFileException e) {
            problem = "there is no file " + path;
        } catch (IOException e) {
            problem = "the file " + path + " cannot be read: " + e.getMessage();
        }
        planning.error(IssueCodes.FILE_NOT_READABLE, problem, file, HvPackage.Literals.GUEST_FILE__PATH);
        return new byte[0];
    }
}
