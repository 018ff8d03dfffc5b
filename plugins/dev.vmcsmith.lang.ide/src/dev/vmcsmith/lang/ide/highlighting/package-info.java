// SPDX-License-Identifier: EPL-2.0
/**
 * What each piece of a setup's text is, for colouring: found from tokens alone, so it is there while the text is broken.
 * Colours are the business of the editor, never of this package.
 */
package dev.vmcsmith.lang.ide.highlighting;
