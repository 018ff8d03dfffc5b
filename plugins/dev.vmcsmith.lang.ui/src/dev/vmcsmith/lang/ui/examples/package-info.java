// SPDX-License-Identifier: EPL-2.0
/** The example setups as projects. Their content is in the bundle {@code dev.vmcsmith.examples}; nothing here names a single one. */
package dev.vmcsmith.lang.ui.examples;
