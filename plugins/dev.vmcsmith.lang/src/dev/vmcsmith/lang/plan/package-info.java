// SPDX-License-Identifier: EPL-2.0
/**
 * What a setup means, worked out once for validation, for the editor and for the compiler: the machine, guest memory, EPTs, and each VMCS
 * with the value and origin of every field. Emits no code and knows no addresses of the hypervisor itself.
 */
package dev.vmcsmith.lang.plan;
