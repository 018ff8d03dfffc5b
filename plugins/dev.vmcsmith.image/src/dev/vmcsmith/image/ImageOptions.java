// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.util.Optional;

/**
 * What a source that compiles needs to know; a source that only reads files ignores it.
 *
 * @param check   refuse a setup that breaks an entry rule; when false it is compiled all the same, for VM entry to fail
 * @param cpu     CPU profile that replaces the one of the setup
 */
public record ImageOptions(boolean check, Optional<String> cpu) {
    public static final ImageOptions DEFAULT = new ImageOptions(true, Optional.empty());
}
