// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.image.BootImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.BreakpointNotVerifiedReason;
import org.eclipse.lsp4j.debug.FunctionBreakpoint;
import org.eclipse.lsp4j.debug.InstructionBreakpoint;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.SourceBreakpoint;

/**
 * All breakpoints of the session and the linear addresses where they stop. Breakpoints set before the image is known wait, and
 * {@link #imageLoaded} reports what became of them. Used by the request thread; {@link #addresses} and {@link #at} by the machine's too.
 */
final class Breakpoints {
    private static final long[] NONE = {};

    /** One breakpoint: how it was requested, what the client knows of it, where it stops. */
    private record Entry(Object request, Source source, Breakpoint answer, BreakpointAction action, List<Long> places) {
    }

    private final Map<String, List<Entry>> bySource = new LinkedHashMap<>();
    private List<Entry> instructions = List.of();
    private List<Entry> functions = List.of();
    private BootImage image;
    private int lastId;
    private final DataBreakpoints data = new DataBreakpoints(this::nextId);
    private volatile long[] addresses = NONE;
    private volatile Map<Long, List<Placed>> placed = Map.of();

    /** A breakpoint at an address: its number and what it does. */
    record Placed(int id, BreakpointAction action) {
    }

    private synchronized int nextId() {
        return ++lastId;
    }

    /** Those on data. */
    DataBreakpoints data() {
        return data;
    }

    /** Where breakpoints stop, in ascending order. The array is never changed. */
    long[] addresses() {
        return addresses;
    }

    /** The breakpoints at a linear address. */
    List<Placed> at(long address) {
        return placed.getOrDefault(address, List.of());
    }

    /** Resolves the breakpoints that were waiting and returns them all as they are now. */
    synchronized List<Breakpoint> imageLoaded(BootImage loaded) {
        image = loaded;
        List<Entry> all = new ArrayList<>(instructions);
        all.addAll(functions);
        bySource.values().forEach(all::addAll);
        for (Entry entry : all) {
            resolve(entry);
        }
        update();
        return all.stream().map(Entry::answer).toList();
    }

    /** Replaces the breakpoints of one source file. */
    synchronized Breakpoint[] setSource(Source source, SourceBreakpoint[] requests) {
        String file = source.getPath() == null ? source.getName() : source.getPath();
        if (file == null) {
            throw new RequestFailure("a source breakpoint needs the path of its file");
        }
        List<Entry> entries = new ArrayList<>();
        for (SourceBreakpoint request : requests == null ? new SourceBreakpoint[0] : requests) {
            entries.add(entry(request, source, request.getCondition(), request.getHitCondition(), request.getLogMessage()));
        }
        bySource.put(file, entries);
        return answers(entries);
    }

    /** Replaces the breakpoints on instructions. */
    synchronized Breakpoint[] setInstructions(InstructionBreakpoint[] requests) {
        List<Entry> entries = new ArrayList<>();
        for (InstructionBreakpoint request : requests) {
            entries.add(entry(request, null, request.getCondition(), request.getHitCondition(), null));
        }
        instructions = entries;
        return answers(entries);
    }

    /** Replaces the breakpoints on symbols. */
    synchronized Breakpoint[] setFunctions(FunctionBreakpoint[] requests) {
        List<Entry> entries = new ArrayList<>();
        for (FunctionBreakpoint request : requests) {
            entries.add(entry(request, null, request.getCondition(), request.getHitCondition(), null));
        }
        functions = entries;
        return answers(entries);
    }

    private Entry entry(Object request, Source source, String condition, String hitCondition, String logMessage) {
        Breakpoint answer = new Breakpoint();
        answer.setId(nextId());
        answer.setSource(source);
        BreakpointAction action;
        try {
            action = new BreakpointAction(condition, hitCondition, logMessage);
        } catch (RequestFailure e) {
            refuse(answer, e.getMessage());
            return new Entry(null, source, answer, null, List.of());
        }
        Entry entry = new Entry(request, source, answer, action, new ArrayList<>());
        resolve(entry);
        return entry;
    }

    private Breakpoint[] answers(List<Entry> entries) {
        update();
        return entries.stream().map(Entry::answer).toArray(Breakpoint[]::new);
    }

    private void resolve(Entry entry) {
        if (image == null && entry.request() != null) {
            entry.answer().setMessage("waits for the program to be loaded");
            entry.answer().setReason(BreakpointNotVerifiedReason.PENDING);
            return;
        }
        entry.places().clear();
        switch (entry.request()) {
            case SourceBreakpoint line -> resolveLine(entry, line);
            case InstructionBreakpoint instruction -> resolveInstruction(entry, instruction);
            case FunctionBreakpoint function -> resolveFunction(entry, function);
            case null, default -> {
            }
        }
    }

    private void resolveLine(Entry entry, SourceBreakpoint request) {
        Breakpoint answer = entry.answer();
        answer.setLine(request.getLine());
        String file = entry.source().getPath() == null ? entry.source().getName() : entry.source().getPath();
        int line = image.lines().lineWithCode(file, request.getLine());
        if (line == 0) {
            refuse(answer, image.lines().isEmpty() ? image.name() + " has no line table" : "there is no code at this line or after it");
            return;
        }
        entry.places().addAll(image.lines().addresses(file, line));
        answer.setLine(line);
        accept(answer, entry.places().getFirst(), line == request.getLine() ? null : "moved to the next line with code");
    }

    private void resolveInstruction(Entry entry, InstructionBreakpoint request) {
        try {
            long address = HexLong.parse(request.getInstructionReference()) + (request.getOffset() == null ? 0 : request.getOffset());
            entry.places().add(address);
            accept(entry.answer(), address, null);
        } catch (NumberFormatException e) {
            refuse(entry.answer(), "\"" + request.getInstructionReference() + "\" is not an address");
        }
    }

    private void resolveFunction(Entry entry, FunctionBreakpoint request) {
        OptionalLong address = image.symbols().address(request.getName());
        if (address.isEmpty()) {
            refuse(entry.answer(), "there is no symbol \"" + request.getName() + "\" in " + image.name());
            return;
        }
        entry.places().add(address.getAsLong());
        accept(entry.answer(), address.getAsLong(), null);
    }

    private static void accept(Breakpoint answer, long address, String message) {
        answer.setVerified(true);
        answer.setReason(null);
        answer.setMessage(message);
        answer.setInstructionReference(HexLong.format(address));
    }

    private static void refuse(Breakpoint answer, String message) {
        answer.setVerified(false);
        answer.setReason(BreakpointNotVerifiedReason.FAILED);
        answer.setMessage(message);
    }

    private void update() {
        Map<Long, List<Placed>> map = new HashMap<>();
        bySource.values().forEach(entries -> place(entries, map));
        place(instructions, map);
        place(functions, map);
        placed = map;
        addresses = map.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static void place(List<Entry> entries, Map<Long, List<Placed>> map) {
        for (Entry entry : entries) {
            for (long address : entry.places()) {
                map.computeIfAbsent(address, key -> new ArrayList<>()).add(new Placed(entry.answer().getId(), entry.action()));
            }
        }
    }

    /** Whether a breakpoint stops at a linear address. */
    boolean stopsAt(long address) {
        return Arrays.binarySearch(addresses, address) >= 0;
    }
}
