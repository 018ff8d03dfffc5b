// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.DataLabel;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.plan.EptPlan;
import dev.vmcsmith.lang.plan.GuestBlock;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import java.util.List;
import org.eclipse.emf.ecore.EObject;

/** In one line what something that a setup defines comes to: values, sizes and places that follow from what is written. */
public final class Summary {
    private Summary() {
    }

    /** Lines on an element, none for one that says all itself. */
    public static List<String> of(EObject element, SetupPlan plan) {
        return switch (element) {
            case Constant constant when plan.evaluator().value(constant).known() -> List.of(number(plan.evaluator().value(constant)
                    .number()));
            case AsmLabel label when plan.evaluator().address(label).known() -> List.of(address(plan.evaluator().address(label).number()));
            case DataLabel label when plan.evaluator().address(label).known() -> List.of(address(plan.evaluator().address(label).number()));
            case Ept ept -> plan.epts().stream().filter(p -> p.origin() == ept && !p.ranges().isEmpty()).map(Summary::of).toList();
            case Vmcs vmcs -> plan.vmcses().stream().filter(p -> p.origin() == vmcs).map(Summary::of).toList();
            case Symbol symbol -> plan.memory().stream().filter(block -> block.origin() == symbol && block.bytes().length > 0)
                    .map(Summary::of).toList();
            case null, default -> List.of();
        };
    }

    private static String address(long value) {
        return "at 0x%X".formatted(value);
    }

    /** A value in hexadecimal. */
    public static String number(long value) {
        return "= 0x%X".formatted(value);
    }

    /** Size and place of a piece of guest memory. */
    public static String of(GuestBlock block) {
        return "%s, 0x%X to 0x%X".formatted(size(block.bytes().length), block.address(), block.end() - 1);
    }

    /** What an EPT maps. */
    public static String of(EptPlan ept) {
        long mapped = ept.ranges().stream().filter(EptPlan.Range::mapped).mapToLong(range -> range.to() - range.from()).sum();
        long holes = ept.ranges().stream().filter(range -> !range.mapped()).count();
        return ept.walk() + " levels, " + size(mapped) + " in " + count(ept.ranges().size() - holes, "range")
                + (holes == 0 ? "" : ", " + count(holes, "hole"));
    }

    private static String of(VmcsPlan vmcs) {
        return count(vmcs.fields().size() + vmcs.raw().size(), "field") + " beside the controls"
                + (vmcs.ept() == null ? ", no EPT" : ", EPT " + vmcs.ept().name());
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String size(long bytes) {
        for (int shift = 30; shift > 0; shift -= 10) {
            if (bytes >= 1L << shift && bytes % (1L << shift) == 0) {
                return (bytes >> shift) + (shift == 30 ? " GiB" : shift == 20 ? " MiB" : " KiB");
            }
        }
        return count(bytes, "byte");
    }
}
