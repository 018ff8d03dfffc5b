// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import org.eclipse.lsp4j.debug.Capabilities;

/** What the adapter can do, as it tells its clients. */
final class AdapterCapabilities {

    private AdapterCapabilities() {
    }

    static Capabilities all() {
        Capabilities can = new Capabilities();
        can.setSupportsConfigurationDoneRequest(true);
        can.setSupportsTerminateRequest(true);
        can.setSupportTerminateDebuggee(true);
        can.setSupportsRestartRequest(true);
        can.setSupportsConditionalBreakpoints(true);
        can.setSupportsHitConditionalBreakpoints(true);
        can.setSupportsLogPoints(true);
        can.setSupportsFunctionBreakpoints(true);
        can.setSupportsInstructionBreakpoints(true);
        can.setSupportsDataBreakpoints(true);
        can.setSupportsDataBreakpointBytes(true);
        can.setSupportsExceptionFilterOptions(true);
        can.setExceptionBreakpointFilters(ExitFilters.available());
        can.setSupportsSteppingGranularity(true);
        can.setSupportsStepBack(true);
        can.setSupportsGotoTargetsRequest(true);
        can.setSupportsSetVariable(true);
        can.setSupportsEvaluateForHovers(true);
        can.setSupportsSetExpression(true);
        can.setSupportsCompletionsRequest(true);
        can.setSupportsExceptionInfoRequest(true);
        can.setSupportsLoadedSourcesRequest(true);
        can.setSupportsModulesRequest(true);
        can.setSupportsBreakpointLocationsRequest(true);
        can.setSupportsCancelRequest(true);
        can.setSupportsDisassembleRequest(true);
        can.setSupportsReadMemoryRequest(true);
        can.setSupportsWriteMemoryRequest(true);
        return can;
    }
}
