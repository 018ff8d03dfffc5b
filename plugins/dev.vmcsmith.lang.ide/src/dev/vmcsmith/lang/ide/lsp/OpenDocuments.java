// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.lsp;

import dev.vmcsmith.lang.ide.EditorServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.emf.common.util.URI;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;

/** The texts that the client has open. Changed by one thread, read by any. */
final class OpenDocuments {
    private final Map<URI, TextSnapshot> open = new ConcurrentHashMap<>();
    private final EditorServices services;

    OpenDocuments(Settings settings) {
        services = EditorServices.get().with(uri -> Optional.ofNullable(open.get(uri)).map(TextSnapshot::text)).withCpu(uri -> settings.cpu());
    }

    /** The services, which read files that are open from here. */
    EditorServices services() {
        return services;
    }

    /** One form for each file, however the client writes its address. */
    static URI uri(String address) {
        try {
            java.net.URI uri = java.net.URI.create(address);
            return "file".equals(uri.getScheme()) ? URI.createFileURI(Path.of(uri).toString()) : URI.createURI(address);
        } catch (IllegalArgumentException e) {
            return URI.createURI(address);
        }
    }

    static String address(URI uri) {
        return uri.isFile() ? Path.of(uri.toFileString()).toUri().toString() : uri.toString();
    }

    void open(URI uri, String address, String text, int version) {
        open.put(uri, new TextSnapshot(address, text, version));
    }

    void change(URI uri, List<TextDocumentContentChangeEvent> changes, Integer version) {
        TextSnapshot snapshot = open.get(uri);
        if (snapshot == null) {
            return;
        }
        for (TextDocumentContentChangeEvent change : changes) {
            snapshot = snapshot.with(change, version == null ? snapshot.version() + 1 : version);
        }
        open.put(uri, snapshot);
    }

    void close(URI uri) {
        open.remove(uri);
    }

    Set<URI> all() {
        return Set.copyOf(open.keySet());
    }

    /** Null for a document that is not open. */
    TextSnapshot get(URI uri) {
        return open.get(uri);
    }

    /** The text of any file, to find lines in: as it is open, or as it is saved; empty when it cannot be read. */
    TextSnapshot read(URI uri) {
        TextSnapshot snapshot = open.get(uri);
        if (snapshot != null || !uri.isFile()) {
            return snapshot == null ? new TextSnapshot(uri.toString(), "", 0) : snapshot;
        }
        try {
            return new TextSnapshot(address(uri), Files.readString(Path.of(uri.toFileString())), 0);
        } catch (IOException e) {
            return new TextSnapshot(address(uri), "", 0);
        }
    }
}
