// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.launch;

import org.eclipse.core.expressions.PropertyTester;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.Adapters;

/** Tests whether a file can be launched as a Hypervisor Setup, for menus. */
public final class LaunchableTester extends PropertyTester {

    @Override
    public boolean test(Object receiver, String property, Object[] arguments, Object expected) {
        IFile file = Adapters.adapt(receiver, IFile.class);
        return file != null && LaunchableFiles.isLaunchable(file);
    }
}
