// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

/** Bit positions in words, for messages. */
final class Bits {
    private Bits() {
    }

    /** The set bits as the SDM writes them, high ones first: {@code bit 5}, {@code bits 31:22, 15}. */
    static String list(long mask) {
        StringBuilder text = new StringBuilder(Long.bitCount(mask) == 1 ? "bit " : "bits ");
        String separator = "";
        int bit = 63;
        while (bit >= 0) {
            if ((mask >>> bit & 1) == 0) {
                bit--;
                continue;
            }
            int high = bit;
            while (bit > 0 && (mask >>> bit - 1 & 1) != 0) {
                bit--;
            }
            text.append(separator).append(high);
            if (high != bit) {
                text.append(':').append(bit);
            }
            separator = ", ";
            bit--;
        }
        return text.toString();
    }
}
