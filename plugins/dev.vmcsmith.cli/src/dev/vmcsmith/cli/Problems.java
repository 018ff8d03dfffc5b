// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.lang.Problem;
import dev.vmcsmith.lang.Setups;
import java.io.PrintStream;
import java.util.List;

/** The problems of a setup. Nothing else of the command line loads the language. */
final class Problems {

    private Problems() {
    }

    static List<Problem> of(InputFile setup) {
        return Setups.check(setup.path());
    }

    /** Prints problems, one per line; true when there are errors among them. */
    static boolean print(List<Problem> problems, PrintStream out) {
        problems.forEach(out::println);
        return problems.stream().anyMatch(Problem::isError);
    }
}
