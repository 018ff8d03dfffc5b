// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

/**
 * A place in the text.
 *
 * @param line number of the line in the text as it was given, from 1
 * @param text the line without quoting and log prefixes
 */
public record Evidence(int line, String text) {
}
