// SPDX-License-Identifier: EPL-2.0
/** What a reader of a setup would like to see between its lines: values that follow from it, sizes, and what the last run did. */
package dev.vmcsmith.lang.ide.minings;
