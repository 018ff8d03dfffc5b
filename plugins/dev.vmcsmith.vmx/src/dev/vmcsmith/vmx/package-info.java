// SPDX-License-Identifier: EPL-2.0
/**
 * The VMX catalogue: VMCS fields, control bits, capabilities and CPU profiles, exit reasons and their decoders.
 * Facts of the Intel SDM volume 3, each stated once, for the language, the machine, the importers and the views.
 * Never: execution, memory or anything of a setup file's syntax beyond the names themselves.
 */
package dev.vmcsmith.vmx;
