// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.expect;

import dev.vmcsmith.image.Expectations;
import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.vmx.VmcsField;
import java.util.Optional;
import java.util.function.LongFunction;

/** Compares a register or field at the exits that an expectation is about, and keeps the first that differs. */
final class ValueCheck {
    private final Expectations.ValueAt clause;
    private boolean seen;
    private long wrongExit;
    private long wrongValue;
    private long wrongPlace;
    private boolean readable = true;

    ValueCheck(Expectations.ValueAt clause) {
        this.clause = clause;
    }

    void see(long number, String reason, VmExit exit, Machine machine) {
        if (wrongExit > 0 || (clause.exit() > 0 ? clause.exit() != number : !clause.reason().equals(reason))) {
            return;
        }
        seen = true;
        Optional<Long> value = clause.register() ? register(machine.cpu(exit.cpu())) : field(machine, exit.cpu());
        readable &= value.isPresent();
        long actual = value.orElse(0L) >>> clause.low() & (clause.bits() == 64 ? -1L : (1L << clause.bits()) - 1);
        if (value.isEmpty() || !clause.relation().holds(actual, clause.value())) {
            wrongExit = number;
            wrongValue = actual;
            wrongPlace = exit.guestRip();
        }
    }

    private Optional<Long> register(Cpu cpu) {
        return Optional.of(cpu.gpr[clause.number()]);
    }

    private Optional<Long> field(Machine machine, int cpu) {
        VmcsField field = VmcsField.byEncoding(clause.number());
        return machine.currentVmcs(cpu).filter(view -> field != null && view.known(field)).map(view -> view.value(field));
    }

    /** @param place where the guest was, to be put behind the exit */
    Failure failure(LongFunction<String> place) {
        String which = clause.exit() > 0 ? "exit " + clause.exit() : clause.reason() + " exits";
        String expected = clause.name() + " " + clause.relation().sign() + " 0x" + Long.toHexString(clause.value()) + " at " + which;
        if (!seen) {
            return new Failure(clause.file(), clause.line(), expected, "no such exit");
        }
        return wrongExit == 0 ? null : new Failure(clause.file(), clause.line(), expected, (readable ? "0x" + Long.toHexString(wrongValue)
                : "a field that this processor does not have") + (clause.exit() > 0 ? "" : " at exit " + wrongExit)
                + place.apply(wrongPlace));
    }
}
