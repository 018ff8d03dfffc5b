// SPDX-License-Identifier: EPL-2.0
/**
 * The API of the machine: build one, load an image, run until a stop condition, step, inspect and change everything, observe.
 * Never here: how an instruction, a page walk or a device works; that is in the packages below.
 */
package dev.vmcsmith.machine;
