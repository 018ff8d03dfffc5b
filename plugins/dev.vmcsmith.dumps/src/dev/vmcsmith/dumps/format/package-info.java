// SPDX-License-Identifier: EPL-2.0
/**
 * One reader per format that a hypervisor, a tool or a source file writes.
 * A reader takes what it recognises and leaves the rest; several may find something in one text.
 * Never: rules of VM entry.
 */
package dev.vmcsmith.dumps.format;
