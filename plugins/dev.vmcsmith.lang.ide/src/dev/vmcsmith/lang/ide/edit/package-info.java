// SPDX-License-Identifier: EPL-2.0
/** Changes of a text, as values: made by quick fixes, rename and the formatter, applied by whoever holds the text. */
package dev.vmcsmith.lang.ide.edit;
