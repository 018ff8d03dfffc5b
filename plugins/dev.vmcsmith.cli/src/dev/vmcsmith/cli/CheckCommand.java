// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "check", mixinStandardHelpOptions = true,
        description = {"Print the problems of setups as FILE:LINE:COL: error RULE-ID: message;",
            "with --cpu all, one line per CPU profile: OK or the number of errors there, the control fields adjusted to that CPU, "
                + "the controls and features that it lacks, and the other rules that break."},
        footer = {"", "Exit code: 0 no errors; 1 errors; 2 a file or a CPU profile cannot be read.",
            "With --cpu all only errors on the setup's own CPU count: what other CPUs lack is information."})
final class CheckCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "setups (.hv)")
    private List<String> files;

    @Option(names = "--cpu", paramLabel = "PROFILE",
            description = "name or file of a CPU profile in place of the setup's own, or \"all\" for the portability matrix")
    private String cpu;

    @Option(names = "--format", paramLabel = "FORMAT", description = "of the portability matrix: text (default) or json")
    private String format = "text";

    private final List<PortabilityMatrix> matrices = new ArrayList<>();

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        boolean json = OutputFormat.of(format) == OutputFormat.JSON;
        boolean all = Cpus.ALL.equals(cpu);
        if (json && !all) {
            throw new BadInput("--format json is for the portability matrix: give it with --cpu all");
        }
        String other = cpu == null || all ? null : Cpus.reference(cpu);
        int code = ExitCode.GOOD;
        for (String file : files) {
            try {
                InputFile setup = InputFile.setup(file);
                if (all ? matrix(setup, json) : Problems.print(Problems.of(setup, other), console.out())) {
                    code = Math.max(code, ExitCode.FAILED);
                }
            } catch (BadInput e) {
                console.complain(e.getMessage());
                code = ExitCode.BAD_INPUT;
            }
        }
        if (json) {
            PortabilityMatrix.printJson(matrices, console.out());
        }
        return code;
    }

    /** True when the setup has errors on its own CPU. */
    private boolean matrix(InputFile setup, boolean json) {
        PortabilityMatrix matrix = new PortabilityMatrix(setup);
        if (json) {
            matrices.add(matrix);
        } else {
            matrix.print(console.out());
        }
        return matrix.failsOnItsOwnCpu();
    }
}
