// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.EptAccessedDirty;
import dev.vmcsmith.lang.hv.EptHook;
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
    private static final long LIMIT_4 = 1L << 48;
    private static final long LIMIT_5 = 1L << 57;
    private static final long LARGEST_PAGE = 1L << 30;

    /** Words that can follow the rights of a range, beside the memory types. */
    public static final List<String> OPTIONS = List.of("ignore-pat", "suppress-ve", "paging-write", "verify-guest-paging", "sub-page");
    public static final List<String> MEMORY_TYPES = List.of("WB", "UC", "WC", "WT", "WP");

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
                case EptHook hook -> hook(hook);
                default -> {
                }
            }
        }
        return new EptPlan(planning.uniqueName(ept), ept, ranges, memoryType, walk, accessedDirty);
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
        if (item.getLevels() != 4 && item.getLevels() != 5) {
            planning.error(IssueCodes.EPT_FORM, "an EPT has a walk of 4 or 5 levels", item, HvPackage.Literals.EPT_WALK__LEVELS);
            return;
        }
        walk = (int) item.getLevels();
        if (walk == 5) {
            require(EptVpidCapability.PAGE_WALK_5, item, HvPackage.Literals.EPT_WALK__LEVELS);
        }
    }

    private void map(EptMap map) {
        OptionalLong from = planning.constant(map.getFrom());
        OptionalLong end = end(map, from);
        OptionalLong target = map.isNone() || map.isIdentity() ? from : planning.constant(map.getTarget());
        long rights = map.isNone() ? 0 : rights(map.getRights(), map, HvPackage.Literals.EPT_MAP__RIGHTS);
        rights |= flags(map.getOptions(), map, HvPackage.Literals.EPT_MAP__OPTIONS);
        int type = memoryType(map.getOptions(), EptEntry.WB);
        long largest = pageSize(map);
        if (from.isEmpty() || end.isEmpty() || target.isEmpty()) {
            return;
        }
        boolean aligned = aligned(from.getAsLong(), map, HvPackage.Literals.EPT_MAP__FROM)
                & aligned(end.getAsLong(), map, map.getTo() != null ? HvPackage.Literals.EPT_MAP__TO : HvPackage.Literals.EPT_MAP__SIZE)
                & aligned(target.getAsLong(), map, HvPackage.Literals.EPT_MAP__TARGET);
        if (!aligned) {
            return;
        }
        if (end.getAsLong() <= from.getAsLong() || from.getAsLong() < 0 || end.getAsLong() > (walk == 5 ? LIMIT_5 : LIMIT_4)) {
            planning.error(IssueCodes.MEMORY_RANGE, "a range ends after its start and below " + (walk == 5 ? "128 PiB" : "256 TiB"), map,
                    HvPackage.Literals.EPT_MAP__FROM);
            return;
        }
        if (ranges.stream().anyMatch(r -> r.mapped() && !map.isNone() && r.from() < end.getAsLong() && from.getAsLong() < r.to()
                && !(r.from() <= from.getAsLong() && end.getAsLong() <= r.to()))) {
            planning.warning(IssueCodes.MEMORY_OVERLAP, "this range overlaps one above without lying in it; here the lower line wins", map,
                    HvPackage.Literals.EPT_MAP__FROM);
        }
        ranges.add(new EptPlan.Range(from.getAsLong(), end.getAsLong(), map.isNone() ? -1 : target.getAsLong(), rights, type,
                largest));
    }

    private OptionalLong end(EptMap map, OptionalLong from) {
        if (map.getTo() != null) {
            return planning.constant(map.getTo());
        }
        OptionalLong size = planning.constant(map.getSize());
        return from.isPresent() && size.isPresent() ? OptionalLong.of(from.getAsLong() + size.getAsLong()) : OptionalLong.empty();
    }

    /** Pages that are mapped already get other rights or another target; what is not said stays. */
    private void hook(EptHook hook) {
        OptionalLong address = planning.constant(hook.getAddress());
        OptionalLong size = hook.getSize() == null ? OptionalLong.of(1) : planning.constant(hook.getSize());
        OptionalLong target = hook.getTarget() == null ? OptionalLong.of(-1) : planning.constant(hook.getTarget());
        long rights = hook.getRights() == null ? EptEntry.RIGHTS : hook.getRights().matches("-*") ? 0
                : rights(hook.getRights(), hook, HvPackage.Literals.EPT_HOOK__RIGHTS);
        rights |= flags(hook.getOptions(), hook, HvPackage.Literals.EPT_HOOK__OPTIONS);
        if (address.isEmpty() || size.isEmpty() || target.isEmpty()) {
            return;
        }
        long from = address.getAsLong() & -PAGE;
        long to = address.getAsLong() + Math.max(1, size.getAsLong()) + PAGE - 1 & -PAGE;
        EptPlan.Range below = new EptPlan(null, null, ranges, memoryType, walk, accessedDirty).at(from);
        if (below == null || !below.mapped() || below.to() < to) {
            planning.error(IssueCodes.EPT_FORM, "a hook changes pages that one line above it maps; nothing maps 0x%X to 0x%X as a whole"
                    .formatted(from, to - 1), hook, HvPackage.Literals.EPT_HOOK__ADDRESS);
            return;
        }
        if (hook.getTarget() != null && target.getAsLong() % PAGE != 0) {
            planning.error(IssueCodes.MEMORY_RANGE, "0x%X is not on a page boundary (4 KiB)".formatted(target.getAsLong()), hook,
                    HvPackage.Literals.EPT_HOOK__TARGET);
            return;
        }
        boolean present = (rights & (EptEntry.RIGHTS | EptEntry.USER_EXECUTE)) != 0;
        long place = !present ? -1 : hook.getTarget() != null ? target.getAsLong() : below.target() + (from - below.from());
        ranges.add(new EptPlan.Range(from, to, place, rights, memoryType(hook.getOptions(), below.memoryType()), below.largest()));
    }

    private long rights(String text, EObject item, EStructuralFeature feature) {
        if (text == null) {
            return EptEntry.RIGHTS;
        }
        long rights = rights(text);
        if ((rights & EptEntry.WRITE) != 0 && (rights & EptEntry.READ) == 0) {
            planning.error(IssueCodes.EPT_FORM, "an EPT entry that is writable but not readable is misconfigured"
                    + " (SDM \"EPT Misconfigurations\")",
                    item, feature);
        } else if ((rights & EptEntry.READ) == 0 && rights != 0) {
            require(EptVpidCapability.EXECUTE_ONLY, item, feature);
        } else if (rights == 0) {
            planning.error(IssueCodes.EPT_FORM, "a range without rights is not mapped: write none", item, feature);
        }
        return rights;
    }

    private long flags(List<String> options, EObject item, EStructuralFeature feature) {
        long flags = 0;
        for (int i = 0; i < options.size(); i++) {
            switch (options.get(i)) {
                case "ignore-pat" -> flags |= EptEntry.IGNORE_PAT;
                case "suppress-ve" -> flags |= EptEntry.SUPPRESS_VE;
                case "paging-write" -> flags |= EptEntry.PAGING_WRITE;
                case "verify-guest-paging" -> flags |= EptEntry.VERIFY_PAGING;
                case "sub-page" -> flags |= EptEntry.SUB_PAGE;
                default -> {
                    if (EptEntry.memoryType(options.get(i)) < 0) {
                        List<String> known = new ArrayList<>(MEMORY_TYPES);
                        known.addAll(OPTIONS);
                        planning.findings().add(Finding.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("memory type or option",
                                options.get(i), known) + " (known: " + String.join(", ", known) + ")", item, feature).at(i));
                    }
                }
            }
        }
        return flags;
    }

    private static int memoryType(List<String> options, int otherwise) {
        return options.stream().mapToInt(EptEntry::memoryType).filter(type -> type >= 0).findFirst().orElse(otherwise);
    }

    private long pageSize(EptMap map) {
        OptionalLong size = map.getPageSize() == null ? OptionalLong.empty() : planning.constant(map.getPageSize());
        if (size.isPresent() && size.getAsLong() != PAGE && size.getAsLong() != 1L << 21 && size.getAsLong() != LARGEST_PAGE) {
            planning.error(IssueCodes.EPT_FORM, "EPT pages have 4 KiB, 2 MiB or 1 GiB", map, HvPackage.Literals.EPT_MAP__PAGE_SIZE);
        }
        if (size.isPresent() && size.getAsLong() == LARGEST_PAGE) {
            require(EptVpidCapability.PAGE_1G, map, HvPackage.Literals.EPT_MAP__PAGE_SIZE);
        }
        return size.orElse(LARGEST_PAGE);
    }

    /** Bits 2:0 and 10 (user execute) of an EPT entry for rights as they are written. */
    public static long rights(String text) {
        return (text.indexOf('r') >= 0 ? EptEntry.READ : 0) | (text.indexOf('w') >= 0 ? EptEntry.WRITE : 0)
                | (text.indexOf('x') >= 0 ? EptEntry.EXECUTE : 0) | (text.indexOf('u') >= 0 ? EptEntry.USER_EXECUTE : 0);
    }

    private int type(String name, EObject item, EStructuralFeature feature) {
        int type = name == null ? EptEntry.WB : EptEntry.memoryType(name);
        if (type < 0) {
            planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("memory type", name, MEMORY_TYPES)
                    + " (known: " + String.join(", ", MEMORY_TYPES) + ")", item, feature);
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
