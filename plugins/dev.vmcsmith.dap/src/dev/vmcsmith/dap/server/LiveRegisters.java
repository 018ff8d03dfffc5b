// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.Seg;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;

/** The registers of a processor as they are, in root or in non-root operation. */
final class LiveRegisters implements RegisterFile {

    private record Access(ToLongFunction<Cpu> read, BiConsumer<Cpu, Long> write) {
    }

    private static final Map<String, Access> ACCESS = access();

    private final Cpu cpu;

    LiveRegisters(Cpu cpu) {
        this.cpu = cpu;
    }

    @Override
    public OptionalLong get(String name) {
        Access access = ACCESS.get(name);
        return access == null ? OptionalLong.empty() : OptionalLong.of(access.read.applyAsLong(cpu));
    }

    @Override
    public void set(String name, long value) {
        Access access = ACCESS.get(name);
        if (access == null || access.write == null) {
            throw new RequestFailure(name + " cannot be changed here");
        }
        access.write.accept(cpu, value);
        cpu.stateChanged();
    }

    @Override
    public int codeBits() {
        return cpu.codeBits;
    }

    private static Map<String, Access> access() {
        Map<String, Access> map = new HashMap<>();
        for (int i = 0; i < Gpr.COUNT; i++) {
            int number = i;
            map.put(Gpr.name(i, 64), new Access(cpu -> cpu.gpr[number], (cpu, value) -> cpu.gpr[number] = value));
        }
        map.put("rip", new Access(cpu -> cpu.rip, (cpu, value) -> cpu.rip = value));
        map.put("rflags", new Access(Cpu::rflags, Cpu::setRflags));
        for (int i = Seg.ES; i <= Seg.TR; i++) {
            segment(map, i);
        }
        map.put("gdtr.base", new Access(cpu -> cpu.gdtBase, (cpu, value) -> cpu.gdtBase = value));
        map.put("gdtr.limit", new Access(cpu -> cpu.gdtLimit, (cpu, value) -> cpu.gdtLimit = value.intValue() & 0xFFFF));
        map.put("idtr.base", new Access(cpu -> cpu.idtBase, (cpu, value) -> cpu.idtBase = value));
        map.put("idtr.limit", new Access(cpu -> cpu.idtLimit, (cpu, value) -> cpu.idtLimit = value.intValue() & 0xFFFF));
        control(map);
        system(map);
        return map;
    }

    private static void segment(Map<String, Access> map, int index) {
        String name = Seg.name(index);
        map.put(name + ".selector", new Access(cpu -> cpu.seg[index].selector, (cpu, value) ->
                cpu.seg[index].selector = value.intValue() & 0xFFFF));
        map.put(name + ".base", new Access(cpu -> cpu.seg[index].base, (cpu, value) -> cpu.seg[index].base = value));
        map.put(name + ".limit", new Access(cpu -> cpu.seg[index].limit, (cpu, value) -> cpu.seg[index].limit = value & 0xFFFF_FFFFL));
        map.put(name + ".access-rights", new Access(cpu -> cpu.seg[index].rights, (cpu, value) -> rights(cpu.seg[index], value)));
    }

    private static void rights(SegmentRegister segment, long value) {
        segment.set(segment.selector, segment.base, segment.limit, (int) value & 0x1F0FF);
    }

    private static void control(Map<String, Access> map) {
        map.put("cr0", new Access(cpu -> cpu.cr0, (cpu, value) -> cpu.cr0 = value));
        map.put("cr2", new Access(cpu -> cpu.cr2, (cpu, value) -> cpu.cr2 = value));
        map.put("cr3", new Access(cpu -> cpu.cr3, (cpu, value) -> cpu.cr3 = value));
        map.put("cr4", new Access(cpu -> cpu.cr4, (cpu, value) -> cpu.cr4 = value));
        map.put("cr8", new Access(LiveRegisters::cr8, null));
        map.put("xcr0", new Access(cpu -> cpu.xcr0, null));
        for (int i : new int[] {0, 1, 2, 3, 6, 7}) {
            map.put("dr" + i, new Access(cpu -> cpu.dr[i], (cpu, value) -> cpu.dr[i] = value));
        }
    }

    private static long cr8(Cpu cpu) {
        var apic = cpu.platform == null ? null : cpu.platform.apic(cpu);
        return apic == null ? 0 : apic.cr8();
    }

    private static void system(Map<String, Access> map) {
        map.put("ia32-efer", new Access(cpu -> cpu.efer, (cpu, value) -> cpu.efer = value));
        map.put("sysenter-cs", new Access(cpu -> cpu.msr.sysenterCs, (cpu, value) -> cpu.msr.sysenterCs = value));
        map.put("sysenter-esp", new Access(cpu -> cpu.msr.sysenterEsp, (cpu, value) -> cpu.msr.sysenterEsp = value));
        map.put("sysenter-eip", new Access(cpu -> cpu.msr.sysenterEip, (cpu, value) -> cpu.msr.sysenterEip = value));
        map.put("ia32-star", new Access(cpu -> cpu.msr.star, (cpu, value) -> cpu.msr.star = value));
        map.put("ia32-lstar", new Access(cpu -> cpu.msr.lstar, (cpu, value) -> cpu.msr.lstar = value));
        map.put("ia32-cstar", new Access(cpu -> cpu.msr.cstar, (cpu, value) -> cpu.msr.cstar = value));
        map.put("ia32-fmask", new Access(cpu -> cpu.msr.fmask, (cpu, value) -> cpu.msr.fmask = value));
        map.put("ia32-kernel-gs-base", new Access(cpu -> cpu.msr.kernelGsBase, (cpu, value) -> cpu.msr.kernelGsBase = value));
        map.put("ia32-pat", new Access(cpu -> cpu.msr.pat, (cpu, value) -> cpu.msr.pat = value));
        map.put("ia32-debugctl", new Access(cpu -> cpu.msr.debugctl, (cpu, value) -> cpu.msr.debugctl = value));
        map.put("ia32-apic-base", new Access(cpu -> cpu.msr.apicBase, null));
        map.put("ia32-feature-control", new Access(cpu -> cpu.msr.featureControl, null));
        map.put("ia32-misc-enable", new Access(cpu -> cpu.msr.miscEnable, null));
        map.put("ia32-tsc-aux", new Access(cpu -> cpu.msr.tscAux & 0xFFFF_FFFFL, null));
    }
}
