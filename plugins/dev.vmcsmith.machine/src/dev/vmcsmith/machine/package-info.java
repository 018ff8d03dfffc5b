// SPDX-License-Identifier: EPL-2.0
/**
 * The API of the machine: build one, load an image, run until a stop condition, step, inspect and change everything, observe, go back.
 * Never here: how an instruction, a page walk or a device works; that is in the packages below.
 *
 * <pre>{@code
 * Machine machine = Machine.builder().profile("skylake").memory(64 << 20).cpus(1).build();
 * machine.addObserver(new MachineObserver() {
 *     @Override
 *     public void onVmExit(VmExit exit) {
 *         System.out.println(exit.text());
 *     }
 * });
 * machine.load(image, "the command line");
 * Snapshot start = machine.snapshot();
 * StopReason reason = machine.run(StopCondition.NONE.withMaxInstructions(1_000_000));
 * System.out.println(reason.text() + "; RAX = " + machine.cpu(0).gpr[Cpu.RAX]);
 * machine.reverseTo(machine.instructionCount() - 1);
 * System.out.println(machine.walk(0, machine.cpu(0).rip, Access.FETCH).rights());
 * machine.restore(start);
 * }</pre>
 *
 * <h2>The platform</h2>
 * A PC without disk, display or PCI: RAM from 0 to 3 GiB and on from 4 GiB; COM1 to COM4 (16550A); characters at port 0xE9;
 * exit at 0xF4; fw_cfg at 0x510; two 8259; an 8254 that ticks as firmware leaves it; RTC and CMOS (IRQ 8); an I/O APIC at 0xFEC00000;
 * local APICs with x2APIC; reset at 0x92, 0xCF9 and 0x64, which ends the run; ACPI's timer, events and power-off at 0x600. What is absent
 * reads as ones. Of firmware there is what it leaves in memory: ACPI tables and the BIOS data area; a BIOS service says that it is not
 * supported.
 *
 * <p>NMIs come from software alone: an interrupt command, a redirection entry or a LINT entry with that delivery mode. There are no
 * SMIs and there is no system-management mode: an SMI message is ignored, RSM raises #UD, and no time is ever lost to firmware.
 *
 * <h2>Time and order</h2>
 * Each instruction takes one virtual nanosecond and one tick of the TSC; when all processors are halted, time goes on to the next timer.
 * Processors take turns of a thousand instructions. So a run depends on nothing but image, options, seed and input, and repeats exactly; a
 * snapshot forgets cached translations, and from it on the run is the same again after going back.
 *
 * <h2>Safety</h2>
 * Guests reach memory and devices of the machine and nothing of the computer: no file, no network. Every run ends with a {@link
 * dev.vmcsmith.machine.StopReason}. Host memory is allocated as pages are touched: their size and about 3 % for bookkeeping; besides at
 * most some 100 MiB of decoded code, as much again of JVM code for what runs often, some 2 MiB of translations per
 * processor, and what snapshots keep.
 */
package dev.vmcsmith.machine;
