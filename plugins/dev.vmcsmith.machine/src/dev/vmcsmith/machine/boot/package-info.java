// SPDX-License-Identifier: EPL-2.0
/**
 * Puts an image into memory and the first processor into the state in which a boot loader hands over.
 * Never here: reading image files (the image bundle).
 */
package dev.vmcsmith.machine.boot;
