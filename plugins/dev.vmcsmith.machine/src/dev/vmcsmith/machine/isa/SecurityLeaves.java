// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.Semantics;

/**
 * ENCLS, ENCLU and PCONFIG on a processor where SGX is not opted in to (IA32_FEATURE_CONTROL) and memory encryption is not active
 * (IA32_TME_ACTIVATE): every leaf raises #GP, after VMX had its say.
 */
final class SecurityLeaves {
    private static final int SGX_LEAF = 0x12, EAX = 0, EDX = 3, SE1 = 0, PCONFIG = 18;

    private SecurityLeaves() {
    }

    static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case ENCLS -> SecurityLeaves::encls;
            case ENCLU -> SecurityLeaves::enclu;
            case PCONFIG -> SecurityLeaves::pconfig;
            default -> null;
        };
    }

    private static void encls(Cpu c, Insn i) {
        requireEnclaves(c, c.cpl == 0);
        if (!c.intercepts.instruction(c, Kind.ENCLS, i, 0)) {
            throw CpuFault.gp();
        }
    }

    private static void enclu(Cpu c, Insn i) {
        requireEnclaves(c, c.cpl == 3);
        throw CpuFault.gp();
    }

    private static void requireEnclaves(Cpu c, boolean privileged) {
        if (!c.protectedMode() || c.mode.isRealLike() || !c.model.has(SGX_LEAF, 0, EAX, SE1) || !privileged) {
            throw CpuFault.ud();
        }
    }

    private static void pconfig(Cpu c, Insn i) {
        if (!c.model.has(7, 0, EDX, PCONFIG) || !c.intercepts.enabled(c, Kind.PCONFIG)) {
            throw CpuFault.ud();
        }
        Privilege.ring0(c);
        if (!c.intercepts.instruction(c, Kind.PCONFIG, i, 0)) {
            throw CpuFault.gp();
        }
    }
}
