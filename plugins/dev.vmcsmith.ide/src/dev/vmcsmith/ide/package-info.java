// SPDX-License-Identifier: EPL-2.0
/** The product: its name, icons, default preferences and what a new workspace starts with. No feature of the IDE lives here. */
package dev.vmcsmith.ide;
