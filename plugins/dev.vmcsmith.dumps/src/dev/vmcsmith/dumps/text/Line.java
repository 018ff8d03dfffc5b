// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.text;

/**
 * One line of a pasted text.
 *
 * @param number its number in the text as it was given, from 1
 * @param text the line without quoting and log prefixes, other blanks made spaces
 * @param tag who printed it, where the log says so (a thread, a process, a processor); empty otherwise
 * @param xen whether Xen's console prefix stood before it
 */
public record Line(int number, String text, String tag, boolean xen) {
}
