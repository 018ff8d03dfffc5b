// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.EptAccessedDirty;
import dev.vmcsmith.lang.hv.EptItem;
import dev.vmcsmith.lang.hv.EptMap;
import dev.vmcsmith.lang.hv.EptMemoryType;
import dev.vmcsmith.lang.hv.EptWalk;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;

/** Reads an {@code ept}. */
public final class EptPlanner {
    private static final long PAGE = 4096;
    private static final long ADDRESS_LIMIT = 1L << 48;

    private final Planning planning;
    private final VmxCapabilities capabilities;
    private final List<EptPlan.Range> ranges = new ArrayList<>();
    private int memoryType = EptEntry.WB;
    private int walk = 4;
    private boolean accessedDirty;

    EptPlanner(Planning planning, VmxCapabilities capabilities) {
        this.planning = planning;
        this.capabilities = capabilities;
    }

    EptPlan plan(Ept ept) {
        for (EptItem item : ept.getItems()) {
            switch (item) {
                case EptMemoryType type -> memoryType = structureType(type);
                case EptWalk levels -> walk(levels);
                case EptAccessedDirty flags -> {
                    accessedDirty = true;
                    require(EptVpidCapability.ACCESSED_DIRTY, flags, null);
                }
                case EptMap map -> map(map);
                default -> {
                }
            }
        }
        return new EptPlan(ept.getName(), ept, ranges, memoryType, walk, accessedDirty);
    }

    private int structureType(EptMemoryType item) {
        int type = type(item.getType(), item, HvPackage.Literals.EPT_MEMORY_TYPE__TYPE);
        if (type != EptEntry.WB && type != EptEntry.UC) {
            planning.error(IssueCodes.EPT_FORM, "the paging structures of an EPT are WB or UC", item,
                    HvPackage.Literals.EPT_MEMORY_TYPE__TYPE);
            return EptEntry.WB;
        }
        require(type == EptEntry.WB ? EptVpidCapability.EPT_WRITE_BACK : EptVpidCapability.EPT_UNCACHEABLE, item, null);
        return type;
    }

    private void walk(EptWalk item) {
        if (item.getLevels() != 4) {
            planning.error(IssueCodes.EPT_FORM, "an EPT has a walk of 4 levels", item, HvPackage.Literals.EPT_WALK__LEVELS);
        }
    }

    private void map(EptMap map) {
        OptionalLong from = planning.constant(map.getFrom());
        OptionalLong end = end(map, from);
        OptionalLong target = map.isNone() || map.isIdentity() ? from : planning.constant(map.getTarget());
        long rights = rights(map);
        int type = map.getType() == null ? EptEntry.WB : type(map.getType(), map, HvPackage.Literals.EPT_MAP__TYPE);
        if (from.isEmpty() || end.isEmpty() || target.isEmpty()) {
            return;
        }
        boolean aligned = aligned(from.getAsLong(), map, HvPackage.Literals.EPT_MAP__FROM)
                & aligned(end.getAsLong(), map, map.getTo() != null ? HvPackage.Literals.EPT_MAP__TO : HvPackage.Literals.EPT_MAP__SIZE)
                & aligned(target.getAsLong(), map, HvPackage.Literals.EPT_MAP__TARGET);
        if (!aligned) {
            return;
        }
        if (end.getAsLong() <= from.getAsLong() || from.getAsLong() < 0 || end.getAsLong() > ADDRESS_LIMIT) {
            planning.error(IssueCodes.MEMORY_RANGE, "a range ends after its start and below 256 TiB", map,
                    HvPackage.Literals.EPT_MAP__FROM);
            return;
        }
        if (ranges.stream().anyMatch(r -> r.mapped() && !map.isNone() && r.from() < end.getAsLong() && from.getAsLong() < r.to()
                && !(r.from() <= from.getAsLong() && end.getAsLong() <= r.to()))) {
            planning.warning(IssueCodes.MEMORY_OVERLAP, "this range overlaps one above without lying in it; here the lower line wins", map,
                    HvPackage.Literals.EPT_MAP__FROM);
        }
        ranges.add(new EptPlan.Range(from.getAsLong(), end.getAsLong(), map.isNone() ? -1 : target.getAsLong(), rights, type));
    }

    private OptionalLong end(EptMap map, OptionalLong from) {
        if (map.getTo() != null) {
            return planning.constant(map.getTo());
        }
        OptionalLong size = planning.constant(map.getSize());
        return from.isPresent() && size.isPresent() ? OptionalLong.of(from.getAsLong() + size.getAsLong()) : OptionalLong.empty();
    }

    private long rights(EptMap map) {
        if (map.getRights() == null) {
            return EptEntry.RIGHTS;
        }
        if (map.getRights().indexOf('u') >= 0) {
            planning.error(IssueCodes.EPT_FORM, "an EPT entry has the rights r, w and x", map, HvPackage.Literals.EPT_MAP__RIGHTS);
        }
        long rights = rights(map.getRights());
        if ((rights & EptEntry.WRITE) != 0 && (rights & EptEntry.READ) == 0) {
            planning.error(IssueCodes.EPT_FORM, "an EPT entry that is writable but not readable is misconfigured"
                    + " (SDM \"EPT Misconfigurations\")",
                    map, HvPackage.Literals.EPT_MAP__RIGHTS);
        } else if (rights == EptEntry.EXECUTE) {
            require(EptVpidCapability.EXECUTE_ONLY, map, HvPackage.Literals.EPT_MAP__RIGHTS);
        } else if (rights == 0) {
            planning.error(IssueCodes.EPT_FORM, "a range without rights is not mapped: write none", map,
                    HvPackage.Literals.EPT_MAP__RIGHTS);
        }
        return rights;
    }

    /** Bits 2:0 of an EPT entry for rights as they are written. */
    public static long rights(String text) {
        return (text.indexOf('r') >= 0 ? EptEntry.READ : 0) | (text.indexOf('w') >= 0 ? EptEntry.WRITE : 0)
                | (text.indexOf('x') >= 0 ? EptEntry.EXECUTE : 0);
    }

    private int type(String name, EObject item, EStructuralFeature feature) {
        int type = name == null ? EptEntry.WB : EptEntry.memoryType(name);
        if (type < 0) {
            planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("memory type", name, List.of("UC", "WC", "WT", "WP", "WB"))
                    + " (known: UC, WC, WT, WP, WB)", item, feature);
            return EptEntry.WB;
        }
        return type;
    }

    private boolean aligned(long value, EptMap map, EStructuralFeature feature) {
        if (value % PAGE != 0) {
            planning.error(IssueCodes.MEMORY_RANGE, "0x%X is not on a page boundary (4 KiB)".formatted(value), map, feature);
        }
        return value % PAGE == 0;
    }

    private void require(EptVpidCapability capability, EObject item, EStructuralFeature feature) {
        if (capabilities.known(Msr.IA32_VMX_EPT_VPID_CAP) && !capabilities.eptVpid(capability)) {
            planning.error(IssueCodes.EPT_NOT_AVAILABLE, "this CPU lacks " + capability.text() + " (IA32_VMX_EPT_VPID_CAP bit "
                    + capability.bit()
                    + ')', item, feature);
        }
    }
}
