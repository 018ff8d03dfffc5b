// SPDX-License-Identifier: EPL-2.0
/** The editor's templates. The ones that come with the language are those of {@code lang.ide}. */
package dev.vmcsmith.lang.ui.templates;
