// SPDX-License-Identifier: EPL-2.0
/**
 * The hypervisor setup language: the facade {@link dev.vmcsmith.lang.Setups} and the wiring of the language's services.
 * Never sees the machine: a setup becomes an image, and the machine boots images.
 */
package dev.vmcsmith.lang;
