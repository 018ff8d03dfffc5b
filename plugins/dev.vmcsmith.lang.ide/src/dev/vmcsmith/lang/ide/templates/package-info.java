// SPDX-License-Identifier: EPL-2.0
/** Pieces of setups to start from: whole files for wizards, and templates for content assist. */
package dev.vmcsmith.lang.ide.templates;
