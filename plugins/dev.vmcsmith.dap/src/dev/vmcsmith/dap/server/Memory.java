// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.MemoryReference;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalLong;
import org.eclipse.lsp4j.debug.ReadMemoryArguments;
import org.eclipse.lsp4j.debug.ReadMemoryResponse;
import org.eclipse.lsp4j.debug.WriteMemoryArguments;
import org.eclipse.lsp4j.debug.WriteMemoryResponse;

/** Reads and writes memory in the address spaces of a stopped machine, page by page, without side effects on paging structures. */
final class Memory {
    private static final int PAGE = 4096;
    private static final int MOST_BYTES = 1 << 24;

    /** How one page of an address space is found in the machine's memory. */
    interface Translator {
        /** The physical address behind a reference, or empty where nothing is mapped. */
        OptionalLong physical(MemoryReference reference);
    }

    private final Debuggee debuggee;
    private final Translator translator;

    Memory(Debuggee debuggee, Translator translator) {
        this.debuggee = debuggee;
        this.translator = translator;
    }

    ReadMemoryResponse read(ReadMemoryArguments arguments) {
        MemoryReference start = start(arguments.getMemoryReference(), arguments.getOffset());
        int count = Math.clamp(arguments.getCount(), 0, MOST_BYTES);
        byte[] bytes = readable(start, count);
        ReadMemoryResponse response = new ReadMemoryResponse();
        response.setAddress(start.toString());
        response.setData(Base64.getEncoder().encodeToString(bytes));
        if (bytes.length < count) {
            response.setUnreadableBytes(count - bytes.length);
        }
        return response;
    }

    WriteMemoryResponse write(WriteMemoryArguments arguments) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(arguments.getData());
        } catch (IllegalArgumentException e) {
            throw new RequestFailure("the data to write is not in base64");
        }
        MemoryReference start = start(arguments.getMemoryReference(), arguments.getOffset());
        int written = write(start, bytes);
        if (written < bytes.length && !Boolean.TRUE.equals(arguments.getAllowPartial())) {
            throw new RequestFailure("nothing is mapped at " + start.at(start.address() + written));
        }
        WriteMemoryResponse response = new WriteMemoryResponse();
        response.setOffset(0);
        response.setBytesWritten(written);
        return response;
    }

    private static MemoryReference start(String text, Integer offset) {
        MemoryReference reference = MemoryReference.parse(text);
        return reference.at(reference.address() + (offset == null ? 0 : offset));
    }

    /** As many bytes from a place on as are mapped, at most {@code count}. */
    byte[] readable(MemoryReference start, int count) {
        byte[] bytes = new byte[count];
        int done = 0;
        while (done < count) {
            MemoryReference at = start.at(start.address() + done);
            OptionalLong physical = translator.physical(at);
            if (physical.isEmpty()) {
                return Arrays.copyOf(bytes, done);
            }
            int part = Math.min(count - done, PAGE - (int) (at.address() & PAGE - 1));
            debuggee.machine().memory().read(physical.getAsLong(), bytes, done, part);
            done += part;
        }
        return bytes;
    }

    /** Writes bytes until one is not mapped; returns how many were written. */
    int write(MemoryReference start, byte[] bytes) {
        int done = 0;
        while (done < bytes.length) {
            MemoryReference at = start.at(start.address() + done);
            OptionalLong physical = translator.physical(at);
            if (physical.isEmpty()) {
                return done;
            }
            int part = Math.min(bytes.length - done, PAGE - (int) (at.address() & PAGE - 1));
            debuggee.machine().memory().write(physical.getAsLong(), bytes, done, part);
            done += part;
        }
        return done;
    }

    /**
     * A little-endian number of up to 8 bytes.
     *
     * @throws RequestFailure when it is not mapped
     */
    long number(MemoryReference at, int size) {
        byte[] bytes = readable(at, size);
        if (bytes.length < size) {
            throw new RequestFailure("nothing is mapped at " + at.at(at.address() + bytes.length));
        }
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | bytes[i] & 0xFF;
        }
        return value;
    }
}
