// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.lang.Problem;
import dev.vmcsmith.lang.Setups;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** The problems of a setup. Nothing else of the command line loads the language. */
final class Problems {

    private Problems() {
    }

    /** @param cpu profile that replaces the setup's own, null for none */
    static List<Problem> of(InputFile setup, String cpu) {
        return Setups.check(setup.path(), Optional.ofNullable(cpu));
    }

    /** Prints problems, one per line; true when there are errors among them. */
    static boolean print(List<Problem> problems, PrintStream out) {
        problems.forEach(out::println);
        return problems.stream().anyMatch(Problem::isError);
    }
}
