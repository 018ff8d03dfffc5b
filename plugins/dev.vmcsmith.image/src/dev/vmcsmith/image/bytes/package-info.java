// SPDX-License-Identifier: EPL-2.0
/**
 * Little-endian byte access with bounds that end in a readable error. Knows nothing of ELF or DWARF structures.
 */
package dev.vmcsmith.image.bytes;
