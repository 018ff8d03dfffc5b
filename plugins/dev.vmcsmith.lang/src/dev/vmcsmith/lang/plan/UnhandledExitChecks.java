// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.AccessBitmap;
import dev.vmcsmith.lang.hv.AsmInstruction;
import dev.vmcsmith.lang.hv.ControlChange;
import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.EoiBitmap;
import dev.vmcsmith.lang.hv.EptSetting;
import dev.vmcsmith.lang.hv.ExceptionSet;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Inject;
import dev.vmcsmith.lang.hv.IoBitmap;
import dev.vmcsmith.lang.hv.MsrAccess;
import dev.vmcsmith.lang.hv.MsrBitmap;
import dev.vmcsmith.lang.hv.VmcsItem;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.ept.EptEntry;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;

/** Exits that no handler takes, at what makes them happen: a control, a bitmap, or an instruction of the guest. */
public final class UnhandledExitChecks {
    /** SDM "Instructions That Cause VM Exits Unconditionally". */
    private static final Set<ExitReason> ALWAYS = EnumSet.of(ExitReason.CPUID, ExitReason.GETSEC, ExitReason.INVD, ExitReason.XSETBV,
            ExitReason.INVEPT, ExitReason.INVVPID, ExitReason.VMCALL, ExitReason.VMCLEAR, ExitReason.VMLAUNCH, ExitReason.VMPTRLD,
            ExitReason.VMPTRST, ExitReason.VMRESUME, ExitReason.VMXOFF, ExitReason.VMXON);
    /** Always, without MSR bitmaps (SDM "Instructions That Cause VM Exits Conditionally"). */
    private static final Set<ExitReason> WITHOUT_MSR_BITMAPS = EnumSet.of(ExitReason.RDMSR, ExitReason.WRMSR);

    /** Fields of which every bit makes some accesses or exceptions exit. */
    private static final Map<String, ExitReason> MASKS = Map.of(VmcsField.CR0_GUEST_HOST_MASK.hvName(), ExitReason.CR_ACCESS,
            VmcsField.CR4_GUEST_HOST_MASK.hvName(), ExitReason.CR_ACCESS, VmcsField.EXCEPTION_BITMAP.hvName(), ExitReason.EXCEPTION_NMI);

    private final Planning planning;

    UnhandledExitChecks(Planning planning) {
        this.planning = planning;
    }

    /** The exits that something in a VMCS, in a handler or in the code of the guest makes happen. */
    public static List<ExitReason> causedBy(EObject cause) {
        return switch (cause) {
            case ControlSetting setting when control(setting) != null -> causedBy(control(setting));
            case ControlChange change when StatementChecks.enabled(change) != null -> causedBy(StatementChecks.enabled(change));
            case ExceptionSet set when !set.getVectors().isEmpty() -> List.of(ExitReason.EXCEPTION_NMI);
            case IoBitmap bitmap when !bitmap.getPorts().isEmpty() -> List.of(ExitReason.IO_INSTRUCTION);
            case EoiBitmap bitmap when !bitmap.getVectors().isEmpty() -> List.of(ExitReason.VIRTUALIZED_EOI);
            case AccessBitmap bitmap when bitmap.getFields().stream().anyMatch(field -> !field.isCleared()) -> List.of(
                    bitmap.getKind().startsWith("vmread") ? ExitReason.VMREAD : ExitReason.VMWRITE);
            case Inject inject when "mtf".equals(inject.getKind()) -> List.of(ExitReason.MONITOR_TRAP_FLAG);
            case FieldSetting setting when setting.getField() != null && MASKS.containsKey(setting.getField()) -> List.of(
                    MASKS.get(setting.getField()));
            case EptSetting setting -> List.of(ExitReason.EPT_VIOLATION);
            case MsrAccess access -> List.of(of(access));
            case AsmInstruction instruction when of(instruction) != null -> List.of(of(instruction));
            case null, default -> List.of();
        };
    }

    private static ControlBit control(ControlSetting setting) {
        return setting.getControl() == null || !(setting.eContainer() instanceof Controls group) ? null
                : ControlBit.find(ControlField.find(group.getGroup()), setting.getControl());
    }

    private static List<ExitReason> causedBy(ControlBit bit) {
        return bit == ControlBit.PIN_NMI_EXITING ? List.of(ExitReason.EXCEPTION_NMI) : Arrays.stream(ExitReason.values())
                .filter(reason -> ExitChecks.CAUSES.getOrDefault(reason, List.of()).contains(bit)).toList();
    }

    private static ExitReason of(MsrAccess access) {
        return "read".equals(access.getAccess()) ? ExitReason.RDMSR : ExitReason.WRMSR;
    }

    /**
     * The exit that an instruction causes, whose name is the mnemonic. Null for an instruction that does not always exit; those that exit
     * without MSR bitmaps count as such.
     */
    private static ExitReason of(AsmInstruction instruction) {
        ExitReason reason = ExitReason.find(mnemonic(instruction));
        return ALWAYS.contains(reason) || WITHOUT_MSR_BITMAPS.contains(reason) ? reason : null;
    }

    /** Exits by the controls and bitmaps of a VMCS. */
    void check(VmcsPlan vmcs, List<ExitHandler> handlers) {
        ExitChecks.CAUSES.forEach((reason, controls) -> {
            if (!isHandled(handlers, reason)) {
                controls(vmcs, reason, controls);
            }
        });
        if (!isHandled(handlers, ExitReason.EXCEPTION_NMI)) {
            controls(vmcs, ExitReason.EXCEPTION_NMI, List.of(ControlBit.PIN_NMI_EXITING));
        }
        vmcs.origin().getItems().forEach(item -> {
            if (item instanceof MsrBitmap bitmap && vmcs.has(ControlBit.USE_MSR_BITMAPS)) {
                msrs(vmcs, bitmap, handlers);
            } else if (happens(vmcs, item)) {
                causedBy(item).stream().filter(reason -> !isHandled(handlers, reason))
                        .forEach(reason -> warn(vmcs, reason, item, mark(item)));
            }
        });
    }

    /** Whether the exits of a setting can come: a mask with a bit, an EPT that keeps the guest from something. */
    private static boolean happens(VmcsPlan vmcs, VmcsItem item) {
        return switch (item) {
            case FieldSetting setting -> vmcs.fields().values().stream().anyMatch(field -> field.origin() == setting
                    && field.value().known() && field.value().number() != 0);
            case EptSetting setting -> vmcs.ept() != null
                    && vmcs.control(ControlField.SECONDARY).origin(ControlBit.ENABLE_EPT) == setting
                    && vmcs.ept().ranges().stream().anyMatch(range -> !range.mapped()
                            || (range.rights() & EptEntry.RIGHTS) != EptEntry.RIGHTS);
            default -> true;
        };
    }

    private static EStructuralFeature mark(VmcsItem item) {
        return switch (item) {
            case ExceptionSet set -> HvPackage.Literals.EXCEPTION_SET__VECTORS;
            case IoBitmap bitmap -> HvPackage.Literals.IO_BITMAP__PORTS;
            case EoiBitmap bitmap -> HvPackage.Literals.EOI_BITMAP__VECTORS;
            case AccessBitmap bitmap -> HvPackage.Literals.ACCESS_BITMAP__KIND;
            case FieldSetting setting -> HvPackage.Literals.FIELD_SETTING__FIELD;
            case EptSetting setting -> HvPackage.Literals.EPT_SETTING__EPT;
            default -> null;
        };
    }

    /** Exits that handlers and functions make happen, each where it is first asked for. */
    private void code(SetupPlan plan) {
        Set<ExitReason> seen = EnumSet.noneOf(ExitReason.class);
        for (EObject object : plan.code()) {
            for (ExitReason reason : causedBy(object)) {
                if (!isHandled(plan.handlers(), reason) && seen.add(reason)) {
                    warn(plan.launched(), reason, object, object instanceof ControlChange
                            ? HvPackage.Literals.CONTROL_CHANGE__CONTROL : null);
                }
            }
        }
    }

    private void controls(VmcsPlan vmcs, ExitReason reason, List<ControlBit> controls) {
        for (ControlBit control : controls) {
            boolean also = ExitChecks.CAUSES.entrySet().stream().anyMatch(other -> other.getKey() != reason
                    && other.getValue().contains(control) && other.getKey().number() < reason.number());
            if (vmcs.has(control) && !also && vmcs.control(control.field()).origin(control) instanceof ControlSetting setting) {
                warn(vmcs, reason, setting, HvPackage.Literals.CONTROL_SETTING__CONTROL);
            }
        }
    }

    private void msrs(VmcsPlan vmcs, MsrBitmap bitmap, List<ExitHandler> handlers) {
        Set<ExitReason> warned = EnumSet.noneOf(ExitReason.class);
        for (MsrAccess access : bitmap.getAccesses()) {
            ExitReason reason = of(access);
            if (!isHandled(handlers, reason) && warned.add(reason)) {
                warn(vmcs, reason, access, HvPackage.Literals.MSR_ACCESS__ACCESS);
            }
        }
    }

    private void warn(VmcsPlan vmcs, ExitReason reason, EObject object, EStructuralFeature feature) {
        planning.warning(IssueCodes.NO_HANDLER, "nothing handles the " + reason.hvName() + " exits that this makes: add on " + vmcs.name()
                + " exit " + reason.hvName() + " { }", object, feature);
    }

    /** Exits by instructions of the guests, the first of each kind in a block, when no VMCS in use takes them. */
    void check(SetupPlan plan) {
        code(plan);
        boolean bitmaps = plan.used().stream().anyMatch(vmcs -> vmcs.has(ControlBit.USE_MSR_BITMAPS));
        for (GuestCode block : planning.elements(GuestCode.class)) {
            Set<ExitReason> seen = EnumSet.noneOf(ExitReason.class);
            block.getLines().forEach(line -> {
                ExitReason reason = line instanceof AsmInstruction instruction ? of(instruction) : null;
                boolean certain = reason != null && !(bitmaps && WITHOUT_MSR_BITMAPS.contains(reason));
                if (certain && seen.add(reason) && !isHandled(plan.handlers(), reason)) {
                    planning.warning(IssueCodes.NO_HANDLER, "this always exits, and nothing handles it: add on " + plan.launched().name()
                            + " exit " + reason.hvName() + " { }", line, HvPackage.Literals.ASM_INSTRUCTION__TEXT);
                }
            });
        }
    }

    private static boolean isHandled(List<ExitHandler> handlers, ExitReason reason) {
        return handlers.stream().anyMatch(h -> reason.hvName().equals(h.getReason()) || HandlerChecks.OTHER.equals(h.getReason()));
    }

    private static String mnemonic(AsmInstruction instruction) {
        String text = instruction.getText() == null ? "" : instruction.getText().strip();
        int end = 0;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end).toLowerCase(Locale.ROOT);
    }
}
