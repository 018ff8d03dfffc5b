// SPDX-License-Identifier: EPL-2.0
/**
 * From text to the model: the token scanner that both parsers share (run time and content assist), and the values of tokens.
 * What a name means is decided in {@code scoping}, never here.
 */
package dev.vmcsmith.lang.parser;
