// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import dev.vmcsmith.lang.plan.EptPlanner;
import dev.vmcsmith.lang.plan.MachinePlanner;
import dev.vmcsmith.lang.plan.PageTablesPlanner;
import dev.vmcsmith.lang.plan.Presets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The words of the language that are not names of the SDM, each with a sentence on what it means. */
public final class Vocabulary {
    /** Guest-state presets. */
    public static final List<String> PRESETS = Presets.names();
    /** Modes of the hypervisor itself. */
    public static final List<String> HOST_MODES = MachinePlanner.HOST_MODES;
    public static final List<String> SERIAL_PORTS = MachinePlanner.SERIAL_PORTS;
    public static final List<String> MEMORY_TYPES = EptPlanner.MEMORY_TYPES;
    /** Kinds of the guest's own page tables. */
    public static final List<String> PAGING_MODES = PageTablesPlanner.MODES;
    /** What may follow the colon of a value in a text. */
    public static final List<String> FORMATS = List.of("x", "d");

    private static final Map<String, String> TEXTS = new HashMap<>();

    static {
        TEXTS.put("machine", "The machine the setup runs on: cpu, memory, serial, host");
        TEXTS.put("cpu", "CPU profile: by name, or the path of a profile file");
        TEXTS.put("memory", "Size of physical memory, for example 64 MiB");
        TEXTS.put("serial", "The port that log writes to");
        TEXTS.put("host", "In machine: the mode of the hypervisor. In a vmcs: host-state fields that differ from what is derived");
        TEXTS.put("const", "A name for a number");
        TEXTS.put("guest", "guest code and guest file put bytes into the guest's memory; in a vmcs, guest gives the guest-state area");
        TEXTS.put("code", "Assembly at a guest-physical address");
        TEXTS.put("file", "The content of a file at a guest-physical address");
        TEXTS.put("ept", "Extended page tables: what guest-physical addresses mean; in a vmcs, the tables it uses");
        TEXTS.put("map", "A range of guest-physical addresses and where it leads");
        TEXTS.put("identity", "Every address leads to itself");
        TEXTS.put("none", "Not mapped: every access is an EPT violation");
        TEXTS.put("vmcs", "One virtual-machine control structure");
        TEXTS.put("pin-based", "Pin-based VM-execution controls");
        TEXTS.put("primary", "Primary processor-based VM-execution controls");
        TEXTS.put("secondary", "Secondary processor-based VM-execution controls");
        TEXTS.put("entry", "VM-entry controls");
        TEXTS.put("exceptions", "The exceptions that cause VM exits: the exception bitmap");
        TEXTS.put("vpid", "Virtual-processor identifier, from 1");
        TEXTS.put("field", "A VMCS field by its encoding, for fields the catalogue does not know");
        TEXTS.put("on", "What the hypervisor does at a VM exit");
        TEXTS.put("exit", "The exit reason handled; in a vmcs, the VM-exit controls");
        TEXTS.put("when", "The handler runs only while this holds");
        TEXTS.put("emulate", "Perform the instruction for the guest and move RIP past it");
        TEXTS.put("skip", "Move RIP past the instruction that caused the exit");
        TEXTS.put("inject", "Deliver an exception to the guest at the next VM entry");
        TEXTS.put("log", "Write a line to the serial port; {name:x} inserts a value");
        TEXTS.put("panic", "Report and stop: something that must not happen");
        TEXTS.put("stop", "Leave VMX operation: VMCLEAR, VMXOFF");
        TEXTS.put("run", "Launch this VMCS, and what must come of it");
        TEXTS.put("expect", "What the run must show to be good");
        TEXTS.put("exits", "Exactly these VM exits, in this order");
        TEXTS.put("count", "How many VM exits of a reason");
        TEXTS.put("contains", "The log holds this text");
        TEXTS.put("page", "page tables make the guest's own paging structures; page(address) is the page that holds an address");
        TEXTS.put("tables", "The guest's own paging structures");
        TEXTS.put("msr-bitmap", "MSR accesses that make a VM exit: read or write, and the MSR or a range");
        TEXTS.put("io-bitmap", "I/O ports that make a VM exit");
        TEXTS.put("read", "RDMSR of these MSRs exits");
        TEXTS.put("write", "WRMSR of these MSRs exits");
        TEXTS.put("else", "What happens when the condition does not hold");
        TEXTS.put("if", "Statements that are executed only under a condition");
        TEXTS.put("sizeof", "Size in bytes of guest code or a file");
        TEXTS.put("walk", "Levels of the tables: 4, or 5 where the processor has them");
        TEXTS.put("memory-type", "How the processor caches the tables themselves, and pages that name no type");
        TEXTS.put("accessed-dirty", "The processor sets accessed and dirty bits in the tables");
        TEXTS.put("var", "A variable that handlers keep from one exit to the next");
        TEXTS.put("let", "A name for a value in the rest of its block");
        TEXTS.put("while", "Statements that are repeated while a condition holds");
        TEXTS.put("real-16", "Real-address mode: segments of 64 KiB, no paging. Needs unrestricted-guest");
        TEXTS.put("protected-32", "32-bit protected mode with flat segments and no paging");
        TEXTS.put("protected-32-paged", "32-bit protected mode with 32-bit paging");
        TEXTS.put("pae-32", "32-bit protected mode with PAE paging");
        TEXTS.put("long-64", "64-bit mode with 4-level paging");
        TEXTS.put("like-host", "The state of the hypervisor itself at VM entry");
        TEXTS.put("com1", "Serial port at I/O ports 0x3F8 to 0x3FF");
        TEXTS.put("com2", "Serial port at I/O ports 0x2F8 to 0x2FF");
        TEXTS.put("com3", "Serial port at I/O ports 0x3E8 to 0x3EF");
        TEXTS.put("com4", "Serial port at I/O ports 0x2E8 to 0x2EF");
        TEXTS.put("WB", "Write-back: the usual type of memory");
        TEXTS.put("UC", "Uncacheable: for device registers");
        TEXTS.put("WC", "Write-combining: for frame buffers");
        TEXTS.put("WT", "Write-through");
        TEXTS.put("WP", "Write-protected");
        TEXTS.put("legacy", "32-bit paging: two levels, pages of 4 KiB and 4 MiB");
        TEXTS.put("pae", "PAE paging: three levels, pages of 4 KiB and 2 MiB");
        TEXTS.put("long", "4-level paging of 64-bit mode");
        TEXTS.put("x", "hexadecimal");
        TEXTS.put("d", "decimal");
        TEXTS.put("other", "Every exit that no other handler takes");
    }

    private Vocabulary() {
    }

    /** What a word means; null when it needs no explanation. */
    public static Facts of(String word) {
        String text = TEXTS.get(word);
        return text == null ? null : Facts.of(word, text);
    }
}
