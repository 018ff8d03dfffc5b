// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.ImageOptions;
import dev.vmcsmith.image.ImageSource;
import java.nio.file.Path;
import java.util.List;

/** Makes images of setup files, for whoever reads images. */
public final class HvImageSource implements ImageSource {
    @Override
    public boolean handles(Path file) {
        return file.toString().endsWith(".hv");
    }

    @Override
    public BootImage read(Path file, ImageOptions options) throws ImageFormatException {
        CompiledSetup result = Setups.compile(file, new CompileOptions(options.check(), options.cpu()));
        if (result.image().isPresent()) {
            return result.image().get();
        }
        List<String> errors = result.problems().stream().filter(Problem::isError).map(Problem::toString).toList();
        boolean unreadable = result.problems().getFirst().ruleId().equals(Setups.FILE_NOT_READABLE) && errors.size() == 1;
        throw new ImageFormatException(unreadable ? result.problems().getFirst().message()
                : file + " has " + (errors.size() == 1 ? "an error" : errors.size() + " errors") + "; correct it and run again", errors);
    }
}
