// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.dap.protocol.ExitLog;
import dev.vmcsmith.dap.protocol.ExitRecord;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The parts of a filtered log that have been fetched: whole pages, the longest unused of which are forgotten. */
final class ExitPages {

    /** Records in a page. */
    static final int PAGE = 200;

    private static final int MOST_PAGES = 50;

    private final ExitFilter filter;
    private final Set<Integer> asked = new HashSet<>();
    private final Map<Integer, List<ExitRecord>> pages = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, List<ExitRecord>> eldest) {
            return size() > MOST_PAGES;
        }
    };
    private long firstKept;
    private int matching;

    ExitPages(ExitFilter filter) {
        this.filter = filter;
    }

    ExitFilter filter() {
        return filter;
    }

    int matching() {
        return matching;
    }

    /**
     * Takes over an answer. What was fetched before stays valid unless the log has dropped its oldest exits, for indexes count from these.
     *
     * @return whether records that were shown before are gone
     */
    boolean update(ExitLog log) {
        boolean moved = firstKept != log.firstKept() && firstKept != 0 || log.matching() < matching;
        if (moved) {
            pages.clear();
            asked.clear();
        }
        firstKept = log.firstKept();
        matching = log.matching();
        int end = log.start() + log.exits().size();
        for (int page = (log.start() + PAGE - 1) / PAGE; page * PAGE < end; page++) {
            int from = page * PAGE - log.start();
            int to = Math.min(log.exits().size(), from + PAGE);
            if (to - from == PAGE || end == matching) {
                pages.put(page, List.copyOf(log.exits().subList(from, to)));
                asked.remove(page);
            }
        }
        return moved;
    }

    /** A record; null when it has not been fetched. */
    ExitRecord at(int index) {
        List<ExitRecord> page = pages.get(index / PAGE);
        return page == null || index % PAGE >= page.size() ? null : page.get(index % PAGE);
    }

    /** Whether the page of an index is to be fetched now; after that it counts as asked for. */
    boolean ask(int index) {
        return at(index) == null && index < matching && asked.add(index / PAGE);
    }

    /** The answer for an index will not come. */
    void failed(int index) {
        asked.remove(index / PAGE);
    }

    /** Index of the latest fetched exit that is not later than an exit; −1 when none is. */
    int indexOfLatest(long exit) {
        if (filter.isAll() && firstKept > 0) {
            return (int) Math.min(matching - 1L, exit - firstKept);
        }
        int found = -1;
        for (Map.Entry<Integer, List<ExitRecord>> page : new LinkedHashMap<>(pages).entrySet()) {
            for (int i = 0; i < page.getValue().size(); i++) {
                if (page.getValue().get(i).number() <= exit) {
                    found = Math.max(found, page.getKey() * PAGE + i);
                }
            }
        }
        return found;
    }
}
