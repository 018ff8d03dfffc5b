// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.cli.bench.Workload;
import dev.vmcsmith.dumps.diagnosis.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what the benchmark measured, line by line as it comes. */
final class BenchReport {
    /**
     * One workload's result.
     *
     * @param ours units per second on our machine; NaN when nothing was seen
     * @param bochs the same on Bochs, NaN also when it was not asked
     */
    record Line(Workload workload, double ours, double bochs) {
        double ratio() {
            return ours / bochs;
        }

        boolean aboveFloor() {
            return ratio() >= workload.floor();
        }
    }

    private final PrintStream out;
    private final boolean json;
    private final boolean compared;
    private final List<Line> lines = new ArrayList<>();

    BenchReport(PrintStream out, boolean json, boolean compared) {
        this.out = out;
        this.json = json;
        this.compared = compared;
        if (!json) {
            out.printf("%-10s%-30s%-26s%s%n", "WORKLOAD", "", "VMCSMITH", compared ? "%-16s%-8s%s".formatted("BOCHS", "RATIO", "FLOOR") : "");
        }
    }

    void add(Line line) {
        lines.add(line);
        if (json) {
            return;
        }
        Workload w = line.workload();
        String other = "";
        if (compared) {
            String ratio = Double.isNaN(line.ratio()) ? "-" : String.format(Locale.ROOT, "%.2f", line.ratio());
            other = "%-16s%-8s%s%s".formatted(BenchCommand.rate(line.bochs()) + "/s", ratio, w.floor(), line.aboveFloor() ? "" : "  BELOW");
        }
        out.println("%-10s%-30s%-26s%s".formatted(w.name(), w.title(), BenchCommand.rate(line.ours()) + " " + w.unit() + "/s", other)
                .stripTrailing());
    }

    /** @param version of Bochs, null when it was not asked */
    void finish(String version) {
        if (json) {
            Map<String, Object> root = new LinkedHashMap<>();
            root.put("bochs", version);
            root.put("workloads", lines.stream().map(BenchReport::json).toList());
            out.print(Json.write(root));
        } else if (version != null) {
            out.println("compared with " + version);
        }
    }

    private static Map<String, Object> json(Line line) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", line.workload().name());
        entry.put("unit", line.workload().unit());
        entry.put("perSecond", number(line.ours()));
        entry.put("bochsPerSecond", number(line.bochs()));
        entry.put("ratio", number(line.ratio()));
        entry.put("floor", line.workload().floor());
        return entry;
    }

    private static Object number(double value) {
        return Double.isNaN(value) ? null : (Object) value;
    }

    /** Everything ran, and no ratio is below its floor. */
    boolean good() {
        return lines.stream().allMatch(line -> !Double.isNaN(line.ours()) && (!compared || line.aboveFloor()));
    }
}
