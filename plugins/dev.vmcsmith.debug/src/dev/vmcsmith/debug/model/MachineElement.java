// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import dev.vmcsmith.debug.HypervisorDebug;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.DebugElement;

/** An element of the model: knows its machine, and how the platform's synchronous questions wait for asynchronous answers. */
public abstract class MachineElement extends DebugElement {

    /** How long the platform's background jobs wait for an answer of the machine, in seconds. */
    private static final int ANSWER_SECONDS = 10;

    /** @param machine null only for the machine itself */
    protected MachineElement(MachineTarget machine) {
        super(machine);
    }

    /** The machine that the element belongs to. */
    public MachineTarget machine() {
        return (MachineTarget) getDebugTarget();
    }

    @Override
    public String getModelIdentifier() {
        return HypervisorDebug.MODEL;
    }

    /** Waits for an answer. Only for methods that the platform calls in its background jobs. */
    protected <T> T await(CompletableFuture<T> answer) throws DebugException {
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            requestFailed(messageOf(e), e);
        } catch (TimeoutException e) {
            requestFailed("The machine has not answered for " + ANSWER_SECONDS + " seconds.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            requestFailed("Interrupted while waiting for the machine.", e);
        }
        throw new AssertionError("requestFailed always throws");
    }

    /** The message for the user in a failed future's exception. */
    public static String messageOf(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
