// SPDX-License-Identifier: EPL-2.0
/**
 * Pasted text made readable: mail quoting, encodings, prefixes of logs, words and numbers with the lines that they come from.
 * Linear in the length of the text, whatever it holds.
 * Never: knowledge of VMCS fields.
 */
package dev.vmcsmith.dumps.text;
