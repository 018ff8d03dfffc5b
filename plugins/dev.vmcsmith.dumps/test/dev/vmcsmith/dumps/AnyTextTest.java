// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.vmcsmith.dumps.diagnosis.Processor;
import dev.vmcsmith.dumps.diagnosis.Report;
import dev.vmcsmith.vmx.CpuProfiles;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the text, reading it and reporting on it ends, soon and without an exception. */
class AnyTextTest {
    private static final int MUTATIONS = 1500;
    private static final int BIG = 10 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String SIGNS = "=:,()|#*[]<>{}'\"\\/ \n\t\u00A00xfF9-+~";

    @Test
    void randomMutationsOfDumpsAreRead() {
        Random random = new Random(20250301);
        for (int i = 0; i < MUTATIONS; i++) {
            StringBuilder text = new StringBuilder(Samples.text(Samples.NAMES.get(random.nextInt(Samples.NAMES.size()))));
            if (random.nextInt(4) == 0) {
                text.append(Samples.text(Samples.NAMES.get(random.nextInt(Samples.NAMES.size()))));
            }
            for (int changes = 1 + random.nextInt(30); changes > 0; changes--) {
                mutate(text, random);
            }
            report(text.toString(), i % 3 == 0 ? List.of(Processor.of(CpuProfiles.named("skylake"))) : List.of());
        }
    }

    private static void mutate(StringBuilder text, Random random) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + random.nextInt(40));
        switch (random.nextInt(5)) {
            case 0 -> text.setCharAt(at, SIGNS.charAt(random.nextInt(SIGNS.length())));
            case 1 -> text.insert(at, SIGNS.charAt(random.nextInt(SIGNS.length())));
            case 2 -> text.delete(at, end).append(' ');
            case 3 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
            default -> text.setCharAt(at, (char) random.nextInt(0x10000));
        }
    }

    private static void report(String text, List<Processor> processors) {
        Report report = Report.of("text", Dumps.read(text), processors);
        for (Report.Format format : Report.Format.values()) {
            assertFalse(report.write(format).isEmpty() && !report.isEmpty());
        }
    }

    private static void big(String piece) {
        String text = piece.repeat(BIG / piece.length() + 1);
        assertTimeout(LIMIT, () -> report(text, List.of()));
    }

    @Test
    void tenMegabytesOfNoiseTakeLessThanTenSeconds() {
        Random random = new Random(7);
        StringBuilder noise = new StringBuilder(BIG);
        while (noise.length() < BIG) {
            noise.append((char) (random.nextInt(20) == 0 ? '\n' : ' ' + random.nextInt(95)));
        }
        assertTimeout(LIMIT, () -> report(noise.toString(), List.of()));
    }

    @Test
    void tenMegabytesThatAlmostAreADumpTakeLessThanTenSeconds() {
        big("CS: sel=0x10 (vmwrite(GUEST_CR0, ((((1|");
        big("(");
        big("> ");
        big("=3D=3D=\n");
        big("vmwrite(GUEST_CR0, 1);\n{");
        big("/*");
        big("[ 1.2] ");
        big("*** Guest State ***\nRFLAGS=0x");
    }

    @Test
    void tenMegabytesOfDumpsTakeLessThanTenSeconds() {
        String text = Samples.text("linux").repeat(BIG / Samples.text("linux").length() / 40);
        StringBuilder noise = new StringBuilder(text);
        while (noise.length() < BIG) {
            noise.append("[  812.200000] audit: type=1400 pid=4711 comm=\"qemu\" reason=unknown RIP: 0010:[<ffffffff81001000>]\n");
        }
        assertTimeout(LIMIT, () -> report(noise.toString(), List.of()));
    }

    @Test
    void emptyTextHasNothing() {
        report("", List.of());
        report("\n", List.of());
        report("\0\0\0", List.of());
    }
}
