// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.image.BootImage;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.lsp4j.debug.BreakpointLocation;
import org.eclipse.lsp4j.debug.BreakpointLocationsArguments;
import org.eclipse.lsp4j.debug.BreakpointLocationsResponse;
import org.eclipse.lsp4j.debug.LoadedSourcesResponse;
import org.eclipse.lsp4j.debug.Module;
import org.eclipse.lsp4j.debug.ModulesResponse;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** The image as a module, and the source files that it was made of. */
final class ImageFiles {
    private static final int MOST_LINES = 100_000;

    private final Debuggee debuggee;

    ImageFiles(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    LoadedSourcesResponse sources() {
        LoadedSourcesResponse response = new LoadedSourcesResponse();
        response.setSources(debuggee.image().lines().files().stream().sorted().map(debuggee.frames()::source).toArray(Source[]::new));
        return response;
    }

    ModulesResponse modules() {
        BootImage image = debuggee.image();
        Module module = new Module();
        module.setId(Either.forLeft(1));
        module.setName(image.name());
        module.setPath(debuggee.program().toAbsolutePath().toString());
        module.setSymbolStatus(image.symbols().symbols().isEmpty() ? "no symbols"
                : image.lines().isEmpty() ? "symbols, no line table" : "symbols and line table");
        ModulesResponse response = new ModulesResponse();
        response.setModules(new Module[] {module});
        response.setTotalModules(1);
        return response;
    }

    BreakpointLocationsResponse locations(BreakpointLocationsArguments arguments) {
        Source source = arguments.getSource();
        String file = source.getPath() == null ? source.getName() : source.getPath();
        int last = arguments.getEndLine() == null ? arguments.getLine()
                : Math.min(arguments.getEndLine(), arguments.getLine() + MOST_LINES);
        List<BreakpointLocation> found = new ArrayList<>();
        for (int line = arguments.getLine(); line <= last; line++) {
            if (!debuggee.image().lines().addresses(file, line).isEmpty()) {
                BreakpointLocation location = new BreakpointLocation();
                location.setLine(line);
                found.add(location);
            }
        }
        BreakpointLocationsResponse response = new BreakpointLocationsResponse();
        response.setBreakpoints(found.toArray(BreakpointLocation[]::new));
        return response;
    }
}
