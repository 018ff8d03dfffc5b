// SPDX-License-Identifier: EPL-2.0
/** What the generic editor needs for setups: colours, content assist, hover, indentation, comments. Problems live in {@code problems}. */
package dev.vmcsmith.lang.ui.editor;
