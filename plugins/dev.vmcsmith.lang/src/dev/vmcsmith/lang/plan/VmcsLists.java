// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.AccessBitmap;
import dev.vmcsmith.lang.hv.AccessedField;
import dev.vmcsmith.lang.hv.Cr3Targets;
import dev.vmcsmith.lang.hv.EoiBitmap;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.EptpList;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.MsrEntry;
import dev.vmcsmith.lang.hv.MsrList;
import dev.vmcsmith.lang.hv.PortRange;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Reads the lists and bitmaps of a {@code vmcs} that lie in memory of their own or in a row of fields. */
final class VmcsLists {
    private static final int PAGE = 4096;
    private static final int EPTPS = 512;
    private static final int VECTORS = 256;
    private static final List<VmcsField> EOI_BITMAPS = List.of(VmcsField.EOI_EXIT_BITMAP_0, VmcsField.EOI_EXIT_BITMAP_1,
            VmcsField.EOI_EXIT_BITMAP_2, VmcsField.EOI_EXIT_BITMAP_3);
    private static final List<VmcsField> CR3_TARGETS = List.of(VmcsField.CR3_TARGET_VALUE_0, VmcsField.CR3_TARGET_VALUE_1,
            VmcsField.CR3_TARGET_VALUE_2, VmcsField.CR3_TARGET_VALUE_3);

    private final Planning planning;
    private final Map<Ept, EptPlan> epts;

    VmcsLists(Planning planning, Map<Ept, EptPlan> epts) {
        this.planning = planning;
        this.epts = epts;
    }

    /** SDM "VM-Exit Controls for MSRs", "VM-Entry Controls for MSRs": 16 bytes per MSR, its number and its value. */
    byte[] msrs(MsrList list) {
        boolean store = list.getKind().equals("exit-msr-store");
        ByteBuffer out = ByteBuffer.allocate(Math.max(16, list.getEntries().size() * 16)).order(ByteOrder.LITTLE_ENDIAN);
        for (MsrEntry entry : list.getEntries()) {
            OptionalLong msr = planning.constant(entry.getMsr());
            if (store == (entry.getValue() != null)) {
                planning.error(IssueCodes.BAD_VALUE, store ? "an MSR that is stored has no value here"
                        : "an MSR that is loaded has a value:"
                        + " IA32_PAT = 0x0007040600070406", entry, null);
            }
            if (msr.isPresent() && (msr.getAsLong() < 0 || msr.getAsLong() > 0xFFFF_FFFFL)) {
                planning.error(IssueCodes.VALUE_TOO_WIDE, "the number of an MSR has 32 bits", entry, HvPackage.Literals.MSR_ENTRY__MSR);
            }
            out.putLong(msr.orElse(0) & 0xFFFF_FFFFL).putLong(entry.getValue() == null ? 0 : planning.constant(entry.getValue()).orElse(0));
        }
        return out.array();
    }

    /** SDM "VMCS Shadowing Bitmap Addresses": a bit per bits 14:0 of an encoding. */
    byte[] accesses(AccessBitmap bitmap) {
        byte[] bits = new byte[PAGE];
        for (AccessedField accessed : bitmap.getFields()) {
            String name = accessed.getField();
            if (name == null) {
                continue;
            }
            if (name.equals("all")) {
                Arrays.fill(bits, (byte) (accessed.isCleared() ? 0 : -1));
                continue;
            }
            VmcsField field = find(name);
            if (field == null) {
                planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("VMCS field", name, Arrays.stream(VmcsField.values())
                        .map(VmcsField::qualifiedName).toList()), accessed, HvPackage.Literals.ACCESSED_FIELD__FIELD);
                continue;
            }
            set(bits, field.encoding(), !accessed.isCleared());
            if (field.hasHighHalf()) {
                set(bits, field.highEncoding(), !accessed.isCleared());
            }
        }
        return bits;
    }

    /** A field by its name with or without its area. */
    private static VmcsField find(String name) {
        int dot = name.indexOf('.');
        for (FieldArea area : FieldArea.values()) {
            if (dot > 0 && area.hvName().equals(name.substring(0, dot))) {
                return VmcsField.find(area, name.substring(dot + 1));
            }
        }
        for (FieldArea area : List.of(FieldArea.EXIT, FieldArea.GUEST, FieldArea.CONTROL)) {
            if (VmcsField.find(area, name) != null) {
                return VmcsField.find(area, name);
            }
        }
        return null;
    }

    private static void set(byte[] bits, int bit, boolean value) {
        int mask = 1 << (bit & 7);
        bits[bit >> 3] = (byte) (value ? bits[bit >> 3] | mask : bits[bit >> 3] & ~mask);
    }

    /** SDM "EOI-Exit Bitmap": a bit per vector in four fields. */
    void eoi(EoiBitmap bitmap, VmcsPlan plan) {
        long[] bits = new long[EOI_BITMAPS.size()];
        for (PortRange range : bitmap.getVectors()) {
            OptionalLong from = planning.constant(range.getFrom());
            OptionalLong to = range.getTo() == null ? from : planning.constant(range.getTo());
            if (from.isEmpty() || to.isEmpty()) {
                continue;
            }
            if (from.getAsLong() < 0 || to.getAsLong() >= VECTORS || to.getAsLong() < from.getAsLong()) {
                planning.error(IssueCodes.BAD_VALUE, "vectors are 0 to 255, the lower one first", range, null);
                continue;
            }
            for (long vector = from.getAsLong(); vector <= to.getAsLong(); vector++) {
                bits[(int) vector / 64] |= 1L << vector;
            }
        }
        for (int i = 0; i < bits.length; i++) {
            plan.set(EOI_BITMAPS.get(i), FieldPlan.of(bits[i], bitmap));
        }
    }

    /** SDM "CR3-Target Controls". */
    void cr3Targets(Cr3Targets targets, VmcsPlan plan) {
        if (targets.getTargets().size() > CR3_TARGETS.size()) {
            planning.error(IssueCodes.BAD_VALUE, "a VMCS has up to four CR3 targets", targets, null);
            return;
        }
        plan.set(VmcsField.CR3_TARGET_COUNT, FieldPlan.of(targets.getTargets().size(), targets));
        for (int i = 0; i < targets.getTargets().size(); i++) {
            Expression target = targets.getTargets().get(i);
            plan.set(CR3_TARGETS.get(i), FieldPlan.of(planning.constant(target).orElse(0), targets));
        }
    }

    /** SDM "EPTP Switching": the EPT pointers of the list, by the names that the image gives to them. */
    List<String> pointers(EptpList list) {
        List<String> names = new ArrayList<>();
        for (Ept ept : list.getEpts()) {
            if (epts.containsKey(ept)) {
                names.add(ImageSymbols.eptPointer(epts.get(ept)));
            }
        }
        if (names.size() > EPTPS) {
            planning.error(IssueCodes.BAD_VALUE, "an EPTP list has 512 entries", list, null);
        }
        return names;
    }
}
