// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.minings;

import dev.vmcsmith.lang.hv.Characters;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.Literal;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.hv.VmcsItem;
import dev.vmcsmith.lang.ide.edit.Nodes;
import dev.vmcsmith.lang.plan.ControlPlan;
import dev.vmcsmith.lang.plan.EptPlan;
import dev.vmcsmith.lang.plan.GuestBlock;
import dev.vmcsmith.lang.plan.HandlerChecks;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.util.ITextRegion;

/** Makes the remarks on a setup. */
public final class Minings {
    private final SetupPlan plan;
    private final LastRun run;
    private final List<Mining> found = new ArrayList<>();

    private Minings(SetupPlan plan, LastRun run) {
        this.plan = plan;
        this.run = run;
    }

    /** In the order of the file. */
    public static List<Mining> of(SetupPlan plan, LastRun run) {
        Minings minings = new Minings(plan, run);
        plan.setup().getElements().forEach(minings::element);
        plan.memory().forEach(minings::memory);
        plan.epts().forEach(minings::ept);
        plan.vmcses().forEach(minings::controls);
        minings.found.sort(Comparator.comparingInt(Mining::offset));
        return minings.found;
    }

    private void add(EObject element, String text) {
        ITextRegion region = element.eResource() == plan.setup().eResource() ? Nodes.region(element) : null;
        if (region != null) {
            found.add(new Mining(region.getOffset(), region.getLength(), text));
        }
    }

    private void element(Element element) {
        if (element instanceof Constant constant && !isPlain(constant.getValue()) && plan.evaluator().value(constant).known()) {
            add(constant, "= 0x%X".formatted(plan.evaluator().value(constant).number()));
        }
        if (element instanceof ExitHandler handler && !run.exits().isEmpty() && handler.getReason() != null) {
            handler(handler);
        }
    }

    private static boolean isPlain(Expression value) {
        return value instanceof Literal literal && literal.getUnit() == null || value == null || value instanceof Characters text
                && text.getText() == null;
    }

    private void handler(ExitHandler handler) {
        ExitReason reason = ExitReason.find(handler.getReason());
        if (reason != null) {
            add(handler, exits(run.exits().getOrDefault(reason.number(), 0L)));
        } else if (handler.getReason().equals(HandlerChecks.OTHER)) {
            Set<Integer> others = new TreeSet<>(run.exits().keySet());
            plan.handlers().forEach(h -> {
                ExitReason own = h.getReason() == null ? null : ExitReason.find(h.getReason());
                others.remove(own == null ? -1 : own.number());
            });
            add(handler, exits(others.stream().mapToLong(run.exits()::get).sum()));
        }
    }

    private static String exits(long count) {
        return count == 0 ? "no exit in the last run" : count == 1 ? "1 exit in the last run" : count + " exits in the last run";
    }

    private void memory(GuestBlock block) {
        if (block.bytes().length > 0) {
            add(block.origin(), "%s, 0x%X to 0x%X".formatted(size(block.bytes().length), block.address(), block.end() - 1));
        }
    }

    private void ept(EptPlan ept) {
        long mapped = ept.ranges().stream().filter(EptPlan.Range::mapped).mapToLong(range -> range.to() - range.from()).sum();
        long holes = ept.ranges().stream().filter(range -> !range.mapped()).count();
        if (!ept.ranges().isEmpty()) {
            add(ept.origin(), ept.walk() + " levels, " + size(mapped) + " in " + count(ept.ranges().size() - holes, "range")
                    + (holes == 0 ? "" : ", " + count(holes, "hole")));
        }
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

    /** The final value of each control field that the file names, and the bits that the processor or the setup itself adds. */
    private void controls(VmcsPlan vmcs) {
        VmxCapabilities capabilities = plan.machine().cpu().capabilities();
        for (VmcsItem item : ((Vmcs) vmcs.origin()).getItems()) {
            ControlField field = item instanceof Controls controls && controls.getGroup() != null ? ControlField.find(controls.getGroup())
                    : null;
            ControlPlan wanted = field == null ? null : vmcs.control(field);
            if (wanted != null && vmcs.adjusts(field) && capabilities.known(field)) {
                long value = capabilities.adjust(field, wanted.ones());
                long named = ((Controls) item).getControls().stream().map(setting -> ControlBit.find(field, String.valueOf(setting.getControl())))
                        .filter(bit -> bit != null).mapToLong(ControlBit::mask).reduce(0, (a, b) -> a | b);
                add(item, field.field().format(value) + added(field, value & ~named));
            }
        }
    }

    private static String added(ControlField field, long bits) {
        if (bits == 0) {
            return "";
        }
        String names = field.bits().stream().filter(bit -> bit.in(bits)).map(ControlBit::hvName).collect(Collectors.joining(", "));
        long reserved = bits & ~field.bits().stream().mapToLong(ControlBit::mask).reduce(0, (a, b) -> a | b);
        String rest = reserved == 0 ? "" : count(Long.bitCount(reserved), "reserved bit");
        return ", with " + names + (names.isEmpty() || rest.isEmpty() ? "" : " and ") + rest;
    }
}
