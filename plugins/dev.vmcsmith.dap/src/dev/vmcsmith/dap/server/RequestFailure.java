// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/** A request cannot be answered; the message is one line for the user that says what to do. */
final class RequestFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RequestFailure(String message) {
        super(message, null, false, false);
    }

    /** Computes an answer now; a failure becomes a failed response with its message. */
    static <T> CompletableFuture<T> answer(Callable<T> request) {
        try {
            return CompletableFuture.completedFuture(request.call());
        } catch (RequestFailure | IllegalArgumentException e) {
            return CompletableFuture.failedFuture(response(e.getMessage()));
        } catch (Exception | StackOverflowError e) {
            StackTraceElement[] trace = e.getStackTrace();
            return CompletableFuture.failedFuture(response("internal error: " + e + (trace.length == 0 ? "" : " at " + trace[0])));
        }
    }

    /** The failed response for what a request threw that nobody foresaw, or that is not supported. */
    static ResponseError error(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ResponseErrorException failure) {
                return failure.getResponseError();
            }
            if (cause instanceof UnsupportedOperationException) {
                return new ResponseError(ResponseErrorCode.MethodNotFound, "this debug adapter does not support the request", null);
            }
        }
        return new ResponseError(ResponseErrorCode.InternalError, "internal error: " + thrown, null);
    }

    private static ResponseErrorException response(String message) {
        return new ResponseErrorException(new ResponseError(ResponseErrorCode.RequestFailed, message, null));
    }
}
