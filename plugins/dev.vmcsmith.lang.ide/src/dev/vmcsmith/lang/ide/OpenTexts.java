// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.emf.common.util.URI;
import org.eclipse.emf.ecore.resource.impl.URIHandlerImpl;

/** Lets a file that imports another read the text of that file as it is being edited. */
final class OpenTexts extends URIHandlerImpl {
    private final Sources open;

    OpenTexts(Sources open) {
        this.open = open;
    }

    @Override
    public boolean canHandle(URI uri) {
        return open.text(uri).isPresent();
    }

    @Override
    public InputStream createInputStream(URI uri, Map<?, ?> options) {
        return new ByteArrayInputStream(open.text(uri).orElse("").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean exists(URI uri, Map<?, ?> options) {
        return true;
    }
}
