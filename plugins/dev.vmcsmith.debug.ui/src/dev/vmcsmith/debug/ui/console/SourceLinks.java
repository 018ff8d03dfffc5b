// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.console;

import dev.vmcsmith.debug.HypervisorDebug;
import dev.vmcsmith.debug.ui.DebugUi;
import java.io.File;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.ILog;
import org.eclipse.debug.core.model.IProcess;
import org.eclipse.debug.ui.console.FileLink;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.ui.console.IPatternMatchListenerDelegate;
import org.eclipse.ui.console.PatternMatchEvent;
import org.eclipse.ui.console.TextConsole;

/** Makes {@code path/to/setup.hv:LINE} in the console of a machine a link to the line. */
public final class SourceLinks implements IPatternMatchListenerDelegate {

    private static final Pattern PLACE = Pattern.compile("(.+\\.hv):(\\d+)");

    private TextConsole console;

    @Override
    public void connect(TextConsole newConsole) {
        console = newConsole;
    }

    @Override
    public void disconnect() {
        console = null;
    }

    @Override
    public void matchFound(PatternMatchEvent event) {
        TextConsole current = console;
        if (current == null || !isMachine(current)) {
            return;
        }
        try {
            Matcher place = PLACE.matcher(current.getDocument().get(event.getOffset(), event.getLength()));
            if (place.matches()) {
                IFile[] files = ResourcesPlugin.getWorkspace().getRoot().findFilesForLocationURI(new File(place.group(1)).toURI());
                if (files.length > 0) {
                    current.addHyperlink(new FileLink(files[0], DebugUi.GENERIC_EDITOR, -1, -1, Integer.parseInt(place.group(2))),
                            event.getOffset(), event.getLength());
                }
            }
        } catch (BadLocationException | NumberFormatException e) {
            ILog.of(SourceLinks.class).warn("No link for a place in the console", e);
        }
    }

    private static boolean isMachine(TextConsole console) {
        return console instanceof org.eclipse.debug.ui.console.IConsole processConsole && processConsole.getProcess() != null
                && HypervisorDebug.PROCESS_TYPE.equals(processConsole.getProcess().getAttribute(IProcess.ATTR_PROCESS_TYPE));
    }
}
