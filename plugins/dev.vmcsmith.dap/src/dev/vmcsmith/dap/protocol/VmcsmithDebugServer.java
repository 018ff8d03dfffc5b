// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.debug.services.IDebugProtocolServer;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;

/**
 * The debug adapter as a client sees it: the standard requests and VMCSmith's own.
 *
 * <p>Every own request may be sent while the machine is suspended; {@link #exits}, {@link #exitStatistics} and {@link #exitTimeline} also
 * while it runs. The others then fail with the message {@value #NOT_SUSPENDED}. A failed request completes its future with a
 * {@code ResponseErrorException} whose message is one line for the user.
 */
public interface VmcsmithDebugServer extends IDebugProtocolServer {

    /** The {@code adapterID} that {@code initialize} expects from a client, and the type of a launch. */
    String ADAPTER_ID = "vmcsmith";

    /** Message of a request that needs a suspended machine. */
    String NOT_SUSPENDED = "The machine is running: pause it first.";

    // --- VMCS ------------------------------------------------------------------------------------------------------------

    /** The VMCSs that there are. */
    @JsonRequest("vmcsmith/vmcsList")
    CompletableFuture<VmcsList> vmcsList(ThreadArguments arguments);

    /** All fields of one VMCS by area, with their decoded meaning. */
    @JsonRequest("vmcsmith/vmcs")
    CompletableFuture<VmcsContents> vmcs(VmcsArguments arguments);

    /** What has changed in a VMCS between two instants. */
    @JsonRequest("vmcsmith/vmcsDifferences")
    CompletableFuture<VmcsDifferences> vmcsDifferences(VmcsDifferencesArguments arguments);

    /** What VM entry would have against a VMCS. */
    @JsonRequest("vmcsmith/entryChecks")
    CompletableFuture<EntryChecks> entryChecks(EntryChecksArguments arguments);

    /** Changes a field of a VMCS; the answer is what VM entry would have against the result. */
    @JsonRequest("vmcsmith/setVmcsField")
    CompletableFuture<EntryChecks> setVmcsField(SetVmcsFieldArguments arguments);

    /** The bitmaps of a VMCS decoded. */
    @JsonRequest("vmcsmith/bitmaps")
    CompletableFuture<Bitmaps> bitmaps(BitmapsArguments arguments);

    /** Why an instruction of the guest exits, or why it does not. */
    @JsonRequest("vmcsmith/explainExit")
    CompletableFuture<ExitExplanation> explainExit(ExplainExitArguments arguments);

    // --- VM exits --------------------------------------------------------------------------------------------------------

    /** A page of the log of VM exits. */
    @JsonRequest("vmcsmith/exits")
    CompletableFuture<ExitLog> exits(ExitsArguments arguments);

    /** How often each exit reason occurred. */
    @JsonRequest("vmcsmith/exitStatistics")
    CompletableFuture<ExitStatistics> exitStatistics(ExitStatisticsArguments arguments);

    /** How many exits there were per stretch of virtual time. */
    @JsonRequest("vmcsmith/exitTimeline")
    CompletableFuture<ExitTimeline> exitTimeline(ExitTimelineArguments arguments);

    /**
     * Goes to the instant of a VM exit that has happened: forwards or back in time. A {@code stopped} event with the reason {@code goto}
     * follows.
     */
    @JsonRequest("vmcsmith/gotoExit")
    CompletableFuture<Void> gotoExit(GotoExitArguments arguments);

    /**
     * Steps to the next VM exit or entry, or back to the previous exit. A {@code stopped} event follows; its reason is {@code step}, unless
     * something else stops the machine before.
     */
    @JsonRequest("vmcsmith/stepVmx")
    CompletableFuture<Void> stepVmx(StepVmxArguments arguments);

    // --- consoles --------------------------------------------------------------------------------------------------------

    /** What the machine has sent by a port up to the present instant. */
    @JsonRequest("vmcsmith/console")
    CompletableFuture<ConsoleText> console(ConsoleArguments arguments);

    // --- memory ----------------------------------------------------------------------------------------------------------

    /** Explains the translation of one address. A translation that fails is a result, not an error. */
    @JsonRequest("vmcsmith/pageWalk")
    CompletableFuture<PageWalk> pageWalk(PageWalkArguments arguments);

    /** The EPT pointers that there are. */
    @JsonRequest("vmcsmith/eptPointers")
    CompletableFuture<EptPointers> eptPointers(ThreadArguments arguments);

    /** What an EPT maps, as ranges of equal rights and memory type. */
    @JsonRequest("vmcsmith/eptMap")
    CompletableFuture<EptMap> eptMap(EptMapArguments arguments);

    /** What two EPTs map differently. */
    @JsonRequest("vmcsmith/eptDifferences")
    CompletableFuture<EptDifferences> eptDifferences(EptDifferencesArguments arguments);
}
