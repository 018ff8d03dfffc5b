// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.fuzz;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StateDump;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.mmu.Access;
import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * One kind of hostile guest. A case is decided by its seed alone, so that a failure can be repeated. Whatever the guest does, the run
 * ends with a named reason that is no error of ours, memory stays within the machine's size, and everything can still be looked at.
 */
abstract class Fuzzer {
    /** The kinds, by name. */
    static final Map<String, Supplier<Fuzzer>> KINDS = new TreeMap<>(Map.of("code16", () -> new RandomCode(16), "code32", () -> new RandomCode(32),
        "code64", () -> new RandomCode(64), "paging", RandomPaging::new, "vmcs", RandomVmcs::new));

    static final int MEMORY = 16 << 20;
    private static final int CODE_BYTES = 512;
    private static final int MAX_INSTRUCTION = 16;

    private final Decoder decoder = new Decoder();
    private final Instruction instruction = new Instruction();
    /** How often a run ended for each reason. */
    final Map<String, Integer> reasons = new TreeMap<>();
    private Machine machine;

    /** A machine that is ready for a hostile program. */
    abstract Machine prepare();

    /** Makes the guest hostile and runs it, see {@link #run}. */
    abstract void attack(Machine m, SplittableRandom random);

    /** Runs one case. */
    final void run(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try {
            if (machine == null || random.nextInt(32) == 0) {
                machine = null;
                machine = prepare();
            }
            machine = fresh(machine);
            attack(machine, random);
            look(machine, random);
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("seed " + seed + ": " + e, e);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    /** The state in which every case begins. */
    abstract Machine fresh(Machine m);

    /** Lets the guest run for a while. */
    final StopReason run(Machine m, long instructions) {
        StopReason reason = m.run(StopCondition.NONE.withMaxInstructions(instructions));
        reasons.merge(reason.getClass().getSimpleName(), 1, Integer::sum);
        if (reason instanceof StopReason.Unsupported) {
            throw new AssertionError(reason.text() + "\n" + StateDump.of(m));
        }
        if (reason.text().isBlank() || m.memory().touchedPages() > MEMORY >> 12) {
            throw new AssertionError(reason + ", " + m.memory().touchedPages() + " pages");
        }
        return reason;
    }

    /** What a debugger asks for must never fail either. */
    private static void look(Machine m, SplittableRandom random) {
        if (random.nextInt(8) != 0) {
            return;
        }
        if (StateDump.of(m).isEmpty()) {
            throw new AssertionError("no state");
        }
        byte[] bytes = new byte[64];
        for (int n = 0; n < 4; n++) {
            long linear = random.nextBoolean() ? random.nextLong() : random.nextInt(MEMORY);
            m.walk(0, linear, n % 2 == 0 ? Access.READ : Access.FETCH);
            m.readLinear(0, linear, bytes, 0, bytes.length);
        }
    }

    /** Random code: mostly instructions of the table, so that execution gets somewhere. */
    final byte[] code(SplittableRandom random, int bits) {
        byte[] out = new byte[CODE_BYTES];
        byte[] one = new byte[MAX_INSTRUCTION];
        int at = 0;
        while (at < out.length - MAX_INSTRUCTION) {
            random.nextBytes(one);
            if (random.nextInt(3) == 0) {
                one[0] = 0x0F;
            }
            if (decoder.decode(one, 0, MAX_INSTRUCTION, bits, instruction) == DecodeStatus.OK || random.nextInt(50) == 0) {
                System.arraycopy(one, 0, out, at, Math.max(1, instruction.length));
                at += Math.max(1, instruction.length);
            }
        }
        return out;
    }

    /** Random values for the general registers, half of them addresses in memory. */
    static void registers(Machine m, SplittableRandom random, long near) {
        for (int r = 0; r < 16; r++) {
            m.cpu(0).gpr[r] = random.nextInt(3) == 0 ? random.nextLong() : near + random.nextInt(0x200000);
        }
    }
}
