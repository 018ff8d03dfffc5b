// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.mmu.Access;
import dev.vmcsmith.machine.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The machine as its users see it. */
class ApiTest {
    /** The example of the package's documentation, line by line. */
    private static void example(BootImage image) {
        // example
        Machine machine = Machine.builder().profile("skylake").memory(64 << 20).cpus(1).build();
        machine.addObserver(new MachineObserver() {
            @Override
            public void onVmExit(VmExit exit) {
                System.out.println(exit.text());
            }
        });
        machine.load(image, "the command line");
        Snapshot start = machine.snapshot();
        StopReason reason = machine.run(StopCondition.NONE.withMaxInstructions(1_000_000));
        System.out.println(reason.text() + "; RAX = " + machine.cpu(0).gpr[Cpu.RAX]);
        machine.reverseTo(machine.instructionCount() - 1);
        System.out.println(machine.walk(0, machine.cpu(0).rip, Access.FETCH).rights());
        machine.restore(start);
        // end
        assertEquals(0, machine.instructionCount());
    }

    private static Path file(String name) {
        return Stream.of("", "plugins/dev.vmcsmith.machine/").map(folder -> Path.of(folder + name)).filter(Files::exists).findFirst().orElseThrow();
    }

    @Test
    void theDocumentedExampleIsTheOneThatRunsHere() throws IOException {
        example(TestProgram.of(TestProgram.EXIT).image());
        String test = Files.readString(file("test/dev/vmcsmith/machine/ApiTest.java"));
        String shown = test.substring(test.indexOf("// example\n") + 11, test.indexOf("        // end")).replaceAll("(?m)^ {8}", " * ");
        assertTrue(Files.readString(file("src/dev/vmcsmith/machine/package-info.java")).contains(shown), shown);
    }

    @Test
    void observersSeePortsDevicesAndPageWalks() {
        TestProgram p = TestProgram.long64("""
                mov   al, 0x42
                out   0x80, al
                mov   dx, 0x3FD
                in    al, dx
                mov   edi, 0xFEE00030
                mov   rbx, 0xFEE00000 - 0x200000
                mov   ecx, [0x3FF000]
                mov   rsi, 0x7FFFFFFFF000
                mov   rcx, [rsi]
            """);
        List<String> seen = new ArrayList<>();
        p.machine().addObserver(new MachineObserver() {
            @Override
            public void onPortIo(Cpu cpu, int port, int size, int value, boolean write) {
                seen.add("%s %x %d %x".formatted(write ? "out" : "in", port, size, value));
            }

            @Override
            public void onPageWalk(Cpu cpu, long linear, int access, long guestPhysical, long physical) {
                seen.add("walk %x %d %x".formatted(linear, access, physical));
            }
        });
        p.stop();
        assertTrue(seen.containsAll(List.of("out 80 1 42", "in 3fd 1 60", "walk 3ff000 0 3ff000", "walk 7ffffffff000 0 ffffffffffffffff")),
            seen::toString);
        assertEquals(1, seen.stream().filter("walk 3ff000 0 3ff000"::equals).count());
    }

    @Test
    void observersSeeDevicesInMemory() {
        TestProgram p = TestProgram.of("mov eax, [0xFEE00030]\n mov dword [0xFEE00080], 0x20\n" + TestProgram.EXIT);
        List<String> seen = new ArrayList<>();
        MachineObserver observer = new MachineObserver() {
            @Override
            public void onDeviceMemory(Cpu cpu, long address, int size, long value, boolean write) {
                seen.add("%s %x %d %x".formatted(write ? "write" : "read", address, size, value));
            }
        };
        p.machine().addObserver(observer);
        p.run();
        assertEquals(List.of("read fee00030 4 60014", "write fee00080 4 20"), seen);
    }

    @Test
    void aHugeMachineCostsWhatItTouches() {
        long before = used();
        Machine machine = Machine.builder().memory(64L << 30).build();
        byte[] page = new byte[4096];
        page[0] = 1;
        for (int n = 0; n < 2560; n++) {
            machine.memory().write((n & 1) == 0 ? (long) n << 12 : (60L << 30) + ((long) n << 12), page, 0, page.length);
        }
        assertEquals(2560, machine.memory().touchedPages());
        long cost = used() - before;
        assertTrue(cost < 20 << 20, () -> cost + " bytes for 10 MiB");
        assertEquals(64L << 30, machine.memory().size());
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
