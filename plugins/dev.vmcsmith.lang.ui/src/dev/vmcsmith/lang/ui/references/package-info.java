// SPDX-License-Identifier: EPL-2.0
/** Find References: a query of the Search view. */
package dev.vmcsmith.lang.ui.references;
