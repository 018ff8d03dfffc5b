// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.CompileOptions;
import dev.vmcsmith.lang.Setups;
import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.VmxOperation;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Setups that run guests on several processors. */
class ProcessorsTest {
    /** Guests that meet: the second goes on when the first says so at 0x5000. */
    private static Both two(String host) {
        return Both.setup(host).code("""
                mov ebx, 0x11
                cpuid
                mov dword [0x5000], 1
            wait:
                cmp dword [0x5004], 1
                jne wait
                vmcall
                """).declare("""
                var seen = 0
                guest code Second at 0x3_0000 bits 32 {
                    cmp dword [0x5000], 1
                    jne Second
                    mov ebx, 0x22
                    mov ecx, cr3
                    mov dword [0x5004], 1
                    hlt
                    jmp Second
                }
                vmcs Other extends Guest { primary { hlt-exiting, cr3-store-exiting } guest { rip = Second rsp = 0x8_0000 } }
                """).on("""
                on exit cpuid { seen = seen + 1 log "{seen} {ebx:x}" skip }
                on Other exit cr-access { seen = seen + 1 log "{seen} {ebx:x}" emulate }
                on Other exit hlt { stop }
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void eachProcessorRunsItsGuestAndLeavesVmx(String host) throws Exception {
        String text = two(host).expect("""
                expect Guest exits cpuid, vmcall
                expect Other exits cr-access, hlt
                expect Other at hlt ebx == 0x22, rsp == 0x8_0000
                expect Guest at exit 2 ebx == 0x11
                """).text().replace("run Guest", "run Guest, Other");
        SetupRun run = SetupRun.ofText(text);
        run.assertExpectations();
        assertEquals("1 11\n2 22\n", run.log());
        for (VmExit exit : run.vmExits()) {
            assertEquals(run.image().symbols().address(exit.cpu() == 0 ? "vmcs_region" : "vmcs_region_Other").orElseThrow(), exit.vmcs());
        }
        assertEquals(List.of(0, 1, 1), run.vmExits().stream().limit(3).map(VmExit::cpu).sorted().toList());
        for (int cpu = 0; cpu < 2; cpu++) {
            assertEquals(-1, run.machine().currentVmcsPointer(cpu));
            assertEquals(0, run.machine().cpu(cpu).cr4 & 1 << 13, "CR4.VMXE of processor " + cpu);
            assertFalse(run.machine().cpu(cpu).intercepts.nonRoot());
        }
    }

    @Test
    void processorsHaveTheirOwnRegionsStacksAndTables(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("two.hv"), two("long-64").text().replace("run Guest", "run Guest, Other on 3"));
        List<VmxOperation> operations = new ArrayList<>();
        Machine machine = Machine.builder().cpus(4).build();
        machine.addObserver(new MachineObserver() {
            @Override
            public void onVmxInstruction(VmxOperation operation) {
                operations.add(operation);
            }
        });
        machine.load(Setups.compile(file, CompileOptions.DEFAULT).image().orElseThrow(), "");
        assertTrue(machine.run(StopCondition.NONE.withMaxInstructions(10_000_000)) instanceof StopReason.DebugExit);
        for (String instruction : List.of("VMXON", "VMPTRLD", "VMCLEAR", "VMXOFF")) {
            assertEquals(List.of(0, 3), operations.stream().filter(o -> o.mnemonic().equals(instruction)).map(VmxOperation::cpu).distinct()
                    .sorted().toList(), instruction);
        }
        for (int field : List.of(0x6C0A, 0x6C0C, 0x6C14)) { // host TR and GDTR base, RSP
            List<Long> values = operations.stream().filter(o -> o.mnemonic().equals("VMWRITE") && o.operand() == field)
                    .map(VmxOperation::value).toList();
            assertEquals(2, values.size());
            assertEquals(2, values.stream().distinct().count(), "field " + Integer.toHexString(field));
        }
        assertTrue(operations.stream().allMatch(VmxOperation::succeeded));
        assertEquals(1, operations.stream().filter(o -> o.mnemonic().equals("VMXON") && o.cpu() == 3).count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-64", "protected-32"})
    void aChangedEptReachesTheOtherProcessorAtItsNextExit(String host) {
        Both setup = Both.setup(host).code("""
                mov eax, [0x6000]       // now it is cached
                mov dword [0x5000], 1
            wait:
                cmp dword [0x5004], 1
                jne wait
                invd
                mov ebx, [0x6000]
                vmcall
                """).declare("""
                guest code Second at 0x3_0000 bits 32 {
                    cmp dword [0x5000], 1
                    jne Second
                    cpuid
                    mov dword [0x5004], 1
                    vmcall
                }
                guest data Old at 0x6000 { dwords 0xAAAA }
                guest data New at 0x7000 { dwords 0xBBBB }
                vmcs Other extends Guest { guest { rip = Second } }
                """).on("on Other exit cpuid { All.map(Old, rwx, New) skip }\non exit vmcall { stop }\non Guest exit invd { skip }")
                .expect("expect Guest at vmcall eax == 0xAAAA, ebx == 0xBBBB");
        SetupRun.ofText(setup.text().replace("on Guest exit vmcall { stop }", "").replace("run Guest", "run Guest, Other"))
                .assertExpectations();
    }

    @Test
    void aProcessorThatDoesNotExistIsNamed(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("two.hv"), two("long-64").text().replace("run Guest", "run Guest, Other"));
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Machine machine = Machine.builder().cpus(1).serial(log::write).build();
        machine.load(Setups.compile(file, CompileOptions.DEFAULT).image().orElseThrow(), "");
        StopReason end = machine.run(StopCondition.NONE.withMaxInstructions(20_000_000));
        assertEquals("vmcsmith: a processor does not start; there is none with this local APIC ID: 0x1\n", log.toString());
        assertEquals(2, ((StopReason.DebugExit) end).value());
    }

    @Test
    void likeHostIsLikeTheHostOfItsOwnProcessor() {
        String text = Both.setup("long-64").declare("""
                guest code First at 0x3_0000 bits 64 { sgdt [0x5000]
                    str eax
                    vmcall
                }
                guest code Second at 0x3_1000 bits 64 { sgdt [0x5010]
                    str eax
                    vmcall
                }
                vmcs One { guest like-host { rip = First rsp = 0x9_0000 } }
                vmcs Two extends One { guest { rip = Second } }
                """).text().replaceAll("on Guest exit vmcall \\{ stop }", "on exit vmcall { log \"{guest.gdtr.base == host.gdtr.base} "
                        + "{guest.tr.base == host.tr.base} {guest.cr3 == host.cr3} {eax}\" stop }").replace("run Guest", "run One, Two");
        SetupRun run = SetupRun.ofText(text);
        run.assertExpectations();
        assertEquals("1 1 1 24\n1 1 1 24\n", run.log());
    }
}
