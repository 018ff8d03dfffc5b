// SPDX-License-Identifier: EPL-2.0
/** Microbenchmarks of what has to be fast. Never: part of the product. */
package dev.vmcsmith.bench;
