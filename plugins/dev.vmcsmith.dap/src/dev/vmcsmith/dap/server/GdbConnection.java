// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Packets of the GDB remote protocol over a socket: framing, checksums, acknowledgements. One character is one byte. */
final class GdbConnection implements AutoCloseable {
    static final int PACKET_SIZE = 0x4000;
    /** What {@link #read} answers when gdb asks the running program to stop. */
    static final String INTERRUPT = "\003";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private volatile boolean acknowledge = true;

    GdbConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = new BufferedOutputStream(socket.getOutputStream());
    }

    /** No acknowledgements from now on. */
    void stopAcknowledging() {
        acknowledge = false;
    }

    /** The next packet's content, with escapes undone; null when gdb has gone. */
    String read() throws IOException {
        while (true) {
            int c = in.read();
            if (c < 0) {
                return null;
            }
            if (c == 3) {
                return INTERRUPT;
            }
            if (c == '$') {
                String content = content();
                if (content != null) {
                    return content;
                }
            }
        }
    }

    /** Reads to the checksum; null when that is wrong, and then gdb sends the packet again. */
    private String content() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int sum = 0;
        for (int c = in.read(); c != '#'; c = in.read()) {
            if (c < 0) {
                return null;
            }
            sum += c;
            if (c == '}') {
                c = in.read();
                sum += c;
                c ^= 0x20;
            }
            bytes.write(c);
        }
        int sent = Character.digit(in.read(), 16) << 4 | Character.digit(in.read(), 16);
        if (!acknowledge) {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
        boolean right = sent == (sum & 0xFF);
        synchronized (this) {
            out.write(right ? '+' : '-');
            out.flush();
        }
        return right ? bytes.toString(StandardCharsets.ISO_8859_1) : null;
    }

    /** Sends a packet, from any thread. */
    synchronized void send(String content) throws IOException {
        StringBuilder packet = new StringBuilder("$");
        int sum = 0;
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            if (c == '#' || c == '$' || c == '}' || c == '*') {
                packet.append('}');
                sum += '}';
                c ^= 0x20;
            }
            packet.append(c);
            sum += c;
        }
        packet.append(String.format("#%02x", sum & 0xFF));
        out.write(packet.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
