// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.debug.core.IStreamListener;
import org.eclipse.debug.core.model.IFlushableStreamMonitor;

/**
 * Text on its way to a console. Until a console buffers the text itself, everything is kept, so that a console that is attached late
 * misses nothing.
 */
final class TextStream implements IFlushableStreamMonitor {

    private final List<IStreamListener> listeners = new CopyOnWriteArrayList<>();
    private final StringBuilder contents = new StringBuilder();
    private boolean buffered = true;

    void append(String text) {
        synchronized (contents) {
            if (buffered) {
                contents.append(text);
            }
            for (IStreamListener listener : listeners) {
                listener.streamAppended(text, this);
            }
        }
    }

    @Override
    public void addListener(IStreamListener listener) {
        synchronized (contents) {
            listeners.add(listener);
        }
    }

    @Override
    public void removeListener(IStreamListener listener) {
        listeners.remove(listener);
    }

    @Override
    public String getContents() {
        synchronized (contents) {
            return contents.toString();
        }
    }

    @Override
    public void flushContents() {
        synchronized (contents) {
            contents.setLength(0);
        }
    }

    @Override
    public void setBuffered(boolean buffer) {
        synchronized (contents) {
            buffered = buffer;
        }
    }

    @Override
    public boolean isBuffered() {
        synchronized (contents) {
            return buffered;
        }
    }
}
