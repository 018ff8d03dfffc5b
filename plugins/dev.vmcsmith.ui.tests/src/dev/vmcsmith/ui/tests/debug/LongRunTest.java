// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.breakpoint.FunctionBreakpoint;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.exits.VmExitsViewPart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.TableItem;
import org.eclipse.ui.PlatformUI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of tens of thousands of VM exits: the view follows it, fetches only what is looked at, and keeps the workbench responsive. */
class LongRunTest extends WalkthroughSession {

    private static final int EXITS = 40_000;
    private static final int ROUNDS = 4;

    private static final String SETUP = """
            machine { memory 64 MiB }
            guest code Main at 0x1_0000 bits 32 {
                    mov   esi, %d
            again:
                    cpuid
                    dec   esi
                    jnz   again
                    jmp   Done
            }
            guest code Done at 0x2_0000 bits 32 {
                    vmcall
            }
            ept  All   { map 0 .. 16 MiB -> identity rwx }
            vmcs Guest { secondary { enable-ept, unrestricted-guest } ept All guest protected-32 { rip = Main rsp = 0x9_0000 } }
            on Guest exit cpuid  { skip }
            on Guest exit vmcall { stop }
            on Guest exit other  { panic "not handled: {exit-reason}" }
            run Guest { expect count cpuid == %d }
            """.formatted(EXITS, EXITS);

    @TempDir
    Path folder;
    private VmExitsViewPart view;
    private Table table;

    private void launch() throws Exception {
        program.write(SETUP);
        PlatformUI.getWorkbench().showPerspective(DebugUi.PERSPECTIVE, PlatformUI.getWorkbench().getWorkbenchWindows()[0]);
        view = Workbench.show(DebugUi.EXITS_VIEW, VmExitsViewPart.class);
        table = view.viewer().getTable();
        add(new FunctionBreakpoint("Main"));
        add(new FunctionBreakpoint("Done"));
        launch(StopAt.BREAKPOINTS);
        session.awaitStop();
    }

    private boolean isFetched(int row) {
        return table.getItem(row).getText(0).equals(Integer.toString(row + 1));
    }

    @Test
    void theViewFollowsAndTheWorkbenchStaysResponsive() throws Exception {
        launch();
        List<Long> longest = new ArrayList<>();
        Set<Integer> seen = new TreeSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            int stop = session.machine().stop().number();
            session.vcpu().resume();
            longest.add(Responsiveness.longestDispatch("the run is over and shown", () -> {
                seen.add(table.getItemCount());
                return session.machine().stop() != null && session.machine().stop().number() > stop
                        && view.shows(session.machine().stop().number()) && table.getItemCount() == EXITS;
            }));
            session.awaitStop();
            assertEquals(EXITS, table.getItemCount());
            assertEquals(EXITS - 1, table.getSelectionIndex(), "the latest exit is selected");
            session.after(vcpu -> vcpu.machine().restart());
        }
        System.out.println("Longest time in ms that the workbench was busy during a run of " + EXITS + " VM exits: " + longest
                + ", the view has shown " + seen.size() + " different counts");
        assertTrue(seen.size() > 2, "the view follows the run: " + seen);
        assertTrue(longest.stream().anyMatch(millis -> millis < Responsiveness.LONGEST_MILLIS),
                () -> "in each of the runs the workbench was busy for more than " + Responsiveness.LONGEST_MILLIS + " ms: " + longest);
    }

    @Test
    void onlyWhatIsLookedAtIsFetchedAndEveryExitCanBeReached() throws Exception {
        launch();
        session.after(VcpuThread::resume);
        Workbench.until("all exits are listed", () -> view.shows(session.machine().stop().number()) && table.getItemCount() == EXITS);
        assertTrue(isFetched(EXITS - 1));
        assertTrue(table.getItem(EXITS / 2).getText(0).isEmpty(), "nobody has looked there");
        table.setTopIndex(EXITS / 2);
        Workbench.until(() -> "the middle is fetched: " + table.getItem(EXITS / 2).getText(0), () -> isFetched(EXITS / 2));
        Widgets.open(table, EXITS / 2);
        assertTrue(session.awaitStop().text().startsWith("VM exit " + (EXITS / 2 + 1) + ": CPUID"));
        Workbench.until("it is selected", () -> view.shows(session.machine().stop().number()) && table.getSelectionIndex() == EXITS / 2);
        assertTrue(view.stretches() > 100, "the strip shows the run");
        view.filterRange().setText("15000..15010");
        Workbench.until(() -> "eleven exits, not " + table.getItemCount(), () -> table.getItemCount() == 11);
        assertEquals("15000", table.getItem(0).getText(0));
        view.filterRange().setText("");
        Workbench.until("all are listed again", () -> table.getItemCount() == EXITS);
        assertEquals(Integer.toString(EXITS), view.statistics().getTable().getItem(0).getText(1).replaceAll("\\D", ""));
        assertEquals("100.0 %", view.statistics().getTable().getItem(0).getText(2));
        export();
    }

    /** An item without a row is a trap: touching it, as a change of the theme does, ends the process. */
    @Test
    void anItemThatIsMadeWhileRowsAreRemovedDoesNotOutliveThem() throws Exception {
        launch();
        session.after(VcpuThread::resume);
        Workbench.until("all exits are listed", () -> view.shows(session.machine().stop().number()) && table.getItemCount() == EXITS);
        List<TableItem> made = new ArrayList<>();
        // As GTK does now and then: it asks for a row that has none, when most of the others are gone.
        table.getItem(0).addListener(SWT.Dispose, event -> {
            made.add(table.getItem(EXITS / 2));
            made.getFirst().getText();
        });
        view.filterRange().setText("15000..15010");
        Workbench.until(() -> "eleven exits, not " + table.getItemCount(), () -> table.getItemCount() == 11);
        assertEquals(1, made.size());
        assertTrue(made.getFirst().isDisposed());
        view.filterRange().setText("");
    }

    private void export() throws Exception {
        Path csv = folder.resolve("exits.csv");
        Path json = folder.resolve("exits.json");
        for (Path file : List.of(csv, json)) {
            session.exportExits(file);
        }
        List<String> lines = Files.readAllLines(csv);
        assertEquals(EXITS + 1, lines.size());
        assertTrue(lines.getLast().startsWith(EXITS + ","), lines.getLast());
        assertEquals(EXITS, JsonParser.parseString(Files.readString(json)).getAsJsonArray().size());
    }
}
