// SPDX-License-Identifier: EPL-2.0
/** The language services over the Language Server Protocol. Nothing is decided here: each request is a call of a service beside this package. */
package dev.vmcsmith.lang.ide.lsp;
