// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The setup that a {@link SetupRun} parameter runs: on the parameter, the test method or the test class, the nearest one counts.
 *
 * <pre>{@code
 * @Test
 * void theGuestAsksForLeaf1(@HypervisorSetup("setups/walkthrough.hv") SetupRun run) {
 *     assertEquals(List.of("cpuid", "cr-access", "cr-access", "vmcall"), run.exits());
 * }
 * }</pre>
 */
@Target({ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SetupRunExtension.class)
public @interface HypervisorSetup {
    /** Path of the setup's file, relative to the working directory. */
    String value() default "";

    /** The setup itself, when it is in no file. */
    String text() default "";

    /** CPU profile that replaces the setup's, by name or file. */
    String cpu() default "";

    /** Whether the test fails before it begins when an expectation of the setup does not hold. */
    boolean expectationsHold() default true;

    /** Instructions after which a run ends. */
    long maxInstructions() default 100_000_000;
}
