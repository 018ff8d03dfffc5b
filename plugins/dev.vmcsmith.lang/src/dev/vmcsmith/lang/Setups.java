// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.lang.compiler.Compiler;
import dev.vmcsmith.lang.format.FormatOptions;
import dev.vmcsmith.lang.generator.Dialect;
import dev.vmcsmith.lang.generator.Generator;
import dev.vmcsmith.lang.plan.IssueCodes;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.SetupPlanner;
import dev.vmcsmith.lang.validation.HvSyntaxMessages;
import dev.vmcsmith.vmx.rules.EntryRules;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Setups without a workbench: what the command line, tests and the debug adapter use. Nothing here throws because of what a file holds or
 * because it cannot be read: that is a {@link Problem} too (but for {@link #portability}, whose result has no place for one without a
 * processor).
 */
public final class Setups {
    /** The id of the problem that a file cannot be read. */
    public static final String FILE_NOT_READABLE = IssueCodes.FILE_NOT_READABLE;

    private static final long LARGEST = 16L << 20;

    private Setups() {
    }

    /** Everything that is wrong with a setup, in the order of its lines. */
    public static List<Problem> check(Path file) {
        return check(file, Optional.empty());
    }

    /** The same on another processor than the setup's own, given by name or file of its CPU profile. */
    public static List<Problem> check(Path file, Optional<String> cpu) {
        try {
            SetupReader reader = new SetupReader(file, read(file));
            return problems(reader, SetupPlanner.plan(reader.setup(), directory(file), cpu.orElse(null)));
        } catch (IOException e) {
            return List.of(unreadable(file, e));
        }
    }

    /** What {@link #check(Path)} finds, for text that is not saved. */
    public static List<Problem> check(Path file, String text) {
        SetupReader reader = new SetupReader(file, text);
        return problems(reader, SetupPlanner.plan(reader.setup(), directory(file), null));
    }

    /**
     * A setup on several processors; it is parsed once.
     *
     * @param cpus names or files of CPU profiles
     * @throws IOException with one line that says what to do, when the file cannot be read
     */
    public static Portability portability(Path file, List<String> cpus) throws IOException {
        SetupReader reader = new SetupReader(file, read(file));
        List<CpuFit> fits = cpus.stream().map(cpu -> fit(reader, file, cpu)).toList();
        return new Portability(fit(reader, file, null), fits);
    }

    /**
     * A setup in its layout.
     *
     * @throws IOException with one line that says what to do, when the file cannot be read
     */
    public static FormattedSetup format(Path file, FormatOptions options) throws IOException {
        String text = read(file);
        SetupReader reader = new SetupReader(file, text);
        return new FormattedSetup(text, reader.format(options),
                reader.diagnostics().stream().filter(problem -> problem.ruleId().equals(HvSyntaxMessages.SYNTAX)).toList());
    }

    private static CpuFit fit(SetupReader reader, Path file, String cpu) {
        SetupPlan plan = SetupPlanner.plan(reader.setup(), directory(file), cpu);
        return CpuFit.of(plan, problems(reader, plan));
    }

    /** Compiles a setup. Without errors the result has an image; with errors of VM-entry rules only, when the options do not check them. */
    public static CompiledSetup compile(Path file, CompileOptions options) {
        String text;
        try {
            text = read(file);
        } catch (IOException e) {
            return new CompiledSetup(Optional.empty(), List.of(unreadable(file, e)));
        }
        SetupReader reader = new SetupReader(file, text);
        SetupPlan plan = SetupPlanner.plan(reader.setup(), directory(file), options.cpu().orElse(null));
        List<Problem> problems = new ArrayList<>(problems(reader, plan));
        if (problems.stream().noneMatch(problem -> blocks(problem, options)) && plan.launched() == null) {
            problems.add(new Problem(file, 1, 1, 1, Problem.Severity.ERROR,
                    IssueCodes.MISSING, "the setup runs nothing: add run NAME { }"));
        }
        if (problems.stream().anyMatch(problem -> blocks(problem, options))) {
            return new CompiledSetup(Optional.empty(), problems);
        }
        String name = file.toAbsolutePath().normalize().toString();
        Compiler compiler = new Compiler(plan, String.valueOf(file.getFileName()), name);
        Optional<BootImage> image = compiler.compile();
        if (image.isEmpty()) {
            problems.add(new Problem(file, 1, 1, 1, Problem.Severity.ERROR,
                    IssueCodes.MEMORY_RANGE, "the machine has no %d KiB of memory in one"
                    .formatted(compiler.size() >> 10)
                    + " piece beside the guest's for the hypervisor: give it more memory, or move the guest"));
        }
        return new CompiledSetup(image, problems);
    }

    /**
     * Makes C sources and binary EPTs of a setup, for a hypervisor of one's own.
     *
     * @param eptAddress physical address for which the binary tables are made
     */
    public static GeneratedFiles generate(Path file, Dialect dialect, long eptAddress, CompileOptions options) {
        try {
            SetupReader reader = new SetupReader(file, read(file));
            SetupPlan plan = SetupPlanner.plan(reader.setup(), directory(file), options.cpu().orElse(null));
            List<Problem> problems = new ArrayList<>(problems(reader, plan));
            if (problems.stream().noneMatch(problem -> blocks(problem, options)) && plan.vmcses().isEmpty() && plan.epts().isEmpty()) {
                problems.add(new Problem(file, 1, 1, 1, Problem.Severity.ERROR, IssueCodes.MISSING,
                        "there is no VMCS and no EPT to generate: add vmcs NAME { } or ept NAME { }"));
            }
            boolean blocked = problems.stream().anyMatch(problem -> blocks(problem, options));
            return new GeneratedFiles(blocked ? Map.of() : Generator.generate(plan, String.valueOf(file.getFileName()), dialect,
                    eptAddress),
                    problems);
        } catch (IOException e) {
            return new GeneratedFiles(Map.of(), List.of(unreadable(file, e)));
        }
    }

    private static boolean blocks(Problem problem, CompileOptions options) {
        return problem.isError() && (options.check() || EntryRules.find(problem.ruleId()) == null);
    }

    private static List<Problem> problems(SetupReader reader, SetupPlan plan) {
        List<Problem> problems = new ArrayList<>(reader.diagnostics());
        plan.findings().forEach(finding -> problems.add(reader.problem(finding)));
        problems.sort(Comparator.comparing((Problem problem) -> !problem.file().equals(reader.file())).thenComparing(Problem::file)
                .thenComparingInt(Problem::line).thenComparingInt(Problem::column));
        return problems;
    }

    private static Path directory(Path file) {
        return file.toAbsolutePath().getParent();
    }

    private static Problem unreadable(Path file, IOException reason) {
        return new Problem(file, 1, 1, 1, Problem.Severity.ERROR, FILE_NOT_READABLE, reason.getMessage());
    }

    /** The text of a setup; the message of an exception is one line that says what to do. */
    private static String read(Path file) throws IOException {
        try {
            if (Files.isDirectory(file)) {
                throw new IOException(file + " is a directory; name a setup file (.hv)");
            }
            if (Files.size(file) > LARGEST) {
                throw new IOException(file + " is larger than 16 MiB, which no setup is");
            }
            byte[] bytes = Files.readAllBytes(file);
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (text.startsWith("\uFEFF")) {
                text = text.substring(1); // a byte order mark
            }
            if (text.indexOf('\0') >= 0) {
                throw new IOException(file + " is not text; name a setup file (.hv)");
            }
            return text;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file + "; check its name", e);
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not text in UTF-8; name a setup file (.hv) or save it as UTF-8", e);
        }
    }
}
