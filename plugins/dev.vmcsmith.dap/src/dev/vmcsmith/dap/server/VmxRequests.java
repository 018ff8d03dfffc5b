// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.Bitmaps;
import dev.vmcsmith.dap.protocol.BitmapsArguments;
import dev.vmcsmith.dap.protocol.ConsoleArguments;
import dev.vmcsmith.dap.protocol.ConsolePort;
import dev.vmcsmith.dap.protocol.ConsoleText;
import dev.vmcsmith.dap.protocol.EntryChecks;
import dev.vmcsmith.dap.protocol.EntryChecksArguments;
import dev.vmcsmith.dap.protocol.EptDifferences;
import dev.vmcsmith.dap.protocol.EptDifferencesArguments;
import dev.vmcsmith.dap.protocol.EptMap;
import dev.vmcsmith.dap.protocol.EptMapArguments;
import dev.vmcsmith.dap.protocol.EptPointers;
import dev.vmcsmith.dap.protocol.ExitExplanation;
import dev.vmcsmith.dap.protocol.ExitLog;
import dev.vmcsmith.dap.protocol.ExitStatistics;
import dev.vmcsmith.dap.protocol.ExitStatisticsArguments;
import dev.vmcsmith.dap.protocol.ExitTimeline;
import dev.vmcsmith.dap.protocol.ExitTimelineArguments;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.ExplainExitArguments;
import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.dap.protocol.PageWalkArguments;
import dev.vmcsmith.dap.protocol.SetVmcsFieldArguments;
import dev.vmcsmith.dap.protocol.ThreadArguments;
import dev.vmcsmith.dap.protocol.VmcsArguments;
import dev.vmcsmith.dap.protocol.VmcsContents;
import dev.vmcsmith.dap.protocol.VmcsDifferences;
import dev.vmcsmith.dap.protocol.VmcsDifferencesArguments;
import dev.vmcsmith.dap.protocol.VmcsList;
import java.util.concurrent.CompletableFuture;

/** VMCSmith's own requests that look at a debuggee, or change its VMCSs. */
abstract class VmxRequests extends InspectionRequests {

    @Override
    public CompletableFuture<VmcsContents> vmcs(VmcsArguments arguments) {
        return inspect(debuggee -> debuggee.vmcsCatalog().contents(debuggee.cpuOf(arguments.threadId()), arguments.vmcs()));
    }

    @Override
    public CompletableFuture<EntryChecks> entryChecks(EntryChecksArguments arguments) {
        return inspect(debuggee -> debuggee.vmcsRules().check(debuggee.cpuOf(arguments.threadId()), arguments.vmcs()));
    }

    @Override
    public CompletableFuture<EntryChecks> setVmcsField(SetVmcsFieldArguments arguments) {
        return inspect(debuggee -> {
            if (arguments.encoding() == null || arguments.value() == null) {
                throw new RequestFailure("\"encoding\" and \"value\" say which field is to be changed to what: one is missing");
            }
            EntryChecks checks = debuggee.vmcsRules().set(debuggee.cpuOf(arguments.threadId()), arguments);
            debuggee.timeline().changed();
            return checks;
        });
    }

    @Override
    public CompletableFuture<ExitLog> exits(ExitsArguments arguments) {
        return RequestFailure.answer(() -> {
            ExitRecords records = launched().exitRecords();
            suspendedNow().ifPresent(debuggee -> debuggee.exitHandlers().find(records.entries(arguments), arguments.asksForHandlers()));
            return records.page(arguments);
        });
    }

    @Override
    public CompletableFuture<ExitStatistics> exitStatistics(ExitStatisticsArguments arguments) {
        return RequestFailure.answer(() -> launched().exitRecords().statistics(arguments, launched().now()));
    }

    @Override
    public CompletableFuture<ConsoleText> console(ConsoleArguments arguments) {
        return inspect(debuggee -> debuggee.console(arguments.port() == null ? ConsolePort.DEFAULT : arguments.port(), arguments.from()));
    }

    @Override
    public CompletableFuture<PageWalk> pageWalk(PageWalkArguments arguments) {
        return inspect(debuggee -> debuggee.pageWalks().explain(arguments));
    }

    @Override
    public CompletableFuture<EptMap> eptMap(EptMapArguments arguments) {
        return inspect(debuggee -> debuggee.eptMaps().map(arguments));
    }

    @Override
    public CompletableFuture<VmcsList> vmcsList(ThreadArguments arguments) {
        return inspect(debuggee -> debuggee.vmcsCatalog().list());
    }

    @Override
    public CompletableFuture<VmcsDifferences> vmcsDifferences(VmcsDifferencesArguments arguments) {
        return inspect(debuggee -> debuggee.vmcsCatalog().differences(arguments));
    }

    @Override
    public CompletableFuture<Bitmaps> bitmaps(BitmapsArguments arguments) {
        return inspect(debuggee -> debuggee.bitmaps().decode(arguments));
    }

    @Override
    public CompletableFuture<ExitExplanation> explainExit(ExplainExitArguments arguments) {
        return inspect(debuggee -> debuggee.exitPrediction().explain(arguments));
    }

    @Override
    public CompletableFuture<ExitTimeline> exitTimeline(ExitTimelineArguments arguments) {
        return RequestFailure.answer(() -> launched().exitRecords().timeline(arguments));
    }

    @Override
    public CompletableFuture<EptPointers> eptPointers(ThreadArguments arguments) {
        return inspect(debuggee -> debuggee.eptCatalog().pointers(debuggee.cpuOf(arguments.threadId())));
    }

    @Override
    public CompletableFuture<EptDifferences> eptDifferences(EptDifferencesArguments arguments) {
        return inspect(debuggee -> debuggee.eptCatalog().differences(arguments));
    }
}
