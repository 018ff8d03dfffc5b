// SPDX-License-Identifier: EPL-2.0
/**
 * The board around the processors: ports, time, interrupt controllers, serial port, timers, reset and exit ports.
 * A device sees only the port bus, interrupt lines and the clock; never processors' instructions or paging.
 */
package dev.vmcsmith.machine.device;
