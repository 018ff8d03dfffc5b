// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ExitExplanation.Cause;
import dev.vmcsmith.dap.protocol.ExitExplanation.Kind;
import dev.vmcsmith.dap.protocol.ExitExplanation.Verdict;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what the processor looks at to decide whether an instruction exits, until something decides. Every method that answers a boolean
 * says whether its question is the one that decides.
 */
final class Causes {
    private final VmcsView vmcs;
    private final PhysicalMemory memory;
    private final List<Cause> causes = new ArrayList<>();
    private Verdict verdict = Verdict.DOES_NOT_EXIT;
    private String summary;

    Causes(VmcsView vmcs, PhysicalMemory memory) {
        this.vmcs = vmcs;
        this.memory = memory;
    }

    List<Cause> list() {
        return causes;
    }

    Verdict verdict() {
        return verdict;
    }

    /** One sentence; null when nothing has decided. */
    String summary() {
        return summary;
    }

    boolean decided() {
        return summary != null;
    }

    private boolean decide(Verdict found, String sentence) {
        verdict = found;
        summary = sentence;
        return true;
    }

    /** Decides for a reason that lies in the architecture. */
    boolean always(Verdict found, String sentence) {
        causes.add(new Cause(Kind.ARCHITECTURE, "the architecture", null, -1, null, 0, true, sentence, null));
        return decide(found, sentence);
    }

    /** Decides for a reason that lies in the guest's state. */
    boolean guest(Verdict found, String name, long value, String sentence, String remedy) {
        causes.add(new Cause(Kind.GUEST, name, null, -1, null, value, true, sentence, remedy));
        return decide(found, sentence);
    }

    /** Decides for a reason that lies in an entry of the EPT or of the guest's own paging structures. */
    boolean table(Verdict found, Kind kind, Long address, long value, String sentence, String remedy) {
        causes.add(new Cause(kind, kind == Kind.EPT ? "EPT" : "guest paging", null, -1, address, value, true, sentence, remedy));
        return decide(found, sentence);
    }

    // --- controls ----------------------------------------------------------------------------------------------------------

    /** Whether a control is 1; secondary and tertiary controls count as 0 when they are not activated. */
    boolean isSet(ControlBit bit) {
        return bit.in(value(bit.field())) && active(bit);
    }

    private boolean active(ControlBit bit) {
        ControlBit activator = bit.field().activatedBy();
        return activator == null || isSet(activator);
    }

    private long value(ControlField field) {
        return vmcs.known(field.field()) ? vmcs.value(field.field()) : 0;
    }

    /** Exits when the control is 1. */
    boolean exitsIf(ControlBit bit, String instruction) {
        boolean set = isSet(bit);
        add(bit, set, set ? instruction + " exits" : null, "clear");
        return set && decide(Verdict.EXITS, instruction + " exits, because " + bit.hvName() + " is 1.");
    }

    /** Raises #UD when the control is 0. */
    boolean undefinedUnless(ControlBit bit, String instruction) {
        boolean set = isSet(bit);
        add(bit, !set, set ? null : instruction + " raises #UD", "set");
        return !set && decide(Verdict.FAULTS, instruction + " raises #UD in the guest, because " + bit.hvName() + " is 0.");
    }

    /** Notes a control that chooses how the decision is made. */
    boolean chooses(ControlBit bit) {
        boolean set = isSet(bit);
        add(bit, false, null, null);
        return set;
    }

    /** Decides by a control that has just been noted. */
    boolean because(ControlBit bit, Verdict found, String sentence) {
        Cause last = causes.getLast();
        causes.set(causes.size() - 1, new Cause(last.kind(), last.name(), last.encoding(), last.bit(), last.address(), last.value(), true,
                last.text(), (isSet(bit) ? "clear " : "set ") + place(bit)));
        return decide(found, sentence);
    }

    private void add(ControlBit bit, boolean deciding, String consequence, String change) {
        boolean set = isSet(bit);
        String inactive = active(bit) ? "" : ", because the " + bit.field().hvName() + " controls are not activated";
        causes.add(new Cause(Kind.CONTROL, bit.field().hvName() + "." + bit.hvName(), bit.field().field().encoding(), bit.bit(), null,
                value(bit.field()), deciding, bit.hvName() + " is " + (set ? 1 : 0) + inactive + (consequence == null ? "" : ": "
                        + consequence) + ".", deciding && change != null ? change + " " + place(bit) : null));
    }

    private static String place(ControlBit bit) {
        return bit.field().hvName() + "." + bit.hvName() + " (bit " + bit.bit() + ")";
    }

    // --- bitmaps, masks, fields --------------------------------------------------------------------------------------------

    /**
     * Looks at one bit of a bitmap in memory and exits when it is 1.
     *
     * @param pointer the field that holds the bitmap's address
     * @param offset bytes from there to where {@code index} counts bits from
     */
    boolean bitmap(VmcsField pointer, long offset, int index, String what) {
        long address = vmcs.value(pointer) + offset + (index >>> 3);
        int bit = index & 7;
        long found = memory.read(0, address, 1);
        boolean set = (found >>> bit & 1) != 0;
        String place = String.format("bit %d of the byte at physical address 0x%x", bit, address);
        causes.add(new Cause(Kind.BITMAP, pointer.sdmName() + ", " + what, pointer.encoding(), bit, address, found, true,
                "The bitmap has a " + (set ? 1 : 0) + " for " + what + ": " + place + ".", (set ? "clear " : "set ") + place));
        return decide(set ? Verdict.EXITS : Verdict.DOES_NOT_EXIT, what + (set ? " exit, because their bit in the bitmap is 1: "
                : " do not exit, because their bit in the bitmap is 0: ") + place + ".");
    }

    /**
     * Compares a value with a read shadow where the guest/host mask owns the bits; exits when they differ.
     *
     * @param looked the bits that the instruction can change
     */
    boolean mask(VmcsField mask, VmcsField shadow, long value, long looked, String instruction) {
        long owned = vmcs.value(mask);
        long differing = (value ^ vmcs.value(shadow)) & owned & looked;
        boolean exits = differing != 0;
        String bits = FieldMeaning.layout(mask == VmcsField.CR0_GUEST_HOST_MASK ? VmcsField.GUEST_CR0 : VmcsField.GUEST_CR4, differing);
        String sentence = exits ? String.format("%s exits, because the value 0x%x differs from the read shadow 0x%x in bits that the"
                + " guest/host mask 0x%x owns: 0x%x (%s).", instruction, value, vmcs.value(shadow), owned, differing, bits)
                : String.format("%s does not exit, because the value 0x%x does not differ from the read shadow 0x%x in any bit of the"
                        + " guest/host mask 0x%x.", instruction, value, vmcs.value(shadow), owned);
        causes.add(new Cause(Kind.MASK, mask.sdmName(), mask.encoding(), Long.bitCount(differing) == 1
                ? Long.numberOfTrailingZeros(differing) : -1, null, owned, true, sentence,
                exits ? String.format("clear 0x%x in %s, or make %s agree", differing, mask.hvName(), shadow.hvName())
                        : "set in " + mask.hvName() + " a bit in which the value and " + shadow.hvName() + " differ"));
        return decide(exits ? Verdict.EXITS : Verdict.DOES_NOT_EXIT, sentence);
    }

    /** Decides by whether an exception exits; {@code what} raises it. */
    boolean exception(int vector, String what) {
        boolean listed = (vmcs.value(VmcsField.EXCEPTION_BITMAP) >>> vector & 1) != 0;
        return field(listed ? Verdict.EXITS : Verdict.FAULTS, VmcsField.EXCEPTION_BITMAP, what + (listed
                ? ", which exits, because bit " + vector + " of the exception bitmap is 1."
                : ", which is delivered in the guest, because bit " + vector + " of the exception bitmap is 0."),
                (listed ? "clear bit " : "set bit ") + vector + " of exception-bitmap");
    }

    /** Decides by a field of the VMCS. */
    boolean field(Verdict found, VmcsField field, String sentence, String remedy) {
        causes.add(new Cause(Kind.FIELD, field.sdmName(), field.encoding(), -1, null, vmcs.value(field), true, sentence, remedy));
        return decide(found, sentence);
    }
}
