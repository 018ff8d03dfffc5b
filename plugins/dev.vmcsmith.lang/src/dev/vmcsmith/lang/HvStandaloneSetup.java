// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import com.google.inject.Injector;

/** Makes the language known where no OSGi framework does it. */
public class HvStandaloneSetup extends HvStandaloneSetupGenerated {
    /** @return the injector of the language's services */
    public static Injector doSetup() {
        return new HvStandaloneSetup().createInjectorAndDoEMFRegistration();
    }
}
