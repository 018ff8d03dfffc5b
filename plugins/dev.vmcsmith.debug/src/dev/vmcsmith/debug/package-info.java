// SPDX-License-Identifier: EPL-2.0
/**
 * Names that the debugger's extensions and their users share: identifiers and launch attributes.
 * Here live constants only.
 * Never here: behaviour.
 */
package dev.vmcsmith.debug;
