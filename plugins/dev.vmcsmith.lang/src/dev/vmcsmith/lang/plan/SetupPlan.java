// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Evaluator;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Run;
import dev.vmcsmith.lang.hv.Setup;
import java.util.List;

/**
 * A setup worked out.
 *
 * @param memory    what the setup puts into guest memory
 * @param vmcses    in the order of the file
 * @param handlers  in the order of the file, those of other VMCSs too
 * @param run       null when the setup runs nothing
 * @param evaluator for expressions in handlers
 * @param findings  everything that is wrong, in no order
 */
public record SetupPlan(Setup setup, MachinePlan machine, List<GuestBlock> memory, List<EptPlan> epts, List<VmcsPlan> vmcses,
        List<ExitHandler> handlers, Run run, Evaluator evaluator, List<Finding> findings) {
    /** The VMCS that {@code run} launches, null when there is none. */
    public VmcsPlan launched() {
        return run == null ? null : vmcses.stream().filter(vmcs -> vmcs.origin() == run.getVmcs()).findFirst().orElse(null);
    }
}
