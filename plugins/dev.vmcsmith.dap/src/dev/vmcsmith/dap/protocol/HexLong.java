// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;

/**
 * Carries a 64-bit quantity as the string {@code "0x…"}, because a JSON number loses bits above 2<sup>53</sup> in most clients.
 * Accepts a plain JSON number as well.
 */
public final class HexLong extends TypeAdapter<Long> {

    @Override
    public void write(JsonWriter out, Long value) throws IOException {
        if (value == null) {
            out.nullValue();
        } else {
            out.value(format(value));
        }
    }

    @Override
    public Long read(JsonReader in) throws IOException {
        if (in.peek() == JsonToken.NULL) {
            in.nextNull();
            return null;
        }
        if (in.peek() == JsonToken.NUMBER) {
            return in.nextLong();
        }
        return parse(in.nextString());
    }

    /** The text for a value: lower-case, no leading zeros, unsigned. */
    public static String format(long value) {
        return "0x" + Long.toHexString(value);
    }

    /**
     * Reads {@code 0x…} or decimal text, with optional {@code _} separators.
     *
     * @throws NumberFormatException when the text is neither
     */
    public static long parse(String text) {
        String digits = text.strip().replace("_", "");
        if (digits.startsWith("0x") || digits.startsWith("0X")) {
            return Long.parseUnsignedLong(digits.substring(2), 16);
        }
        return digits.startsWith("-") ? Long.parseLong(digits) : Long.parseUnsignedLong(digits);
    }
}
