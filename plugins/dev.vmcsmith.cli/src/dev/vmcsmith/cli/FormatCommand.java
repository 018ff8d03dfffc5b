// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.lang.FormattedSetup;
import dev.vmcsmith.lang.Setups;
import dev.vmcsmith.lang.format.FormatOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lays out setups. */
@Command(name = "format", mixinStandardHelpOptions = true,
        description = {"Lay out setups: indentation, spaces, alignment. What they say does not change, comments stay.",
            "Files that change are named."},
        footer = {"", "Exit code: 0 formatted, or nothing to do; 1 a setup has syntax errors and is left alone, or --check found one to format;",
            "2 a file cannot be read or written."})
final class FormatCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "setups (.hv)")
    private List<String> files;

    @Option(names = "--check", description = "write nothing; name the files that are not formatted")
    private boolean check;

    @Option(names = "--stdout", description = "write nothing; print the formatted text")
    private boolean print;

    @Option(names = "--indent", paramLabel = "COLUMNS", description = "one step of indentation (default: ${DEFAULT-VALUE})")
    private int indent = FormatOptions.DEFAULT.indent();

    @Option(names = "--tabs", description = "indent with tabs")
    private boolean tabs;

    @Option(names = "--no-align", description = "do not align neighbouring lines and comments")
    private boolean loose;

    @Option(names = "--width", paramLabel = "COLUMNS", description = "of the longest line (default: ${DEFAULT-VALUE})")
    private int width = FormatOptions.DEFAULT.width();

    FormatCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (check && print) {
            throw new BadInput("--check and --stdout exclude each other: give one of them");
        }
        FormatOptions options = new FormatOptions(indent, tabs, !loose, FormatOptions.DEFAULT.commentColumn(), width);
        int code = ExitCode.GOOD;
        for (String file : files) {
            try {
                code = Math.max(code, format(InputFile.setup(file).path(), options));
            } catch (BadInput e) {
                console.complain(e.getMessage());
                code = ExitCode.BAD_INPUT;
            }
        }
        return code;
    }

    private int format(Path file, FormatOptions options) {
        try {
            FormattedSetup setup = Setups.format(file, options);
            if (setup.formatted().isEmpty()) {
                setup.problems().forEach(problem -> console.complain(problem.toString()));
                return ExitCode.FAILED;
            }
            if (print) {
                console.out().print(setup.formatted().get());
            } else if (setup.differs()) {
                console.out().println(file);
                if (check) {
                    return ExitCode.FAILED;
                }
                write(file, setup.formatted().get());
            }
            return ExitCode.GOOD;
        } catch (IOException e) {
            throw new BadInput(e.getMessage());
        }
    }

    /** The old text is there until the new one is complete. */
    private static void write(Path file, String text) {
        Path target = file.toAbsolutePath();
        try {
            Path real = Files.exists(target) ? target.toRealPath() : target;
            Path temporary = Files.createTempFile(real.getParent(), ".format", ".hv");
            try {
                Files.writeString(temporary, text);
                copyPermissions(real, temporary);
                Files.move(temporary, real, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new BadInput(file + " cannot be written: " + e.getMessage() + "; check its permissions and those of its folder");
        }
    }

    private static void copyPermissions(Path from, Path to) throws IOException {
        if (Files.getFileStore(from).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
        }
    }
}
