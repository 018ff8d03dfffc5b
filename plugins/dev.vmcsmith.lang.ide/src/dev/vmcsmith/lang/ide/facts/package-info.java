// SPDX-License-Identifier: EPL-2.0
/**
 * What an editor says about a name: fields, controls, exit reasons, presets, registers, instructions. Text for people, from the tables
 * of {@code vmx} and {@code x86}; no table of its own where those have one.
 */
package dev.vmcsmith.lang.ide.facts;
