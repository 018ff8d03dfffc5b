// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.AsmInstruction;
import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.ExceptionSet;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.MsrAccess;
import dev.vmcsmith.lang.hv.MsrBitmap;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitReason;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
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

    private final Planning planning;

    UnhandledExitChecks(Planning planning) {
        this.planning = planning;
    }

    /** The exits that a control, a set of exceptions, an access to an MSR, or an instruction of the guest makes happen. */
    public static List<ExitReason> causedBy(EObject cause) {
        return switch (cause) {
            case ControlSetting setting when setting.getControl() != null && setting.eContainer() instanceof Controls group -> {
                ControlBit bit = ControlBit.find(ControlField.find(group.getGroup()), setting.getControl());
                yield Arrays.stream(ExitReason.values()).filter(reason -> ExitChecks.causes(reason).contains(bit)).toList();
            }
            case ExceptionSet set -> List.of(ExitReason.EXCEPTION_NMI);
            case MsrAccess access -> List.of(of(access));
            case AsmInstruction instruction when of(instruction) != null -> List.of(of(instruction));
            case null, default -> List.of();
        };
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
        vmcs.origin().getItems().forEach(item -> {
            if (item instanceof ExceptionSet set && !set.getVectors().isEmpty() && !isHandled(handlers, ExitReason.EXCEPTION_NMI)) {
                warn(vmcs, ExitReason.EXCEPTION_NMI, set, HvPackage.Literals.EXCEPTION_SET__VECTORS);
            } else if (item instanceof MsrBitmap bitmap && vmcs.has(ControlBit.USE_MSR_BITMAPS)) {
                msrs(vmcs, bitmap, handlers);
            }
        });
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
