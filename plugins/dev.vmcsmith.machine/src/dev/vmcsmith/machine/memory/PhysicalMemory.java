// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The physical address space. RAM fills it from 0 up to {@link #LOW_RAM_END} and goes on at 4 GiB; pages are allocated when they
 * are first touched by a processor or written. Reads of addresses where nothing is give all ones, writes go nowhere.
 */
public final class PhysicalMemory {
    /** RAM below 4 GiB ends here at the latest; above are the devices. */
    public static final long LOW_RAM_END = 0xC000_0000L;
    private static final long FOUR_GIB = 1L << 32;
    private static final int TABLE_BITS = 9;

    public static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    public static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    public static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long size;
    private final long lowEnd;
    private final long highEnd;
    private final Page[][] directory;
    private final List<MmioRegion> regions = new ArrayList<>();
    private final List<MemoryListener> listeners = new ArrayList<>();
    /** No region lies outside of these. */
    private long regionsStart = Long.MAX_VALUE;
    private long regionsEnd;
    private DeviceListener deviceListener;
    private long touchedPages;
    private List<Watch> watches = List.of();
    private Watch.Listener watcher = (watch, address, size, write) -> { };

    /** @param size bytes of RAM, a multiple of 4 KiB, greater than 0 */
    public PhysicalMemory(long size) {
        if (size <= 0 || (size & 0xFFF) != 0 || size > 1L << 44) {
            throw new IllegalArgumentException("memory size must be a multiple of 4 KiB, at least 4 KiB and at most 16 TiB, not " + size);
        }
        this.size = size;
        this.lowEnd = Math.min(size, LOW_RAM_END);
        this.highEnd = size > lowEnd ? FOUR_GIB + size - lowEnd : lowEnd;
        directory = new Page[(int) (highEnd - 1 >>> 12 + TABLE_BITS) + 1][];
    }

    /** Bytes of RAM. */
    public long size() {
        return size;
    }

    /** End of RAM below 4 GiB. */
    public long lowEnd() {
        return lowEnd;
    }

    /** Bytes of RAM from 4 GiB up. */
    public long highSize() {
        return size - lowEnd;
    }

    /** Number of pages allocated so far. */
    public long touchedPages() {
        return touchedPages;
    }

    public boolean isRam(long address) {
        return address >= 0 && (address < lowEnd || address >= FOUR_GIB && address < highEnd);
    }

    // --- pages and devices ---------------------------------------------------------------------------------------------

    /** The page of an address, allocated now if need be; null when there is no RAM or a device lies over it. */
    public Page page(long address) {
        if (!isRam(address) || region(address) != null) {
            return null;
        }
        return ramPage(address);
    }

    private Page ramPage(long address) {
        int t = (int) (address >>> 12 + TABLE_BITS);
        Page[] table = directory[t];
        if (table == null) {
            table = directory[t] = new Page[1 << TABLE_BITS];
        }
        int i = (int) (address >>> 12) & (1 << TABLE_BITS) - 1;
        Page page = table[i];
        if (page == null) {
            page = table[i] = new Page(address & ~0xFFFL);
            watchIfWanted(page);
            touchedPages++;
        }
        return page;
    }

    /** The page if it has been touched, without allocating. */
    public Page touchedPage(long address) {
        if (!isRam(address)) {
            return null;
        }
        Page[] table = directory[(int) (address >>> 12 + TABLE_BITS)];
        return table == null ? null : table[(int) (address >>> 12) & (1 << TABLE_BITS) - 1];
    }

    /** Calls back for every touched page in address order. */
    public void forEachTouched(Consumer<Page> action) {
        for (Page[] table : directory) {
            if (table != null) {
                for (Page page : table) {
                    if (page != null) {
                        action.accept(page);
                    }
                }
            }
        }
    }

    public void map(MmioRegion region) {
        regions.add(region);
        regionsChanged();
    }

    private void regionsChanged() {
        regionsStart = Long.MAX_VALUE;
        regionsEnd = 0;
        for (MmioRegion region : regions) {
            regionsStart = Math.min(regionsStart, region.base());
            regionsEnd = Math.max(regionsEnd, region.base() + region.size());
        }
        listeners.forEach(MemoryListener::mapChanged);
    }

    public void unmap(MmioRegion region) {
        regions.remove(region);
        regionsChanged();
    }

    /** The device region at an address, or null. The one mapped last wins. */
    public MmioRegion region(long address) {
        if (address < regionsStart || address >= regionsEnd) {
            return null;
        }
        for (int i = regions.size() - 1; i >= 0; i--) {
            if (regions.get(i).contains(address)) {
                return regions.get(i);
            }
        }
        return null;
    }

    /** Hears of accesses to devices in memory. */
    public interface DeviceListener {
        /** The device has been read, or is about to be written. */
        void used(int cpu, long address, int size, long value, boolean write);
    }

    /** Who hears of accesses to devices; null for nobody. */
    public void setDeviceListener(DeviceListener listener) {
        deviceListener = listener;
    }

    public void addListener(MemoryListener listener) {
        listeners.add(listener);
    }

    // --- code and dirty tracking ---------------------------------------------------------------------------------------

    /** Remembers that decoded code was made of these bytes of the page. */
    public void markCode(Page page, int offset, int length) {
        boolean first = page.codeLines == 0;
        page.codeLines |= Page.lines(offset, length);
        if (first) {
            listeners.forEach(l -> l.pageGuarded(page));
        }
    }

    /** To be called before bytes of a guarded page change. */
    public void beforeWrite(Page page, int offset, int length) {
        if (page.imaged != null) {
            page.imaged.keep(page);
            page.imaged = null;
        }
        if (page.watched) {
            used(page.address + offset, length, true);
        }
        page.dirty = true;
        if ((page.codeLines & Page.lines(offset, length)) != 0) {
            page.codeLines = 0;
            page.codeVersion++;
            listeners.forEach(l -> l.codeWritten(page));
        }
    }

    // --- watches and images ----------------------------------------------------------------------------------------------

    /** Who is told of uses of watched bytes. */
    public void setWatcher(Watch.Listener listener) {
        watcher = listener;
    }

    /** Replaces the bytes that are watched. */
    public void watch(List<Watch> wanted) {
        if (!watches.equals(wanted)) {
            watches = wanted;
            forEachTouched(this::watchIfWanted);
            listeners.forEach(MemoryListener::mapChanged);
        }
    }

    private void watchIfWanted(Page page) {
        page.watched = false;
        for (Watch watch : watches) {
            page.watched |= watch.onPage(page);
        }
    }

    /** To be called when bytes of a watched page have been read, or are about to be written. */
    public void used(long address, int size, boolean write) {
        for (Watch watch : watches) {
            if (watch.touches(address, size, write)) {
                watcher.used(watch, address, size, write);
            }
        }
    }

    /** Remembers the content of all touched pages. */
    public MemoryImage image() {
        List<Page> pages = new ArrayList<>((int) touchedPages);
        forEachTouched(page -> {
            pages.add(page);
            if (page.imaged == null) {
                page.imaged = new MemoryImage.Content();
            }
        });
        listeners.forEach(MemoryListener::allPagesGuarded);
        return new MemoryImage(pages.toArray(Page[]::new), pages.stream().map(page -> page.imaged).toArray(MemoryImage.Content[]::new));
    }

    /** Gives all pages the content of an image; the caller flushes cached translations. Other images stay what they are. */
    public void restore(MemoryImage image) {
        int[] next = {0};
        forEachTouched(page -> {
            boolean held = next[0] < image.pages.length && image.pages[next[0]] == page;
            MemoryImage.Content content = held ? image.contents[next[0]++] : null;
            if (page.imaged != content || content == null) {
                rewrite(page, content);
            }
        });
    }

    private void rewrite(Page page, MemoryImage.Content content) {
        if (page.imaged != null) {
            page.imaged.keep(page);
        }
        if (content == null) {
            Arrays.fill(page.bytes, (byte) 0);
        } else {
            System.arraycopy(content.bytes, 0, page.bytes, 0, Page.SIZE);
        }
        page.imaged = content;
        page.codeLines = 0;
        page.codeVersion++;
        listeners.forEach(l -> l.codeWritten(page));
    }

    // --- access by physical address --------------------------------------------------------------------------------------

    /** Reads 1, 2, 4 or 8 bytes that lie in one page, as a device or a walker does. Does not allocate. */
    public long read(int cpu, long address, int size) {
        MmioRegion region = region(address);
        if (region != null) {
            long value = region.handler().read(cpu, address - region.base(), size);
            if (deviceListener != null) {
                deviceListener.used(cpu, address, size, value, false);
            }
            return value;
        }
        return readRam(address, size);
    }

    /** The same of RAM, though a device may lie over it. */
    public long readRam(long address, int size) {
        if (!isRam(address)) {
            return -1L >>> 64 - 8 * size;
        }
        Page page = touchedPage(address);
        return page == null ? 0 : get(page.bytes, (int) address & 0xFFF, size);
    }

    /** Writes 1, 2, 4 or 8 bytes that lie in one page. */
    public void write(int cpu, long address, int size, long value) {
        MmioRegion region = region(address);
        if (region != null) {
            if (deviceListener != null) {
                deviceListener.used(cpu, address, size, value, true);
            }
            region.handler().write(cpu, address - region.base(), size, value);
        } else {
            writeRam(address, size, value);
        }
    }

    /** The same to RAM, though a device may lie over it. */
    public void writeRam(long address, int size, long value) {
        if (isRam(address)) {
            Page page = ramPage(address);
            int offset = (int) address & 0xFFF;
            if (page.guarded()) {
                beforeWrite(page, offset, size);
            }
            put(page.bytes, offset, size, value);
        }
    }

    public long read64(long address) {
        return read(0, address, 8);
    }

    public int read32(long address) {
        return (int) read(0, address, 4);
    }

    public void write64(long address, long value) {
        write(0, address, 8, value);
    }

    public void write32(long address, int value) {
        write(0, address, 4, value & 0xFFFFFFFFL);
    }

    /** Copies bytes out of RAM; where there is none, 0xFF. Devices are not touched. For debuggers and loaders. */
    public void read(long address, byte[] into, int offset, int length) {
        while (length > 0) {
            int inPage = (int) address & 0xFFF;
            int n = Math.min(length, Page.SIZE - inPage);
            Page page = touchedPage(address);
            if (page != null) {
                System.arraycopy(page.bytes, inPage, into, offset, n);
            } else {
                Arrays.fill(into, offset, offset + n, (byte) (isRam(address) ? 0 : 0xFF));
            }
            address += n;
            offset += n;
            length -= n;
        }
    }

    /**
     * Copies bytes into RAM.
     *
     * @return number of bytes that lay in RAM
     */
    public long write(long address, byte[] from, int offset, int length) {
        long written = 0;
        while (length > 0) {
            int inPage = (int) address & 0xFFF;
            int n = Math.min(length, Page.SIZE - inPage);
            if (isRam(address)) {
                Page page = ramPage(address);
                beforeWrite(page, inPage, n);
                System.arraycopy(from, offset, page.bytes, inPage, n);
                written += n;
            }
            address += n;
            offset += n;
            length -= n;
        }
        return written;
    }

    public static long get(byte[] bytes, int offset, int size) {
        return switch (size) {
            case 1 -> bytes[offset] & 0xFFL;
            case 2 -> (short) SHORT.get(bytes, offset) & 0xFFFFL;
            case 4 -> (int) INT.get(bytes, offset) & 0xFFFFFFFFL;
            default -> (long) LONG.get(bytes, offset);
        };
    }

    public static void put(byte[] bytes, int offset, int size, long value) {
        switch (size) {
            case 1 -> bytes[offset] = (byte) value;
            case 2 -> SHORT.set(bytes, offset, (short) value);
            case 4 -> INT.set(bytes, offset, (int) value);
            default -> LONG.set(bytes, offset, value);
        }
    }
}
