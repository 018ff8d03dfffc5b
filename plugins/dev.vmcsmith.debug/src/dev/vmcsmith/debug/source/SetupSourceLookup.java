// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.source;

import org.eclipse.debug.core.sourcelookup.AbstractSourceLookupDirector;
import org.eclipse.debug.core.sourcelookup.ISourceLookupParticipant;

/** Source lookup of a launch. */
public final class SetupSourceLookup extends AbstractSourceLookupDirector {

    @Override
    public void initializeParticipants() {
        addParticipants(new ISourceLookupParticipant[] { new FrameSourceParticipant() });
    }
}
