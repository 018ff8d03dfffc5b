// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

/**
 * A file that a multiboot loader puts into memory beside the image, such as an initial file system.
 *
 * @param commandLine what the module list says about it, by convention its name and arguments
 * @param bytes       its content
 */
public record BootModule(String commandLine, byte[] bytes) {
}
