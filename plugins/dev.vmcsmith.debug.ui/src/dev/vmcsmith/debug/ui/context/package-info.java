// SPDX-License-Identifier: EPL-2.0
/**
 * Follows the active debug context and gives every view of a machine the same habits.
 * Here lives when a view fetches, shows and empties itself.
 * Never here: what a view shows.
 */
package dev.vmcsmith.debug.ui.context;
