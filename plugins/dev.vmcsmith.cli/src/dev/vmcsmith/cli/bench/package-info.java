// SPDX-License-Identifier: EPL-2.0
/**
 * Speed: workloads as bootable images, and how fast they run on our machine and on Bochs. A workload writes a dot to COM1 after each
 * piece of work; the dots' times are the measurement, so that neither booting nor warming up counts.
 * Never here: what a command prints.
 */
package dev.vmcsmith.cli.bench;
