// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.reverse;

import org.eclipse.core.runtime.IAdapterFactory;

/** Adapts elements of the model to the commands that go back in time. */
public final class ReverseAdapters implements IAdapterFactory {

    private final IStepBackHandler stepBack = new StepBackCommand();
    private final IReverseResumeHandler reverseResume = new ReverseResumeCommand();

    @Override
    public <T> T getAdapter(Object element, Class<T> type) {
        if (type == IStepBackHandler.class) {
            return type.cast(stepBack);
        }
        return type == IReverseResumeHandler.class ? type.cast(reverseResume) : null;
    }

    @Override
    public Class<?>[] getAdapterList() {
        return new Class<?>[] { IStepBackHandler.class, IReverseResumeHandler.class };
    }
}
