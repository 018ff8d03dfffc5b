// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dumps.diagnosis.Json;
import dev.vmcsmith.lang.CpuFit;
import dev.vmcsmith.lang.Portability;
import dev.vmcsmith.lang.Problem;
import dev.vmcsmith.lang.Setups;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfiles;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A setup against every bundled CPU profile, and against its own CPU where that is another. */
final class PortabilityMatrix {
    private static final List<ControlField> CONTROLS = List.of(ControlField.PIN_BASED, ControlField.PRIMARY, ControlField.SECONDARY,
            ControlField.EXIT, ControlField.ENTRY);

    private final InputFile setup;
    private final CpuFit own;
    private final List<CpuFit> rows = new ArrayList<>();

    PortabilityMatrix(InputFile setup) {
        this.setup = setup;
        try {
            Portability result = Setups.portability(setup.path(), CpuProfiles.names());
            own = result.own();
            if (result.fits().stream().noneMatch(fit -> fit.cpu() == own.cpu())) {
                rows.add(own);
            }
            rows.addAll(result.fits());
        } catch (IOException e) {
            throw new BadInput(e.getMessage());
        }
    }

    /** Whether the setup has errors on the CPU that it names. */
    boolean failsOnItsOwnCpu() {
        return !own.isGood();
    }

    void print(PrintStream out) {
        long good = rows.stream().filter(CpuFit::isGood).count();
        out.println(setup.path() + ": OK on " + good + " of " + rows.size() + " processors"
                + (own.vmcs().isEmpty() ? "" : "; controls as adjusted for vmcs " + own.vmcs()));
        TextTable table = new TextTable();
        table.row("CPU", "RESULT", "PIN", "PRIMARY", "SECONDARY", "EXIT", "ENTRY", "LACKS");
        for (CpuFit row : rows) {
            List<String> cells = new ArrayList<>(List.of(row.cpu().name() + (row.cpu() == own.cpu() ? " *" : ""), verdict(row)));
            CONTROLS.forEach(field -> cells.add(control(row, field)));
            cells.add(String.join(", ", row.lacking()) + (row.broken().isEmpty() ? "" : (row.lacking().isEmpty() ? "" : "; ") + "breaks "
                    + String.join(", ", row.broken())));
            table.row(cells);
        }
        table.print("", out);
        out.println("* the setup's own CPU");
    }

    private static String verdict(CpuFit row) {
        return row.isGood() ? "OK" : row.errors() == 1 ? "1 problem" : row.errors() + " problems";
    }

    /** A value; {@code -} when the setup does not use the field or the processor does not have it, {@code ?} when nobody knows. */
    private static String control(CpuFit row, ControlField field) {
        Long value = row.controls().get(field);
        return value != null ? "%08X".formatted(value) : row.vmcs().isEmpty() || row.cpu().capabilities().known(field) ? "-" : "?";
    }

    Object json() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("file", setup.path().toString());
        root.put("cpu", own.cpu().name());
        root.put("vmcs", own.vmcs());
        root.put("processors", rows.stream().map(PortabilityMatrix::json).toList());
        return root;
    }

    private static Map<String, Object> json(CpuFit row) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("cpu", row.cpu().name());
        entry.put("ok", row.isGood());
        Map<String, Object> controls = new LinkedHashMap<>();
        row.controls().forEach((field, value) -> controls.put(field.hvName(), "0x%08X".formatted(value)));
        entry.put("controls", controls);
        entry.put("lacks", row.lacking());
        entry.put("breaks", row.broken());
        entry.put("problems", row.problems().stream().map(Problem::toString).toList());
        return entry;
    }

    /** Prints the matrices of some setups as one JSON array. */
    static void printJson(List<PortabilityMatrix> matrices, PrintStream out) {
        out.print(Json.write(matrices.stream().map(PortabilityMatrix::json).toList()));
    }
}
