// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import java.lang.reflect.AnnotatedElement;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Runs the setup that {@link HypervisorSetup} names for each {@link SetupRun} parameter. */
public final class SetupRunExtension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SetupRun.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Stream<AnnotatedElement> places = Stream.of(parameter.getParameter(), parameter.getDeclaringExecutable(),
                context.getRequiredTestClass());
        HypervisorSetup setup = places.map(place -> place.getAnnotation(HypervisorSetup.class)).filter(found -> found != null).findFirst()
                .orElseThrow(() -> new ParameterResolutionException("say which setup to run with @HypervisorSetup(\"FILE.hv\")"));
        if (setup.value().isEmpty() == setup.text().isEmpty()) {
            throw new ParameterResolutionException("@HypervisorSetup takes either a file or a text");
        }
        Optional<String> cpu = Optional.of(setup.cpu()).filter(name -> !name.isEmpty());
        SetupRun run = setup.text().isEmpty() ? SetupRun.of(Path.of(setup.value()), cpu, setup.maxInstructions())
                : SetupRun.ofText(setup.text(), cpu, setup.maxInstructions());
        if (setup.expectationsHold()) {
            run.assertExpectations();
        }
        return run;
    }
}
