// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of the command line. */
public final class Main {
    private static final int BUFFER = 1 << 16;

    private Main() {
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER), false,
                StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.exit(run(args, out, err));
    }

    /**
     * Runs a command.
     *
     * @return the exit code, see {@link ExitCode}
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        Console console = new Console(out, err);
        CommandLine line = new CommandLine(new Root());
        line.addSubcommand(new RunCommand(console)).addSubcommand(new CheckCommand(console)).addSubcommand(new CompileCommand(console))
                .addSubcommand(new GenerateCommand(console))
                .addSubcommand(new DiagnoseCommand(console)).addSubcommand(new ImportCommand(console))
                .addSubcommand(new FormatCommand(console))
                .addSubcommand(new ExplainCommand(console)).addSubcommand(new CpuCommand(console))
                .addSubcommand(new BenchCommand(console)).addSubcommand(new DapCommand(console));
        line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8)).setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((e, arguments) -> wrongArguments(e, console));
        line.setExecutionExceptionHandler((e, command, result) -> failed(e, console));
        int code = line.execute(args);
        out.flush();
        return code;
    }

    private static int wrongArguments(ParameterException e, Console console) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        boolean atRoot = e.getCommandLine().getParent() == null;
        String message = e instanceof UnmatchedArgumentException unmatched
                ? (atRoot ? "there is no command " : "there is no option or further argument ") + unmatched.getUnmatched().getFirst()
                        : e.getMessage();
        console.complain(message + "; see '" + command + " --help'");
        return ExitCode.BAD_INPUT;
    }

    private static int failed(Exception e, Console console) throws Exception {
        if (e instanceof BadInput) {
            console.complain(e.getMessage());
            return ExitCode.BAD_INPUT;
        }
        throw e;
    }

    @Command(name = "vmcsmith", mixinStandardHelpOptions = true, versionProvider = Version.class, synopsisSubcommandLabel = "COMMAND",
            description = "Write hypervisor setups for Intel VMX, check them against the SDM, run and debug them.",
            footer = {"", "Further commands of the vmcsmith script:",
                "  ide [WORKSPACE]  Open the IDE.",
                "  lsp              Serve the Language Server Protocol for an editor.",
                "  test             Build everything and run every test.", "",
                "Exit code: 0 good; 1 a setup has errors, an expectation does not hold or the machine stopped abnormally; 2 bad input."})
    private static final class Root implements Callable<Integer> {
        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            throw new ParameterException(spec.commandLine(), "Missing command");
        }
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"VMCSmith 0.1.0"};
        }
    }
}
