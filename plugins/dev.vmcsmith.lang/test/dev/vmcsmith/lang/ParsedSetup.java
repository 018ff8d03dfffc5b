// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.SetupPlanner;
import java.nio.file.Path;

/** A setup from text, worked out. */
public final class ParsedSetup {
    private ParsedSetup() {
    }

    public static SetupPlan plan(String text) {
        return SetupPlanner.plan(new SetupReader(Path.of("test.hv"), text).setup(), Path.of(""), null);
    }

    /** The walkthrough with one part replaced. */
    public static SetupPlan walkthrough(String before, String after) {
        return plan(Walkthrough.with(before, after));
    }
}
