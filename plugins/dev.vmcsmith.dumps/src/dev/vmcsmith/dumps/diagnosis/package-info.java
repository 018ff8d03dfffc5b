// SPDX-License-Identifier: EPL-2.0
/**
 * What is wrong with a dump: the rules of VM entry run over what it shows, and the reports of that.
 * Blames only values that the text prints, and only as far as the shown outcome allows.
 * Never: reading text.
 */
package dev.vmcsmith.dumps.diagnosis;
