// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "check", mixinStandardHelpOptions = true,
        description = "Print the problems of setups as FILE:LINE:COL: error RULE-ID: message.",
        footer = {"", "Exit code: 0 no errors; 1 errors; 2 a file cannot be read."})
final class CheckCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "setups (.hv)")
    private List<String> files;

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        int code = ExitCode.GOOD;
        for (String file : files) {
            try {
                if (Problems.print(Problems.of(InputFile.setup(file)), console.out())) {
                    code = Math.max(code, ExitCode.FAILED);
                }
            } catch (BadInput e) {
                console.complain(e.getMessage());
                code = ExitCode.BAD_INPUT;
            }
        }
        return code;
    }
}
