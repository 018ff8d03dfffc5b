// SPDX-License-Identifier: EPL-2.0
/** Repairs for problems: one implementation for the workbench and for the language server. What is a problem is decided in {@code lang}. */
package dev.vmcsmith.lang.ide.fixes;
