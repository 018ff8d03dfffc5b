// SPDX-License-Identifier: EPL-2.0
/**
 * What VMCSmith adds to the Debug Adapter Protocol: typed requests, events and the records they carry.
 * Here live plain data and two interfaces, for server and clients alike.
 * Never here: anything that knows how a machine works or how a client shows it.
 *
 * <p>Own requests, all of {@link dev.vmcsmith.dap.protocol.VmcsmithDebugServer}:
 * <table>
 * <caption>request, what it answers</caption>
 * <tr><td>{@code vmcsmith/vmcsList}</td><td>the VMCSs that there are: {@link dev.vmcsmith.dap.protocol.VmcsList}</td></tr>
 * <tr><td>{@code vmcsmith/vmcs}</td><td>one VMCS by area, decoded: {@link dev.vmcsmith.dap.protocol.VmcsContents}</td></tr>
 * <tr><td>{@code vmcsmith/vmcsDifferences}</td><td>a VMCS at two instants: {@link dev.vmcsmith.dap.protocol.VmcsDifferences}</td></tr>
 * <tr><td>{@code vmcsmith/entryChecks}</td><td>broken rules of VM entry: {@link dev.vmcsmith.dap.protocol.EntryChecks}</td></tr>
 * <tr><td>{@code vmcsmith/setVmcsField}</td><td>changes a field; the rules broken then</td></tr>
 * <tr><td>{@code vmcsmith/bitmaps}</td><td>MSR, I/O and other bitmaps decoded: {@link dev.vmcsmith.dap.protocol.Bitmaps}</td></tr>
 * <tr><td>{@code vmcsmith/explainExit}</td><td>why an instruction exits or not:
 * {@link dev.vmcsmith.dap.protocol.ExitExplanation}</td></tr>
 * <tr><td>{@code vmcsmith/exits}</td><td>a page of the exit log, filtered: {@link dev.vmcsmith.dap.protocol.ExitLog}</td></tr>
 * <tr><td>{@code vmcsmith/exitStatistics}</td><td>counts per reason: {@link dev.vmcsmith.dap.protocol.ExitStatistics}</td></tr>
 * <tr><td>{@code vmcsmith/exitTimeline}</td><td>counts over virtual time: {@link dev.vmcsmith.dap.protocol.ExitTimeline}</td></tr>
 * <tr><td>{@code vmcsmith/gotoExit}</td><td>goes to the instant of a VM exit</td></tr>
 * <tr><td>{@code vmcsmith/stepVmx}</td><td>steps to the next VM exit or entry, or back to the previous exit</td></tr>
 * <tr><td>{@code vmcsmith/console}</td><td>output of a port up to the present: {@link dev.vmcsmith.dap.protocol.ConsoleText}</td></tr>
 * <tr><td>{@code vmcsmith/pageWalk}</td><td>a translation explained: {@link dev.vmcsmith.dap.protocol.PageWalk}</td></tr>
 * <tr><td>{@code vmcsmith/eptPointers}</td><td>the EPTs that there are: {@link dev.vmcsmith.dap.protocol.EptPointers}</td></tr>
 * <tr><td>{@code vmcsmith/eptMap}</td><td>what an EPT maps: {@link dev.vmcsmith.dap.protocol.EptMap}</td></tr>
 * <tr><td>{@code vmcsmith/eptDifferences}</td><td>two EPTs compared: {@link dev.vmcsmith.dap.protocol.EptDifferences}</td></tr>
 * </table>
 *
 * <p>Own events: {@code vmcsmith/exit}, {@link dev.vmcsmith.dap.protocol.ExitsEvent}, and {@code vmcsmith/consoleChanged},
 * {@link dev.vmcsmith.dap.protocol.ConsoleEvent}; {@link dev.vmcsmith.dap.protocol.ConsolePort} tells the consoles apart.
 * Memory of the standard requests is named by {@link dev.vmcsmith.dap.protocol.MemoryReference}. The identifier of a standard data
 * breakpoint is {@code memory:} and a memory reference with {@code +} and the number of bytes, such as
 * {@code memory:guest-physical:0x1000+8}, or {@code vmcs:} and the encoding of a field, such as {@code vmcs:0x681e};
 * {@code dataBreakpointInfo} makes one of an expression, of a variable or of a field's name.
 */
package dev.vmcsmith.dap.protocol;
