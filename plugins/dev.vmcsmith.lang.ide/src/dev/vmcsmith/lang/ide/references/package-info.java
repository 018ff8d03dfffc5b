// SPDX-License-Identifier: EPL-2.0
/** Where a name of a setup is used, in its file and in others, and how to give it another name. */
package dev.vmcsmith.lang.ide.references;
