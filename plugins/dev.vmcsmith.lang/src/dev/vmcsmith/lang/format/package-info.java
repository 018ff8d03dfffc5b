// SPDX-License-Identifier: EPL-2.0
/**
 * The layout of a setup's text: indentation, spaces, line breaks, alignment. Changes white space only; what is written stays, comments too.
 */
package dev.vmcsmith.lang.format;
