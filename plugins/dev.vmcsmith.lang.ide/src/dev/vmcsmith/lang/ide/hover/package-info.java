// SPDX-License-Identifier: EPL-2.0
/** What is said about the text under the pointer. Facts come from {@code facts}; finding out what stands there is done here. */
package dev.vmcsmith.lang.ide.hover;
