// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.validation;

/** Checks setups. */
public class HvValidator extends AbstractHvValidator {
}
