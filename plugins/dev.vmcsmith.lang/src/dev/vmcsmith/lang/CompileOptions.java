// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import java.util.Optional;

/**
 * How to compile a setup.
 *
 * @param check refuse a setup that breaks a VM-entry rule; when false it is compiled all the same, for VM entry to fail
 * @param cpu   CPU profile that replaces the setup's, by name or file
 */
public record CompileOptions(boolean check, Optional<String> cpu) {
    public static final CompileOptions DEFAULT = new CompileOptions(true, Optional.empty());
}
