// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.console;

import dev.vmcsmith.debug.session.MachineProcess;
import dev.vmcsmith.debug.session.SerialPort;
import dev.vmcsmith.debug.ui.Icons;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.contexts.IDebugContextListener;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.console.ConsolePlugin;
import org.eclipse.ui.console.IConsole;
import org.eclipse.ui.console.IConsoleDocumentPartitioner;
import org.eclipse.ui.console.IConsoleView;
import org.eclipse.ui.console.TextConsole;
import org.eclipse.ui.console.TextConsolePage;
import org.eclipse.ui.console.TextConsoleViewer;
import org.eclipse.ui.part.IPageBookViewPage;

/**
 * A serial port, or the debug console, of a debugged machine at its present instant. Unlike the console of the process, which tells everything in the order in
 * which it happened, it goes back and forth in time with the machine.
 */
public final class SerialConsole extends TextConsole {

    /** The type of these consoles. */
    public static final String TYPE = "dev.vmcsmith.debug.ui.serial";

    private static final long UNCHANGED = Long.MAX_VALUE;

    private final MachineProcess process;
    private final SerialPort port;
    private final SerialPort.Listener listener = this::changed;
    private final IDebugContextListener stops = event -> PlatformUI.getWorkbench().getDisplay().asyncExec(this::bringToFront);
    private final IConsoleDocumentPartitioner partitioner = new PlainPartitioner();
    private final AtomicLong changedFrom = new AtomicLong(UNCHANGED);
    private long shownEnd;

    SerialConsole(MachineProcess process, SerialPort port) {
        super(process.getLabel() + " [" + port.name() + "]", TYPE, Icons.MACHINE.descriptor(), true);
        this.process = process;
        this.port = port;
        partitioner.connect(getDocument());
        getDocument().setDocumentPartitioner(partitioner);
        port.addListener(listener);
        DebugUITools.getDebugContextManager().addDebugContextListener(stops);
        changed(0);
    }

    @Override
    protected void dispose() {
        port.removeListener(listener);
        DebugUITools.getDebugContextManager().removeDebugContextListener(stops);
        super.dispose();
    }

    /** Collects changes until the UI thread has time for them. */
    private void changed(long kept) {
        if (changedFrom.getAndAccumulate(kept, Math::min) == UNCHANGED && PlatformUI.isWorkbenchRunning()) {
            Display display = PlatformUI.getWorkbench().getDisplay();
            display.asyncExec(this::show);
        }
    }

    private void show() {
        long kept = Math.min(changedFrom.getAndSet(UNCHANGED), shownEnd);
        SerialPort.Part now = port.from(kept);
        IDocument document = getDocument();
        int stays = now.start() > kept ? 0 : (int) Math.max(0, document.getLength() - (shownEnd - kept));
        try {
            document.replace(stays, document.getLength() - stays, now.text());
            int excess = document.getLength() - SerialPort.LIMIT;
            if (excess > 0) {
                document.replace(0, excess, "");
            }
        } catch (BadLocationException e) {
            throw new IllegalStateException("The console holds less than it shows", e);
        }
        shownEnd = now.start() + now.text().length();
        bringToFront();
    }

    /** The process that writes. */
    public MachineProcess process() {
        return process;
    }

    /**
     * In the past the user sees what the port had written then, where the console of the process was shown: that one holds the
     * future too. The platform shows it again at every stop.
     */
    private void bringToFront() {
        if (!port.isInThePast()) {
            return;
        }
        for (IConsole console : ConsolePlugin.getDefault().getConsoleManager().getConsoles()) {
            if (console instanceof org.eclipse.debug.ui.console.IConsole whole && whole.getProcess() == process) {
                ConsoleViews.replace(console, this);
            }
        }
    }

    @Override
    protected IConsoleDocumentPartitioner getPartitioner() {
        return partitioner;
    }

    @Override
    public IPageBookViewPage createPage(IConsoleView view) {
        return new TextConsolePage(this, view) {
            @Override
            protected TextConsoleViewer createViewer(Composite parent) {
                TextConsoleViewer viewer = super.createViewer(parent);
                viewer.setEditable(false);
                return viewer;
            }
        };
    }
}
