// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.command;

import dev.vmcsmith.debug.model.VcpuThread;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.core.runtime.IAdapterFactory;
import org.eclipse.debug.core.commands.IRestartHandler;

/** Adapts elements of the model to the commands that they understand. */
public final class CommandAdapters implements IAdapterFactory {

    private static final class StepBack extends VcpuCommand implements IStepBackHandler {
        StepBack() {
            super(VcpuThread::canGoBack, VcpuThread::stepBack);
        }
    }

    private static final class ReverseResume extends VcpuCommand implements IReverseResumeHandler {
        ReverseResume() {
            super(VcpuThread::canGoBack, VcpuThread::reverseResume);
        }
    }

    private static final class NextExit extends VcpuCommand implements INextExitHandler {
        NextExit() {
            super(VcpuThread::isSuspended, VcpuThread::stepToNextExit);
        }
    }

    private static final class NextEntry extends VcpuCommand implements INextEntryHandler {
        NextEntry() {
            super(VcpuThread::isSuspended, VcpuThread::stepToNextEntry);
        }
    }

    private static final class PreviousExit extends VcpuCommand implements IPreviousExitHandler {
        PreviousExit() {
            super(VcpuThread::canGoToPreviousExit, VcpuThread::goToPreviousExit);
        }
    }

    private final Map<Class<?>, Object> commands = new LinkedHashMap<>();

    /** For the extension point. */
    public CommandAdapters() {
        commands.put(IStepBackHandler.class, new StepBack());
        commands.put(IReverseResumeHandler.class, new ReverseResume());
        commands.put(INextExitHandler.class, new NextExit());
        commands.put(INextEntryHandler.class, new NextEntry());
        commands.put(IPreviousExitHandler.class, new PreviousExit());
        commands.put(IRestartHandler.class, new RestartCommand());
    }

    @Override
    public <T> T getAdapter(Object element, Class<T> type) {
        return type.cast(commands.get(type));
    }

    @Override
    public Class<?>[] getAdapterList() {
        return commands.keySet().toArray(Class<?>[]::new);
    }
}
