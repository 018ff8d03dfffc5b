// SPDX-License-Identifier: EPL-2.0
/**
 * Boot images: what a machine loads and a debugger reads. ELF in and out, symbols, line tables, VMCSmith's notes.
 * Here lives the format of files. What the bytes mean to a processor, and how they came to be, never does.
 */
package dev.vmcsmith.image;
