// SPDX-License-Identifier: EPL-2.0
/**
 * What a text shows of VMCSs: dumps that other hypervisors print, C sources, capability listings; and where each value stands.
 * Facts that a text does not state stay unknown.
 * Never: judging the values (package diagnosis) or the shapes of particular formats (package format).
 */
package dev.vmcsmith.dumps;
