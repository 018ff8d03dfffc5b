// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import java.util.Map;
import org.eclipse.lsp4j.debug.OutputEventArguments;

/**
 * The ports of the machine that text leaves by, each of which has a console: {@code COM1} to {@code COM4}, and {@value #DEBUG_CONSOLE}, the
 * debug console. A standard {@code output} event of the category {@code stdout} names its port as {@code port} in its {@code data}.
 */
public final class ConsolePort {
    /** The port meant where none is named. */
    public static final String DEFAULT = "COM1";

    /** The debug console of Bochs and QEMU. */
    public static final String DEBUG_CONSOLE = "port 0xE9";

    private static final String PORT = "port";

    private ConsolePort() {
    }

    /** The data of an output event with text of a port. */
    public static Object data(String port) {
        return Map.of(PORT, port);
    }

    /** The port that the text of an event has left by, as the event was received. */
    public static String of(OutputEventArguments event) {
        return event.getData() instanceof Map<?, ?> data && data.get(PORT) instanceof String port ? port : DEFAULT;
    }
}
