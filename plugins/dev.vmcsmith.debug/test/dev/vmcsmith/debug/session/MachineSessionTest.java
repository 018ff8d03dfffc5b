// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.ExitsEvent;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.debug.BreakpointEventArguments;
import org.eclipse.lsp4j.debug.ContinuedEventArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MachineSessionTest {

    private final FakeAdapter adapter = new FakeAdapter();
    private final Recorder listener = new Recorder();
    private FakeProcess process;
    private MachineSession session;

    @BeforeEach
    void connect() throws Exception {
        process = new FakeProcess(adapter);
        session = new MachineSession(process, listener);
    }

    private CompletableFuture<Void> start() {
        return session.start(LaunchArguments.of("/guest.hv"), () -> CompletableFuture.completedFuture(null));
    }

    @Test
    void startGoesThroughLaunchAndConfiguration() throws Exception {
        start().get();
        assertEquals("/guest.hv", adapter.launched.get("program"));
        assertTrue(adapter.configured);
    }

    @Test
    void aRefusedLaunchFailsTheStartWithTheAdaptersMessage() {
        adapter.launchFailure = "guest.hv:3: error GUEST_CS_AR_TYPE";
        ExecutionException failure = assertThrows(ExecutionException.class, () -> start().get());
        assertTrue(failure.getCause().getMessage().contains("guest.hv:3: error GUEST_CS_AR_TYPE"));
    }

    @Test
    void eventsReachTheListenerInOrder() throws Exception {
        start().get();
        adapter.stop("exception", "VM exit 1: CPUID");
        adapter.client.vmExits(new ExitsEvent(2, 1));
        assertEquals("stopped VM exit 1: CPUID", listener.next());
        assertEquals("exits 2", listener.next());
    }

    @Test
    void serialPortMessagesAndErrorsAreSeparateStreams() throws Exception {
        start().get();
        adapter.print("stdout", "hello\n");
        adapter.print("console", "expectations hold\n");
        adapter.print("stderr", "unknown instruction\n");
        adapter.print("telemetry", "nothing for the user");
        adapter.stop("pause", "paused");
        listener.next();
        assertEquals("hello\n", session.serial().getContents());
        assertEquals("expectations hold\n", session.messages().getContents());
        assertEquals("unknown instruction\n", session.errors().getContents());
    }

    @Test
    void aProcessThatDiesFailsRequestsAndEndsTheSessionWithAMessage() throws Exception {
        start().get();
        CompletableFuture<?> unanswered = session.request(server -> server.exits(ExitsArguments.page(0, 10)));
        process.end(134, "# A fatal error has been detected\n");
        assertEquals("ended", listener.next());
        assertEquals(134, session.exit().get());
        assertInstanceOf(ConnectionEndedException.class, assertThrows(ExecutionException.class, unanswered::get).getCause());
        String messages = session.errors().getContents();
        assertTrue(messages.startsWith("# A fatal error has been detected\n"), messages);
        assertTrue(messages.contains("ended unexpectedly with exit code 134"), messages);
    }

    @Test
    void aRequestAfterTheEndFailsAtOnce() throws Exception {
        start().get();
        process.end(0, "");
        session.exit().get();
        assertThrows(ExecutionException.class, () -> session.request(server -> server.threads()).get());
    }

    @Test
    void theExitCodeOfTheRunCountsAndAnAnnouncedEndIsNotUnexpected() throws Exception {
        start().get();
        adapter.end(1);
        listener.awaitDisconnect(adapter);
        process.end(0, "");
        assertEquals("ended", listener.next());
        assertEquals(1, session.exit().get());
        assertFalse(session.errors().getContents().contains("unexpectedly"));
        assertFalse(process.killed);
    }

    @Test
    void aProcessThatDoesNotEndWhenAskedIsKilled() throws Exception {
        start().get();
        session.terminate();
        assertEquals("ended", listener.next());
        assertTrue(adapter.disconnected);
        assertTrue(process.killed);
    }

    /** Writes events down. */
    private static final class Recorder implements SessionListener {

        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return events.poll(10, TimeUnit.SECONDS);
        }

        void awaitDisconnect(FakeAdapter adapter) {
            while (!adapter.disconnected) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void stopped(StoppedEventArguments event) {
            events.add("stopped " + event.getDescription());
        }

        @Override
        public void continued(ContinuedEventArguments event) {
            events.add("continued");
        }

        @Override
        public void breakpointChanged(BreakpointEventArguments event) {
            events.add("breakpoint");
        }

        @Override
        public void exitsOccurred(ExitsEvent event) {
            events.add("exits " + event.total());
        }

        @Override
        public void ended() {
            events.add("ended");
        }
    }
}
