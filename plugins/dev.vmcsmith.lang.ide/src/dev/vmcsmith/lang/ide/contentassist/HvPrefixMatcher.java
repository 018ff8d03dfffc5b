// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import org.eclipse.xtext.ide.editor.contentassist.IPrefixMatcher;

/** What is typed begins a proposal or one of its parts: {@code msr} finds {@code use-msr-bitmaps}, {@code acc} finds {@code cs.access-rights}. */
public class HvPrefixMatcher implements IPrefixMatcher {
    @Override
    public boolean isCandidateMatchingPrefix(String name, String prefix) {
        int length = prefix.length();
        for (int at = 0; at + length <= name.length(); at++) {
            boolean partStart = at == 0 || name.charAt(at - 1) == '-' || name.charAt(at - 1) == '.';
            if (partStart && name.regionMatches(true, at, prefix, 0, length)) {
                return true;
            }
        }
        return false;
    }
}
