// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Measures workloads on the Bochs of this computer: boots the image from a CD with GRUB and watches the serial port. */
public final class Bochs {
    /** What has to be installed. */
    public static final String PACKAGES = "bochs bochs-x grub-pc-bin grub-common xorriso mtools";

    private static final List<String> PROGRAMS = List.of("bochs", "grub-mkrescue", "xorriso", "mformat");
    private static final String CPU = "corei7_skylake_x";
    private static final long BOOT_NANOS = 180_000_000_000L;
    private static final int POLL_MILLIS = 5;

    private final long nanos;
    private final String display;
    private String version = "Bochs";

    private Bochs(double seconds, String display) {
        this.nanos = (long) (seconds * 1e9);
        this.display = display;
    }

    /** The programs that are not installed; empty when Bochs can be used. */
    public static List<String> missing() {
        List<String> missing = new ArrayList<>(PROGRAMS.stream().filter(program -> !onPath(program)).toList());
        if (missing.isEmpty() && display().isEmpty()) {
            missing.add("Bochs' display library nogui or rfb");
        }
        return missing;
    }

    /**
     * The Bochs of this computer; {@link #missing} has to be empty.
     *
     * @param seconds how long each workload runs after its first dot
     */
    public static Bochs installed(double seconds) {
        return new Bochs(seconds, display().orElseThrow());
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> !folder.isEmpty() && Files.isExecutable(Path.of(folder, program)));
    }

    /** A display that needs no screen: nogui where Bochs was built with it, else rfb without waiting for a viewer. */
    private static Optional<String> display() {
        List<String> libraries = new ArrayList<>();
        for (String root : List.of("/usr/lib", "/usr/local/lib")) {
            try (Stream<Path> files = Files.find(Path.of(root), 4,
                    (file, attributes) -> file.getFileName().toString().matches("libbx_(nogui|rfb)_gui\\.so"))) {
                files.forEach(file -> libraries.add(file.getFileName().toString()));
            } catch (IOException e) {
                // A folder that is not there holds no libraries.
            }
        }
        return libraries.contains("libbx_nogui_gui.so") ? Optional.of("nogui")
                : libraries.contains("libbx_rfb_gui.so") ? Optional.of("rfb, options=\"timeout=0\"") : Optional.empty();
    }

    /** Name and version as Bochs itself states them, once something has been measured. */
    public String version() {
        return version;
    }

    /**
     * Units per second of Bochs' processor time; NaN when Bochs does not get to the first dots.
     *
     * @throws IOException when the image cannot be made or Bochs not be started
     */
    public double measure(Workload workload, Path folder) throws IOException, InterruptedException {
        Path disc = disc(workload.image(folder), folder);
        Path serial = folder.resolve("serial");
        Files.deleteIfExists(serial);
        Path log = folder.resolve("bochs.log");
        Path configuration = Files.writeString(folder.resolve("bochsrc"), template().replace("@CPU@", CPU).replace("@CPUS@", "1")
                .replace("@IMAGE@", disc.toString()).replace("@SERIAL@", serial.toString()).replace("@DISPLAY@", display)
                .replace("@LOG@", log.toString()));
        // Debian's Bochs starts in its debugger.
        Path start = Files.writeString(folder.resolve("continue"), "c\n");
        Process process = new ProcessBuilder("bochs", "-q", "-f", configuration.toString(), "-rc", start.toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("bochs.out").toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null"))).start();
        try {
            Marks marks = watch(process, serial);
            readVersion(log);
            return marks.rate() * workload.work();
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private Marks watch(Process process, Path serial) throws IOException, InterruptedException {
        Marks marks = new Marks();
        long started = System.nanoTime();
        long end = started + BOOT_NANOS;
        while (process.isAlive() && System.nanoTime() < end) {
            Thread.sleep(POLL_MILLIS);
            long dots = Files.exists(serial) ? Files.size(serial) : 0;
            if (dots > 0 && marks.count() == 0) {
                end = System.nanoTime() + nanos;
            }
            if (dots > marks.count()) {
                long used = process.info().totalCpuDuration().orElse(Duration.ofNanos(System.nanoTime() - started)).toNanos();
                while (marks.count() < dots) {
                    marks.add(used);
                }
            }
        }
        return marks;
    }

    private void readVersion(Path log) throws IOException {
        if (Files.exists(log)) {
            try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
                lines.filter(line -> line.contains("Bochs x86 Emulator")).findFirst()
                        .ifPresent(line -> version = line.substring(line.indexOf("Bochs x86 Emulator")).strip());
            }
        }
    }

    private static String template() throws IOException {
        try (InputStream in = Bochs.class.getResourceAsStream("bochsrc")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Path disc(Path image, Path folder) throws IOException, InterruptedException {
        Path boot = Files.createDirectories(folder.resolve("disc/boot/grub"));
        Files.copy(image, folder.resolve("disc/boot/image.elf"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(boot.resolve("grub.cfg"), "set timeout=0\nmenuentry image {\n    multiboot /boot/image.elf\n}\n");
        Path disc = folder.resolve("image.iso");
        Path log = folder.resolve("grub.log");
        Process process = new ProcessBuilder("grub-mkrescue", "-o", disc.toString(), folder.resolve("disc").toString())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (process.waitFor() != 0) {
            throw new IOException("grub-mkrescue cannot make a disc: " + Files.readString(log).strip().lines().reduce((a, b) -> b).orElse(""));
        }
        return disc;
    }
}
