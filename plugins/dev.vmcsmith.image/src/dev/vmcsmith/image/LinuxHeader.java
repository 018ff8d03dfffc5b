// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The setup header by which a boot loader knows a Linux kernel, a {@code bzImage} ("The Linux/x86 Boot Protocol", "The Real-Mode Kernel
 * Header").
 *
 * @param bytes the header as the kernel's boot parameters take it over, from file offset {@link #OFFSET} on
 * @param version of the protocol, such as 0x20F for 2.15
 * @param codeOffset where the protected-mode code begins in the file
 * @param loadAddress physical address that it prefers
 * @param memorySize bytes that it needs there until it has found out what memory there is
 * @param initialDiskEnd the last address that the initial RAM disk may have
 * @param commandLineSize the longest command line
 * @param is64Bit whether the kernel goes on to 64-bit mode
 */
public record LinuxHeader(byte[] bytes, int version, int codeOffset, long loadAddress, long memorySize, long initialDiskEnd,
        int commandLineSize, boolean is64Bit) {
    /** Of the header, in the file and in the boot parameters. */
    public static final int OFFSET = 0x1F1;

    private static final int SECTOR = 512, OLDEST = 0x20A, DEFAULT_SECTORS = 4;
    private static final int BOOT_FLAG_AT = 0x1FE, BOOT_FLAG = 0xAA55, JUMP_AT = 0x201, MAGIC_AT = 0x202, MAGIC = 0x5372_6448;
    private static final int VERSION_AT = 0x206, DISK_END_AT = 0x22C, FLAGS_AT = 0x236, KERNEL_64 = 1, COMMAND_LINE_AT = 0x238;
    private static final int ADDRESS_AT = 0x258, SIZE_AT = 0x260;
    private static final int NEEDED = 0x264;

    /** Bytes of a file that tell whether it is a kernel. */
    static final int RECOGNIZED_BY = MAGIC_AT + 4;

    /** Whether a file that begins so is a kernel. */
    static boolean begins(byte[] start) {
        if (start.length < RECOGNIZED_BY) {
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
        return in.getShort(BOOT_FLAG_AT) == (short) BOOT_FLAG && in.getInt(MAGIC_AT) == MAGIC;
    }

    /**
     * The kernel as an image: its protected-mode code is the only segment.
     *
     * @param file all of it
     */
    static BootImage read(byte[] file, String name) throws ImageFormatException {
        LinuxHeader header = of(file, name);
        byte[] code = Arrays.copyOfRange(file, header.codeOffset, file.length);
        long size = Math.max(header.memorySize, code.length);
        int rights = Segment.READ | Segment.WRITE | Segment.EXECUTE;
        return BootImage.builder(name, header.is64Bit ? 64 : 32).entry(header.loadAddress).linux(header)
                .segment(new Segment("kernel", header.loadAddress, header.loadAddress, code, size, rights)).read();
    }

    private static LinuxHeader of(byte[] file, String name) throws ImageFormatException {
        if (file.length < NEEDED) {
            throw new ImageFormatException(name + ": the kernel is cut off after " + file.length + " bytes; build or copy it again");
        }
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int version = in.getShort(VERSION_AT) & 0xFFFF;
        if (version < OLDEST) {
            throw new ImageFormatException(name + ": boots by protocol " + (version >> 8) + "." + (version & 0xFF)
                    + "; take a kernel since Linux 2.6.31, which has 2.10 or newer");
        }
        int sectors = file[OFFSET] & 0xFF;
        int code = ((sectors == 0 ? DEFAULT_SECTORS : sectors) + 1) * SECTOR;
        int end = MAGIC_AT + (file[JUMP_AT] & 0xFF);
        if (end < NEEDED || code >= file.length) {
            throw new ImageFormatException(name + ": the setup header of the kernel is damaged; build or copy it again");
        }
        return new LinuxHeader(Arrays.copyOfRange(file, OFFSET, end), version, code, in.getLong(ADDRESS_AT),
                in.getInt(SIZE_AT) & 0xFFFF_FFFFL, in.getInt(DISK_END_AT) & 0xFFFF_FFFFL, in.getInt(COMMAND_LINE_AT),
                (in.getShort(FLAGS_AT) & KERNEL_64) != 0);
    }
}
