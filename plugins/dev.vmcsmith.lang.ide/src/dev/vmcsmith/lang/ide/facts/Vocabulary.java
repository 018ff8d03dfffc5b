// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import java.util.LinkedHashMap;
import java.util.Map;

/** The words of the language that are neither keywords nor names of the SDM, each with what it means. */
public final class Vocabulary {
    /** Guest-state presets. */
    public static final Map<String, String> PRESETS = new LinkedHashMap<>();
    /** Modes of the hypervisor itself. */
    public static final Map<String, String> HOST_MODES = new LinkedHashMap<>();
    public static final Map<String, String> SERIAL_PORTS = new LinkedHashMap<>();
    public static final Map<String, String> MEMORY_TYPES = new LinkedHashMap<>();
    /** Keywords whose meaning is worth a sentence. */
    public static final Map<String, String> KEYWORDS = new LinkedHashMap<>();
    /** What may follow the colon of a value in a text. */
    public static final Map<String, String> FORMATS = new LinkedHashMap<>();

    static {
        PRESETS.put("real-16", "Real-address mode: segments of 64 KiB, no paging. Needs unrestricted-guest");
        PRESETS.put("protected-32", "32-bit protected mode: flat segments, no paging. Needs unrestricted-guest");
        PRESETS.put("protected-32-paged", "32-bit protected mode with 32-bit paging");
        PRESETS.put("pae-32", "32-bit protected mode with PAE paging");
        PRESETS.put("long-64", "64-bit mode with 4-level paging");
        PRESETS.put("like-host", "The state of the hypervisor itself at VM entry");
        HOST_MODES.put("long-64", "The hypervisor runs in 64-bit mode");
        HOST_MODES.put("protected-32", "The hypervisor runs in 32-bit protected mode with paging");
        SERIAL_PORTS.put("com1", "I/O ports 0x3F8 to 0x3FF");
        SERIAL_PORTS.put("com2", "I/O ports 0x2F8 to 0x2FF");
        MEMORY_TYPES.put("WB", "Write-back: the usual type of memory");
        MEMORY_TYPES.put("UC", "Uncacheable: for device registers");
        MEMORY_TYPES.put("WC", "Write-combining: for frame buffers");
        MEMORY_TYPES.put("WT", "Write-through");
        MEMORY_TYPES.put("WP", "Write-protected");
        KEYWORDS.put("machine", "The machine the setup runs on: cpu, memory, serial, host");
        KEYWORDS.put("cpu", "CPU profile: by name, or the path of a profile file");
        KEYWORDS.put("memory", "Size of physical memory, for example 64 MiB");
        KEYWORDS.put("serial", "The port that log writes to");
        KEYWORDS.put("host", "In machine: the mode of the hypervisor. In a vmcs: host-state fields that differ from what is derived");
        KEYWORDS.put("const", "A name for a number");
        KEYWORDS.put("guest", "guest code and guest file put bytes into the guest's memory; in a vmcs, guest gives the guest-state area");
        KEYWORDS.put("code", "Assembly at a guest-physical address");
        KEYWORDS.put("file", "The content of a file at a guest-physical address");
        KEYWORDS.put("ept", "Extended page tables: what guest-physical addresses mean; in a vmcs, the tables it uses");
        KEYWORDS.put("map", "A range of guest-physical addresses and where it leads");
        KEYWORDS.put("identity", "Every address leads to itself");
        KEYWORDS.put("none", "Not mapped: every access is an EPT violation");
        KEYWORDS.put("vmcs", "One virtual-machine control structure");
        KEYWORDS.put("pin-based", "Pin-based VM-execution controls");
        KEYWORDS.put("primary", "Primary processor-based VM-execution controls");
        KEYWORDS.put("secondary", "Secondary processor-based VM-execution controls");
        KEYWORDS.put("entry", "VM-entry controls");
        KEYWORDS.put("exceptions", "The exceptions that cause VM exits: the exception bitmap");
        KEYWORDS.put("vpid", "Virtual-processor identifier, from 1");
        KEYWORDS.put("field", "A VMCS field by its encoding, for fields the catalogue does not know");
        KEYWORDS.put("on", "What the hypervisor does at a VM exit");
        KEYWORDS.put("exit", "The exit reason handled; in a vmcs, the VM-exit controls");
        KEYWORDS.put("when", "The handler runs only while this holds");
        KEYWORDS.put("emulate", "Perform the instruction for the guest and move RIP past it");
        KEYWORDS.put("skip", "Move RIP past the instruction that caused the exit");
        KEYWORDS.put("inject", "Deliver an exception to the guest at the next VM entry");
        KEYWORDS.put("log", "Write a line to the serial port; {name:x} inserts a value");
        KEYWORDS.put("panic", "Report and stop: something that must not happen");
        KEYWORDS.put("stop", "Leave VMX operation: VMCLEAR, VMXOFF");
        KEYWORDS.put("run", "Launch this VMCS, and what must come of it");
        KEYWORDS.put("expect", "What the run must show to be good");
        KEYWORDS.put("exits", "Exactly these VM exits, in this order");
        KEYWORDS.put("count", "How many VM exits of a reason");
        KEYWORDS.put("contains", "The log holds this text");
        FORMATS.put("x", "hexadecimal");
        FORMATS.put("d", "decimal");
    }

    private Vocabulary() {
    }
}
