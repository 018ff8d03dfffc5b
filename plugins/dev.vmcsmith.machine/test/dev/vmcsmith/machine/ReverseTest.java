// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.memory.Page;
import dev.vmcsmith.machine.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Going back is exact: random programs on two processors, with timers, interrupts, serial output and code that changes itself. */
class ReverseTest {
    private static final String[] STEPS = {"add eax, ebx", "rdrand ecx", "rdtsc\n xor ebx, eax", "mov [0x200000 + esi * 4], ebx", "inc esi\n and esi, 0xFFF",
        "add byte [change + 1], 3\n change%d: mov cl, 5\n add [change%d + 1], cl", "cpuid", "sti\n nop\n cli", "mov al, bl\n out 0x80, al", "push eax\n pop edx",
        "in al, 0x40\n mov ah, al", "imul ebx, eax", "mov dx, 0x3F8\n mov al, bl\n and al, 0x3F\n add al, 32\n out dx, al", "mov eax, [0xFEE00390]\n add ebx, eax",
        "sti\n hlt\n cli", "mov al, 0\n out 0x70, al\n in al, 0x71"};
    private static final String BEGIN = """
                mov   eax, handler
                mov   [idt + 0x44 * 8], ax
                mov   word [idt + 0x44 * 8 + 2], 0x10
                mov   word [idt + 0x44 * 8 + 4], 0x8E00
                shr   eax, 16
                mov   [idt + 0x44 * 8 + 6], ax
                lidt  [idtr]
                mov   dword [0xFEE000F0], 0x1FF
                mov   dword [0xFEE003E0], 0xB
                mov   dword [0xFEE00320], 0x20044
                mov   dword [0xFEE00380], 777
                mov   dword [0x8000], 0x900006FF     ; inc word [0x9000]
                mov   dword [0x8004], 0xFAEB         ; jmp to it
                mov   dword [0xFEE00310], 0x1000000
                mov   dword [0xFEE00300], 0x4500
                mov   dword [0xFEE00300], 0x4608
                jmp   main
        idtr:   dw    0x48 * 8 - 1
                dd    idt
        align 8
        idt:    times 0x48 dq 0
        handler:
                inc   dword [0x210000]
                mov   dword [0xFEE000B0], 0
                iret
        change: mov   cl, 1
        main:
        """;

    private final StringBuilder serial = new StringBuilder();

    private Machine machine(SplittableRandom random) {
        StringBuilder text = new StringBuilder(BEGIN);
        for (int n = 0; n < 60; n++) {
            text.append(STEPS[random.nextInt(STEPS.length)].replace("%d", Integer.toString(n))).append("\n");
        }
        TestProgram program = TestProgram.of(text + "jmp main\n");
        Machine machine = Machine.builder().memory(16 << 20).cpus(2).seed(random.nextLong()).serial(c -> serial.append((char) c)).build();
        machine.load(program.image(), "");
        return machine;
    }

    private static String state(Machine machine) {
        StringBuilder state = new StringBuilder(StateDump.of(machine));
        state.append(machine.currentCpu().id).append(' ').append(machine.currentCpu().platform.time()).append('\n');
        machine.memory().forEachTouched((Page page) -> {
            int hash = Arrays.hashCode(page.bytes);
            if (hash != Arrays.hashCode(new byte[Page.SIZE])) {
                state.append(Long.toHexString(page.address)).append(' ').append(hash).append('\n');
            }
        });
        return state.toString();
    }

    private static void forward(Machine machine, long to) {
        while (machine.instructionCount() < to) {
            StopReason reason = machine.run(StopCondition.NONE.withMaxInstructions(to - machine.instructionCount()));
            assertTrue(reason instanceof StopReason.InstructionLimit, reason::text);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyEarlierInstantIsReachedAsItWas(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Machine machine = machine(random);
        List<Long> instants = new ArrayList<>();
        List<String> states = new ArrayList<>();
        List<Snapshot> snapshots = new ArrayList<>(List.of(machine.snapshot()));
        for (int n = 0; n < 20; n++) {
            forward(machine, machine.instructionCount() + random.nextInt(1, 3000));
            if (random.nextInt(4) == 0) {
                snapshots.add(machine.snapshot());
            }
            instants.add(machine.instructionCount());
            states.add(state(machine));
        }
        String written = serial.toString();
        assertTrue(machine.memory().read32(0x210000) > 0, "the timer interrupts");
        assertTrue(machine.memory().read32(0x9000) > 0, "the second processor runs");
        for (int n = 0; n < 12; n++) {
            int k = random.nextInt(instants.size());
            assertTrue(machine.reverseTo(instants.get(k)));
            assertEquals(instants.get(k), machine.instructionCount());
            assertEquals(states.get(k), state(machine), "seed " + seed + ", instant " + instants.get(k));
        }
        assertEquals(written, serial.toString(), "going back is silent");
        machine.restore(snapshots.get(0));
        serial.setLength(0);
        forward(machine, instants.getLast());
        assertEquals(states.getLast(), state(machine));
        assertEquals(written, serial.toString());
    }
}
