// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The bundled CPU profiles by name, and profiles from files. A profile is read when it is asked for. */
public final class CpuProfiles {
    private static final Map<String, CpuProfile> LOADED = new ConcurrentHashMap<>();

    private CpuProfiles() {
    }

    /** The names of the bundled profiles, oldest processor first, then the Bochs models, last "max", which is no processor. */
    public static List<String> names() {
        return Names.ALL;
    }

    /** The bundled profile with this name; null if there is none. */
    public static CpuProfile named(String name) {
        CpuProfile loaded = LOADED.get(name);
        if (loaded == null && names().contains(name)) {
            loaded = CpuProfileText.parse(name, resource("profiles/" + name + ".cpu"));
            LOADED.put(name, loaded);
        }
        return loaded;
    }

    /**
     * A profile from a file: our own format, or the output of {@code rdmsr}, {@code vmxcap}, a VirtualBox log or an AIDA64
     * register dump. The profile's name is the file's name without its extension unless the file names itself.
     *
     * @throws IOException with a message for the user when the file cannot be read or holds no capability MSR
     */
    public static CpuProfile load(Path file) throws IOException {
        String fileName = String.valueOf(file.getFileName());
        int dot = fileName.lastIndexOf('.');
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            return importText(dot > 0 ? fileName.substring(0, dot) : fileName, text);
        } catch (NoSuchFileException e) {
            throw new IOException("There is no CPU profile file " + file + "; bundled profiles are " + String.join(", ", names()) + ".", e);
        } catch (MalformedInputException e) {
            throw new IOException("The CPU profile file " + file + " is not text (UTF-8).", e);
        } catch (IllegalArgumentException e) {
            throw new IOException("The CPU profile file " + file + " is not usable: " + e.getMessage(), e);
        }
    }

    /**
     * A profile from text in any format that {@link #load} knows.
     *
     * @param name the profile's name where the text has none
     * @throws IllegalArgumentException with the line and what is wrong with it, or when the text shows no VMX capability
     */
    public static CpuProfile importText(String name, String text) {
        return CpuProfileText.isOwnFormat(text) ? CpuProfileText.parse(name, text) : CapabilityTextImport.parse(name, text);
    }

    private static String resource(String path) {
        try (InputStream in = CpuProfiles.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("The bundle lacks its resource " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("The bundle's resource " + path + " cannot be read", e);
        }
    }

    /** Read on first use. */
    private static final class Names {
        static final List<String> ALL = resource("profiles/index.txt").lines().filter(line -> !line.isBlank() && line.charAt(0) != '#')
                .map(String::strip).toList();
    }
}
