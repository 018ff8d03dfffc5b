// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.CallFrame;
import dev.vmcsmith.image.CallFrames;
import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.bytes.ByteReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads call frame information from .eh_frame and .debug_frame. A section that is damaged counts as far as it is whole; where both describe
 * a function, the first one is taken.
 */
public final class FrameReader {
    private static final int ABSOLUTE = 0;
    private static final int PC_RELATIVE = 0x10;

    /** One function: {@code low} to before {@code high}. */
    private record Function(long low, long high, FrameProgram.Common common, byte[] instructions) {
    }

    private final DebugSections debug;
    private final TreeMap<Long, Function> functions = new TreeMap<>(Long::compareUnsigned);

    public FrameReader(DebugSections debug) {
        this.debug = debug;
    }

    /** The call frame information of all functions. */
    public CallFrames read() {
        read(".eh_frame", true);
        read(".debug_frame", false);
        return this::at;
    }

    private Optional<CallFrame> at(long address) {
        Map.Entry<Long, Function> entry = functions.floorEntry(address);
        if (entry == null || Long.compareUnsigned(address, entry.getValue().high) >= 0) {
            return Optional.empty();
        }
        Function function = entry.getValue();
        try {
            return FrameProgram.row(function.common, function.instructions, function.low, address);
        } catch (ImageFormatException e) {
            return Optional.empty();
        }
    }

    private void read(String name, boolean exceptionHandling) {
        try {
            new Section(debug.section(name).seek(0), debug.address(name), exceptionHandling).read();
        } catch (ImageFormatException | RuntimeException e) {
            // What came before the damage stays.
        }
    }

    /** A section, in one of the two formats. */
    private final class Section {
        private final ByteReader in;
        private final long address;
        private final boolean exceptionHandling;
        private final Map<Long, FrameProgram.Common> commons = new HashMap<>();

        Section(ByteReader in, long address, boolean exceptionHandling) {
            this.in = in;
            this.address = address;
            this.exceptionHandling = exceptionHandling;
        }

        void read() throws ImageFormatException {
            while (in.remaining() > 0) {
                UnitLength length = UnitLength.read(in);
                int start = in.position();
                if (length.size() > 0) {
                    entry(start, start + length.size(), length.offsetSize());
                }
                in.seek(start + length.size());
            }
        }

        private void entry(int start, long end, int offsetSize) throws ImageFormatException {
            long id = in.unsigned(exceptionHandling ? 4 : offsetSize);
            if (id == commonId(offsetSize)) {
                return;
            }
            long at = exceptionHandling ? start - id : id;
            FrameProgram.Common common = common(at);
            in.seek(start + (exceptionHandling ? 4 : offsetSize));
            if (common == null) {
                return;
            }
            long low = pointer(common, common.pointerEncoding());
            long size = pointer(common, common.pointerEncoding() & 0x0f);
            if (common.augmented()) {
                in.skip(in.uleb());
            }
            byte[] instructions = in.bytes(end - in.position());
            if (low != 0 && size != 0) {
                functions.putIfAbsent(low, new Function(low, low + size, common, instructions));
            }
        }

        private long commonId(int offsetSize) {
            return exceptionHandling ? 0 : offsetSize == 8 ? -1L : 0xFFFF_FFFFL;
        }

        private FrameProgram.Common common(long at) throws ImageFormatException {
            if (!commons.containsKey(at)) {
                commons.put(at, readCommon(at));
            }
            return commons.get(at);
        }

        /** The common information entry at an offset; null when it is of a kind that is not known. */
        private FrameProgram.Common readCommon(long at) throws ImageFormatException {
            in.seek(at);
            UnitLength length = UnitLength.read(in);
            long end = in.position() + length.size();
            if (in.unsigned(exceptionHandling ? 4 : length.offsetSize()) != commonId(length.offsetSize())) {
                throw in.damaged("a function points to something else than common information");
            }
            int version = in.u8();
            String augmentation = in.string();
            if (version == 4) {
                in.skip(2);
            }
            long codeAlignment = in.uleb();
            long dataAlignment = in.sleb();
            long returnColumn = version == 1 ? in.u8() : in.uleb();
            int encoding = ABSOLUTE;
            boolean augmented = augmentation.startsWith("z");
            if (augmented) {
                long size = in.uleb();
                int data = in.position();
                encoding = pointerEncoding(augmentation, returnColumn);
                in.seek(data + size);
            } else if (!augmentation.isEmpty()) {
                return null;
            }
            return new FrameProgram.Common(codeAlignment, dataAlignment, returnColumn, in.bytes(end - in.position()), encoding, augmented);
        }

        private int pointerEncoding(String augmentation, long returnColumn) throws ImageFormatException {
            int encoding = ABSOLUTE;
            for (char letter : augmentation.substring(1).toCharArray()) {
                switch (letter) {
                    case 'R' -> encoding = in.u8();
                    case 'L' -> in.u8();
                    case 'P' -> value(in.u8() & 0x0f, DwarfRegisters.addressSize(returnColumn));
                    default -> { }
                }
            }
            return encoding;
        }

        private long pointer(FrameProgram.Common common, int encoding) throws ImageFormatException {
            long base = switch (encoding & 0x70) {
                case ABSOLUTE -> 0;
                case PC_RELATIVE -> address + in.position();
                default -> throw in.damaged("it uses the unknown pointer encoding 0x" + Integer.toHexString(encoding));
            };
            long value = base + value(encoding & 0x0f, common.addressSize());
            return common.addressSize() == 4 ? value & 0xFFFF_FFFFL : value;
        }

        private long value(int format, int addressSize) throws ImageFormatException {
            return switch (format) {
                case 0x00 -> in.unsigned(addressSize);
                case 0x01 -> in.uleb();
                case 0x02 -> in.u16();
                case 0x03 -> in.u32();
                case 0x04, 0x0c -> in.u64();
                case 0x09 -> in.sleb();
                case 0x0a -> (short) in.u16();
                case 0x0b -> (int) in.u32();
                default -> throw in.damaged("it uses the unknown pointer format " + format);
            };
        }
    }
}
