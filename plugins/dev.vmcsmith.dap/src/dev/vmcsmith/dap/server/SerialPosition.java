// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import java.nio.charset.StandardCharsets;

/**
 * How much has left the machine by a port at an instant, as bytes and as the UTF-8 text that they are. The text depends on nothing but the
 * bytes, so it is the same whenever a stretch is repeated and however it is cut.
 *
 * @param bytes sent so far
 * @param characters UTF-16 code units of the text so far
 * @param pending bytes of a character that is not complete, the first one uppermost; 0 without any
 */
record SerialPosition(long bytes, long characters, int pending) {
    static final SerialPosition NONE = new SerialPosition(0, 0, 0);

    private static final char MALFORMED = '\uFFFD';

    /**
     * The position behind a further byte.
     *
     * @param text gets what the byte completes; often one character, nothing in the middle of one
     */
    SerialPosition after(int value, StringBuilder text) {
        int before = text.length();
        int next = 0;
        if (pending != 0 && (value & 0xC0) == 0x80) {
            next = pending << 8 | value;
            if (completes(value)) {
                text.append(decode(next));
                next = 0;
            }
        } else {
            if (pending != 0) {
                text.append(MALFORMED);
            }
            if (isLead(value)) {
                next = value;
            } else {
                text.append(value < 0x80 ? (char) value : MALFORMED);
            }
        }
        return new SerialPosition(bytes + 1, characters + text.length() - before, next);
    }

    private static boolean isLead(int value) {
        return value >= 0xC2 && value <= 0xF4;
    }

    private boolean completes(int value) {
        byte[] all = bytes(pending << 8 | value);
        int lead = all[0] & 0xFF;
        return all.length == (lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2);
    }

    private static String decode(int packed) {
        return new String(bytes(packed), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(int packed) {
        int count = (Integer.SIZE - Integer.numberOfLeadingZeros(packed) + 7) / 8;
        byte[] all = new byte[count];
        for (int i = 0; i < count; i++) {
            all[i] = (byte) (packed >>> 8 * (count - 1 - i));
        }
        return all;
    }
}
