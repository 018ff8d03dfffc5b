// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.memory;

/**
 * The content of RAM at one instant. Images share what has not been written between them, with each other and with the live memory: one
 * costs a reference per touched page, and a copy of each page that is written afterwards.
 */
public final class MemoryImage {
    /** In ascending order; what was touched later was zero then. */
    final Page[] pages;
    final Content[] contents;

    MemoryImage(Page[] pages, Content[] contents) {
        this.pages = pages;
        this.contents = contents;
    }

    /** What a page held. */
    static final class Content {
        /** Null as long as the page itself still holds it. */
        byte[] bytes;

        /** Keeps what the page holds, because that is about to change. */
        void keep(Page page) {
            if (bytes == null) {
                bytes = page.bytes.clone();
            }
        }
    }

    /** Bytes that this image holds and another one does not share. */
    public long bytesBesides(MemoryImage other) {
        long count = 0;
        int o = 0;
        for (int i = 0; i < pages.length; i++) {
            while (other != null && o < other.pages.length && other.pages[o].address < pages[i].address) {
                o++;
            }
            boolean shared = other != null && o < other.pages.length && other.contents[o] == contents[i];
            count += shared || contents[i].bytes == null ? 0 : Page.SIZE;
        }
        return count;
    }
}
