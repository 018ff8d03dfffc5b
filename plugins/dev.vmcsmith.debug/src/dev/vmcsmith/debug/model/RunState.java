// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import dev.vmcsmith.dap.protocol.ExitStatistics;
import dev.vmcsmith.dap.protocol.ExitStatisticsArguments;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.dap.protocol.VmcsmithDebugServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.debug.core.DebugEvent;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.lsp4j.debug.StackTraceArguments;
import org.eclipse.lsp4j.debug.Thread;

/**
 * Whether a machine runs, and its vCPUs. A stop becomes visible only when the vCPUs and the frames of the one that caused it have been
 * fetched, so that the platform's questions about them are answered at once. The generation rises with every change of state: an answer
 * for an older generation is dropped.
 */
final class RunState {

    private final MachineTarget machine;
    private final List<VcpuThread> threads = new CopyOnWriteArrayList<>();
    private Stop stop;
    private int generation;
    private int stops;
    private boolean ended;

    RunState(MachineTarget machine) {
        this.machine = machine;
    }

    synchronized Stop stop() {
        return stop;
    }

    synchronized boolean isRunning() {
        return stop == null && !ended;
    }

    List<VcpuThread> threads() {
        return threads;
    }

    synchronized int countStop() {
        return ++stops;
    }

    synchronized int nextGeneration() {
        return ++generation;
    }

    /** Leaves the current stop. @return the stop; null when the machine runs already */
    synchronized Stop leave() {
        Stop left = stop;
        stop = null;
        generation++;
        if (left != null) {
            threads.forEach(VcpuThread::resumed);
        }
        return left;
    }

    synchronized void end() {
        stop = null;
        ended = true;
        generation++;
        for (VcpuThread thread : threads) {
            thread.resumed();
            thread.fireTerminateEvent();
        }
        threads.clear();
    }

    void fireResumed() {
        threads.forEach(VcpuThread::fireResumed);
    }

    /** Finds the vCPUs of a machine that has just started and may never stop by itself. */
    void discover() {
        machine.request(VmcsmithDebugServer::threads).thenAccept(answer -> update(answer.getThreads()));
    }

    /** Fetches what a stop shows and makes it visible. */
    void suspend(Stop next, int at, IBreakpoint[] hit, int detail) {
        CompletableFuture<Instant> now = now();
        CompletableFuture<Void> vcpus = machine.request(VmcsmithDebugServer::threads).thenAccept(answer -> update(answer.getThreads()));
        vcpus.thenCompose(done -> CompletableFuture.allOf(threads.stream()
                .map(thread -> frames(thread).thenAccept(frames -> show(thread, next, at, frames, hit))).toArray(CompletableFuture[]::new)))
                .thenCombine(now, (done, instant) -> next.at(instant)).exceptionally(failure -> next)
                .thenAccept(complete -> publish(complete, at, detail));
    }

    private CompletableFuture<Instant> now() {
        return machine.request(server -> server.exitStatistics(new ExitStatisticsArguments(0))).thenApply(ExitStatistics::instant);
    }

    private synchronized void update(Thread[] answer) {
        if (ended) {
            return;
        }
        List<VcpuThread> current = new ArrayList<>();
        for (Thread thread : answer) {
            VcpuThread known = threads.stream().filter(candidate -> candidate.id() == thread.getId()).findFirst().orElse(null);
            if (known == null) {
                known = new VcpuThread(machine, thread.getId(), thread.getName());
                known.fireCreationEvent();
            }
            known.rename(thread.getName());
            current.add(known);
        }
        threads.removeIf(thread -> !current.contains(thread));
        threads.addAll(current.stream().filter(thread -> !threads.contains(thread)).toList());
    }

    private CompletableFuture<List<MachineFrame>> frames(VcpuThread thread) {
        StackTraceArguments arguments = new StackTraceArguments();
        arguments.setThreadId(thread.id());
        return machine.request(server -> server.stackTrace(arguments)).thenApply(answer -> {
            List<MachineFrame> frames = Arrays.stream(answer.getStackFrames()).map(frame -> new MachineFrame(thread, frame)).toList();
            if (!frames.isEmpty()) {
                frames.get(0).scopes();
            }
            return frames;
        }).exceptionally(failure -> List.of());
    }

    private synchronized void show(VcpuThread thread, Stop next, int at, List<MachineFrame> frames, IBreakpoint[] hit) {
        if (at == generation) {
            thread.suspended(frames, thread.id() == next.threadId() ? hit : new IBreakpoint[0]);
        }
    }

    private void publish(Stop next, int at, int detail) {
        synchronized (this) {
            if (at != generation || ended) {
                return;
            }
            stop = next;
        }
        for (VcpuThread thread : threads) {
            thread.fireSuspendEvent(thread.id() == next.threadId() || threads.size() == 1 ? detail : DebugEvent.UNSPECIFIED);
        }
    }
}
