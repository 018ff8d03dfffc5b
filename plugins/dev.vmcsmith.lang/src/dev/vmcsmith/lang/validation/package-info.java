// SPDX-License-Identifier: EPL-2.0
/** Turns what {@code plan} finds, names that mean nothing and text that cannot be read into diagnostics. Has no rules of its own. */
package dev.vmcsmith.lang.validation;
