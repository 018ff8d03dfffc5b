// SPDX-License-Identifier: EPL-2.0
/** What a name may stand for at a place in a setup: its elements, and in handlers the guest's registers and the VMCS fields. */
package dev.vmcsmith.lang.scoping;
