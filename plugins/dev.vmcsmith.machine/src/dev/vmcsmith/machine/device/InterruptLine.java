// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

/** The wire from a device to an interrupt controller. */
@FunctionalInterface
public interface InterruptLine {
    void set(boolean level);
}
