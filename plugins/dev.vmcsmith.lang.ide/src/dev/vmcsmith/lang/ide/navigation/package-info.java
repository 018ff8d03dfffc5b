// SPDX-License-Identifier: EPL-2.0
/** From a name to the place where it is defined. Only names that a setup defines have one; registers and fields have none. */
package dev.vmcsmith.lang.ide.navigation;
