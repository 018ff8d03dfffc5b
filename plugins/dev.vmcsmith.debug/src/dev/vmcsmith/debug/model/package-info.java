// SPDX-License-Identifier: EPL-2.0
/**
 * The platform's debug model over the Debug Adapter Protocol: target, threads (one per vCPU), frames, registers, variables.
 * Here lives state as of the current stop, fetched with futures.
 * Never here: how it looks, and how a machine is started.
 */
package dev.vmcsmith.debug.model;
