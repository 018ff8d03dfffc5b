// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Tells that a console of the present instant is not what the standard {@code output} events have brought so far, because the machine has
 * gone to another instant. A console that follows it keeps its first {@code kept} characters and puts {@code text} behind them; then it
 * holds {@code length} characters. A console that has dropped its beginning removes from its end what is beyond {@code kept}.
 *
 * <p>Positions count the characters (UTF-16 code units) that the port has sent since power-on, that is those of all {@code output} events
 * of the category {@code stdout} for this port, as far as they are not taken back by such an event.
 *
 * @param port the {@link ConsolePort} that the console belongs to
 * @param kept characters that stay
 * @param text what comes behind them; its beginning is missing when it is so long ago that the server does not hold it any more
 * @param length position at which the text ends
 */
public record ConsoleEvent(String port, long kept, String text, long length) {
}
