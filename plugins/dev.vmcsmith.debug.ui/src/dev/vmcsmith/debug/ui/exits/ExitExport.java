// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import com.google.gson.Gson;
import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.dap.protocol.ExitLog;
import dev.vmcsmith.dap.protocol.ExitRecord;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.model.MachineTarget;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.SubMonitor;
import org.eclipse.core.runtime.jobs.Job;

/** Writes VM exits to a file, page by page: as JSON when its name ends so, otherwise as comma-separated values. */
public final class ExitExport extends Job {

    private static final int PAGE = 2000;
    private static final int ANSWER_SECONDS = 30;
    private static final String HEADER = "number,instructions,thread,vmcs,reason,reason name,entry failure,qualification,"
            + "qualification decoded,guest rip,guest symbol,instruction length,guest-linear address,guest-physical address,"
            + "interruption,handler";

    private final MachineTarget machine;
    private final ExitFilter filter;
    private final Path file;

    /** @param filter which exits */
    public ExitExport(MachineTarget machine, ExitFilter filter, Path file) {
        super("Exporting VM exits");
        this.machine = machine;
        this.filter = filter;
        this.file = file;
    }

    @Override
    protected IStatus run(IProgressMonitor monitor) {
        boolean json = file.toString().endsWith(".json");
        try (Writer out = Files.newBufferedWriter(file)) {
            out.write(json ? "[\n" : HEADER + "\n");
            SubMonitor progress = null;
            int start = 0;
            while (true) {
                ExitLog page = page(start);
                progress = progress == null ? SubMonitor.convert(monitor, "Exporting VM exits", page.matching()) : progress;
                for (ExitRecord exit : page.exits()) {
                    out.write(json ? (start++ == 0 ? "  " : ",\n  ") + new Gson().toJson(exit) : csv(exit) + "\n");
                }
                start = json ? start : start + page.exits().size();
                progress.worked(page.exits().size());
                if (progress.isCanceled()) {
                    return Status.CANCEL_STATUS;
                }
                if (page.exits().isEmpty() || start >= page.matching()) {
                    break;
                }
            }
            out.write(json ? "\n]\n" : "");
            return Status.OK_STATUS;
        } catch (IOException | TimeoutException e) {
            return Status.error("Cannot write " + file + ": " + e.getMessage(), e);
        } catch (ExecutionException e) {
            return Status.error("The VM exits cannot be read: " + MachineElement.messageOf(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Status.CANCEL_STATUS;
        }
    }

    private ExitLog page(int start) throws InterruptedException, ExecutionException, TimeoutException {
        return machine.request(server -> server.exits(new ExitsArguments(start, PAGE, filter))).get(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    private static String csv(ExitRecord exit) {
        return Stream.of(Long.toString(exit.number()), Long.toString(exit.instructions()), Integer.toString(exit.threadId()),
                HexLong.format(exit.vmcs()), Integer.toString(exit.reason()), exit.reasonName(), Boolean.toString(exit.entryFailure()),
                HexLong.format(exit.qualification()), exit.qualificationText(), HexLong.format(exit.guestRip()), exit.guestSymbol(),
                Integer.toString(exit.instructionLength()), hex(exit.guestLinearAddress()), hex(exit.guestPhysicalAddress()),
                exit.interruption(), exit.handler()).map(ExitExport::quoted).collect(Collectors.joining(","));
    }

    private static String hex(Long value) {
        return value == null ? "" : HexLong.format(value);
    }

    private static String quoted(String cell) {
        if (cell == null) {
            return "";
        }
        return Stream.of(",", "\"", "\n", "\r").anyMatch(cell::contains) ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
    }
}
