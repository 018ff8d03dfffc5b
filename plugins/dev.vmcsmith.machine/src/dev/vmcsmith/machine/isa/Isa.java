// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.machine.cpu.SemanticsSource;
import java.util.List;

/** All topics of this package as one source. */
public final class Isa implements SemanticsSource {
    private static final List<SemanticsSource> TOPICS = List.of(
        Arithmetic::bind, DataMovement::bind, ControlFlow::bind, Stack::bind, Shifts::bind, Bits::bind, MultiplyDivide::bind,
        Strings::bind, FlagInstructions::bind, Decimal::bind, PortIo::bind, Segments::bind, ControlRegisters::bind,
        SystemControl::bind, UserWait::bind, SecurityLeaves::bind, Msrs::bind, MsrLists::bind, Cpuid::bind,
        InterruptInstructions::bind, FarTransfers::bind, SystemCalls::bind, ExtendedState::bind, Xsave::bind, VectorMoves::bind,
        VectorIntegers::bind, VectorFloats::bind, VectorConversions::bind, VectorLanes::bind, VectorStrings::bind, Aes::bind,
        Sha::bind, X87Arithmetic::bind, X87Moves::bind, X87Environment::bind, X87Transcendentals::bind);

    @Override
    public Semantics bind(Insn insn) {
        for (SemanticsSource topic : TOPICS) {
            Semantics semantics = topic.bind(insn);
            if (semantics != null) {
                return semantics;
            }
        }
        return null;
    }
}
