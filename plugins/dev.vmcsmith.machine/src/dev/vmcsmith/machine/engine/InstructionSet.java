// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.cpu.CpuModel;
import dev.vmcsmith.x86.insn.Feature;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.InstructionTable;
import dev.vmcsmith.x86.insn.Op;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What the rows of the instruction table are on a processor that may lack their feature: CPUID decides. A row becomes null when it
 * raises #UD, or the older instruction that the processor sees in the same bytes, which it is when the prefix that tells them apart is
 * ignored.
 */
public final class InstructionSet implements UnaryOperator<InstructionForm> {
    /** Encodings that do nothing where they are not known. */
    private static final Set<Op> HINTS = EnumSet.of(Op.PREFETCH, Op.CLDEMOTE, Op.NOP);
    private static final Map<Op, Op> OLDER = Map.of(Op.LZCNT, Op.BSR, Op.TZCNT, Op.BSF, Op.WBNOINVD, Op.WBINVD);

    private final Set<Feature> present = EnumSet.noneOf(Feature.class);
    private final Map<Op, InstructionForm> older = new EnumMap<>(Op.class);

    public InstructionSet(CpuModel model) {
        for (Feature feature : Feature.values()) {
            if (model.has(feature.leaf, feature.subleaf, feature.register, feature.bit)) {
                present.add(feature);
            }
        }
        for (InstructionForm form : InstructionTable.get().forms()) {
            if (OLDER.containsValue(form.op)) {
                older.put(form.op, form);
            }
        }
    }

    @Override
    public InstructionForm apply(InstructionForm form) {
        Feature feature = Feature.of(form);
        if (feature == null || present.contains(feature) || HINTS.contains(form.op)) {
            return form;
        }
        Op instead = OLDER.get(form.op);
        return instead == null ? null : older.get(instead);
    }
}
