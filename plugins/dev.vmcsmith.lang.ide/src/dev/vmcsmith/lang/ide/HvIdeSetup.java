// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.vmcsmith.lang.HvRuntimeModule;
import dev.vmcsmith.lang.HvStandaloneSetup;
import org.eclipse.xtext.util.Modules2;

/** Makes the language and its editor services known where no OSGi framework does it. */
public class HvIdeSetup extends HvStandaloneSetup {
    @Override
    public Injector createInjector() {
        return Guice.createInjector(Modules2.mixin(new HvRuntimeModule(), new HvIdeModule()));
    }
}
