// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.debug.breakpoint.DataBreakpoint;
import dev.vmcsmith.debug.breakpoint.ExitBreakpoint;
import dev.vmcsmith.debug.breakpoint.FunctionBreakpoint;
import dev.vmcsmith.debug.breakpoint.InstructionBreakpoint;
import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.vmx.ExitReason;
import java.util.Locale;
import org.eclipse.core.runtime.CoreException;

/**
 * A breakpoint as a user describes it.
 *
 * @param kind what it stops at
 * @param place symbol, address, data expression, or name of an exit reason in setups
 * @param bytes of memory that are watched
 * @param access the protocol's access type of a watched place
 */
record NewBreakpoint(Kind kind, String place, int bytes, String access) {

    /** What a breakpoint can stop at, besides a line. */
    enum Kind {
        EXIT("VM exit", "&Exit reason:", ""),
        FUNCTION("Function or label", "&Symbol:", "a symbol of the image, for example Main or handle_exit"),
        INSTRUCTION("Instruction", "&Address:", "a linear address in guest or hypervisor, for example 0x1005"),
        FIELD("VMCS field", "&Field:", "a field as in setups, for example guest.rip or primary"),
        MEMORY("Memory", "&Address:", "an expression, for example 0x5000 or guest-physical:0x5000");

        private final String label;
        private final String placeLabel;
        private final String hint;

        Kind(String label, String placeLabel, String hint) {
            this.label = label;
            this.placeLabel = placeLabel;
            this.hint = hint;
        }

        String label() {
            return label;
        }

        String placeLabel() {
            return placeLabel;
        }

        String hint() {
            return hint;
        }

        boolean isData() {
            return this == FIELD || this == MEMORY;
        }

        static Kind of(String name) {
            return name == null ? EXIT : valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    /** What is wrong with the description, for the user; null when nothing is. */
    String problem() {
        if (place.isBlank()) {
            return "Say where to stop.";
        }
        if (kind == Kind.INSTRUCTION && !isNumber(place)) {
            return "\"" + place + "\" is not an address: write a number such as 0x1005.";
        }
        return null;
    }

    private static boolean isNumber(String text) {
        try {
            HexLong.parse(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Creates the breakpoint; the caller adds it to the breakpoint manager. */
    MachineBreakpoint create() throws CoreException {
        return switch (kind) {
            case EXIT -> new ExitBreakpoint(place, labelOf(ExitReason.find(place)));
            case FUNCTION -> new FunctionBreakpoint(place.strip());
            case INSTRUCTION -> new InstructionBreakpoint(HexLong.parse(place), "");
            case FIELD -> new DataBreakpoint(place.strip(), 0, access);
            case MEMORY -> new DataBreakpoint(place.strip(), bytes, access);
        };
    }

    static String labelOf(ExitReason reason) {
        return reason.sdmName() + " (" + reason.number() + ")";
    }
}
