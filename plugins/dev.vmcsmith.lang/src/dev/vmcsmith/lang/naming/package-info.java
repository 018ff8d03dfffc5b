// SPDX-License-Identifier: EPL-2.0
/**
 * The names by which things of a setup are known in its own file and in others. What a name may stand for at a place is in {@code scoping}.
 */
package dev.vmcsmith.lang.naming;
