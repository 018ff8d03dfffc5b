// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.context.MachineView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.debug.ui.AbstractDebugView;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.PlatformUI;
import org.junit.jupiter.api.Test;

/** The workbench stays responsive while a user steps, with whatever views are open. */
class SteppingTest extends WalkthroughSession {

    private static final int ROUNDS = 8;

    /** Of a series the first rounds load classes and fill caches. */
    private static final int WARM = 3;

    private static final Map<String, Consumer<VcpuThread>> STEPS = new LinkedHashMap<>();

    static {
        STEPS.put("goto exit 3", vcpu -> vcpu.goToExit(3));
        STEPS.put("previous exit", VcpuThread::goToPreviousExit);
        STEPS.put("step back", VcpuThread::stepBack);
        STEPS.put("step into", VcpuThread::stepInto);
        STEPS.put("step over", VcpuThread::stepOver);
        STEPS.put("resume", VcpuThread::resume);
    }

    private final List<MachineView> views = new ArrayList<>();

    private void show(String id) {
        views.add(Workbench.show(id, MachineView.class));
    }

    @Test
    void noEventOfAStepTakesLong() throws Exception {
        PlatformUI.getWorkbench().showPerspective(DebugUi.PERSPECTIVE, PlatformUI.getWorkbench().getWorkbenchWindows()[0]);
        Workbench.show(IDebugUIConstants.ID_DEBUG_VIEW, IViewPart.class);
        Workbench.show(IDebugUIConstants.ID_VARIABLE_VIEW, AbstractDebugView.class);
        Workbench.show(IDebugUIConstants.ID_REGISTER_VIEW, AbstractDebugView.class);
        for (String id : List.of(DebugUi.DISASSEMBLY_VIEW, DebugUi.VMCS_VIEW, DebugUi.EPT_VIEW, DebugUi.PAGE_WALK_VIEW, DebugUi.EXITS_VIEW)) {
            show(id);
        }
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        session.after(VcpuThread::resume);
        session.after(VcpuThread::resume);
        Map<String, List<Long>> longest = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, Consumer<VcpuThread>> step : STEPS.entrySet()) {
                int stop = session.machine().stop().number();
                step.getValue().accept(session.vcpu());
                long millis = Responsiveness.longestDispatch("all views show the stop after " + step.getKey(), () -> {
                    var now = session.machine().stop();
                    return now != null && now.number() > stop && views.stream().allMatch(view -> view.shows(now.number()));
                });
                session.awaitStop();
                if (round >= WARM) {
                    longest.computeIfAbsent(step.getKey(), key -> new ArrayList<>()).add(millis);
                }
            }
        }
        System.out.println("The longest events of steps, in ms: " + longest);
        for (Map.Entry<String, List<Long>> step : longest.entrySet()) {
            List<Long> sorted = step.getValue().stream().sorted().toList();
            assertTrue(sorted.get(sorted.size() / 2) < Responsiveness.LONGEST_MILLIS, () -> step.getKey() + " kept the workbench busy for "
                    + sorted + " ms");
        }
    }
}
