// SPDX-License-Identifier: EPL-2.0
/** What can be written at a place in a setup. Never decides whether what is written is right: that is validation in {@code lang}. */
package dev.vmcsmith.lang.ide.contentassist;
