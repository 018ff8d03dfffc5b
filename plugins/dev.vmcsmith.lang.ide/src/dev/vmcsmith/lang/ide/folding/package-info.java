// SPDX-License-Identifier: EPL-2.0
/** Which lines of a setup can be hidden behind the first of them. Found from tokens alone, so it is there while the text is broken. */
package dev.vmcsmith.lang.ide.folding;
