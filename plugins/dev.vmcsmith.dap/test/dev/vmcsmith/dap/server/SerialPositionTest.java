// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SerialPositionTest {

    private static String text(byte[] bytes) {
        SerialPosition position = SerialPosition.NONE;
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            position = position.after(b & 0xFF, text);
            assertEquals(text.length(), position.characters());
        }
        assertEquals(bytes.length, position.bytes());
        return text.toString();
    }

    @Test
    void charactersOfOneToFourBytesAreDecoded() {
        String all = "plain, é, €, \uD83D\uDE00 and \u0007";
        assertEquals(all, text(all.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsNotUtf8IsReplacedAndNothingBehindItIsLost() {
        assertEquals("\uFFFDa", text(new byte[] {(byte) 0xE2, 'a'}));
        assertEquals("\uFFFD\uFFFDb", text(new byte[] {(byte) 0x80, (byte) 0xFF, 'b'}));
        assertEquals("\uFFFDé", text(new byte[] {(byte) 0xC3, (byte) 0xC3, (byte) 0xA9}));
    }

    @Test
    void anyBytesCanBeSent() {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        text(bytes);
    }
}
