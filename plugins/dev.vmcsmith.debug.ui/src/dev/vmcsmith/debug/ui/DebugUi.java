// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui;

/** Identifiers of the debugger's visible parts. */
public final class DebugUi {

    /** The symbolic name of this bundle. */
    public static final String BUNDLE = "dev.vmcsmith.debug.ui";

    /** The <em>VMCS</em> view. */
    public static final String VMCS_VIEW = BUNDLE + ".vmcs";

    /** The <em>VM Exits</em> view. */
    public static final String EXITS_VIEW = BUNDLE + ".exits";

    /** The <em>Page Walk</em> view. */
    public static final String PAGE_WALK_VIEW = BUNDLE + ".pagewalk";

    /** The <em>EPT</em> view. */
    public static final String EPT_VIEW = BUNDLE + ".ept";

    /** The <em>Disassembly</em> view. */
    public static final String DISASSEMBLY_VIEW = BUNDLE + ".disassembly";

    /** The property page of a breakpoint. */
    public static final String BREAKPOINT_PAGE = BUNDLE + ".breakpointPage";

    /** The <em>Hypervisor</em> perspective. */
    public static final String PERSPECTIVE = BUNDLE + ".perspective";

    /** The platform's editor for setups and other sources. */
    public static final String GENERIC_EDITOR = "org.eclipse.ui.genericeditor.GenericEditor";

    private DebugUi() {
    }
}
