// SPDX-License-Identifier: EPL-2.0
/**
 * Hypervisor setups as JUnit 5 tests: a parameter of the type {@link dev.vmcsmith.junit.SetupRun} is a setup that has been compiled and
 * run, and {@link dev.vmcsmith.junit.SetupTests} makes a test of each expectation of setup files. Never here: what setups mean (lang) or
 * how they run (machine).
 */
package dev.vmcsmith.junit;
