// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.FpuState;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The registers as gdb numbers them, and the target description that says so. The instruction pointer is the linear address of the next
 * instruction, so that breakpoints and disassembly are right in segmented code too.
 */
final class GdbRegisters {
    private static final String[] SEGMENTS = {"cs", "ss", "ds", "es", "fs", "gs"};
    private static final Map<String, Integer> X87_WORDS = Map.of("fctrl", 0, "fstat", 1, "ftag", 2, "fiseg", 3, "fioff", 4, "foseg", 5,
            "fooff", 6, "fop", 7);

    /** Which of gdb's two architectures is described. */
    enum Architecture {
        I386("i386", 32), AMD64("i386:x86-64", 64);

        private final String gdbName;
        private final int bits;

        Architecture(String gdbName, int bits) {
            this.gdbName = gdbName;
            this.bits = bits;
        }

        int bits() {
            return bits;
        }

        static Architecture of(int bits) {
            return switch (bits) {
                case 32 -> I386;
                case 64 -> AMD64;
                default -> throw new RequestFailure("there are registers of 32- and of 64-bit mode: say 32 or 64");
            };
        }
    }

    /**
     * One register.
     *
     * @param name gdb's name
     * @param bits its width
     * @param type gdb's type
     * @param feature the feature of the description that it belongs to
     */
    private record Register(String name, int bits, String type, String feature) {
    }

    private final Architecture architecture;
    private final List<Register> registers = new ArrayList<>();

    GdbRegisters(Architecture architecture) {
        this.architecture = architecture;
        boolean wide = architecture == Architecture.AMD64;
        String core = "org.gnu.gdb.i386.core";
        String[] general = wide ? new String[] {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp"}
                : new String[] {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
        for (String name : general) {
            boolean pointer = name.endsWith("sp") || name.endsWith("bp");
            add(name, architecture.bits, pointer ? "data_ptr" : "int" + architecture.bits, core);
        }
        for (int i = 8; wide && i < 16; i++) {
            add("r" + i, 64, "int64", core);
        }
        add(wide ? "rip" : "eip", architecture.bits, "code_ptr", core);
        add("eflags", 32, "int32", core);
        for (String segment : SEGMENTS) {
            add(segment, 32, "int32", core);
        }
        for (int i = 0; i < 8; i++) {
            add("st" + i, 80, "i387_ext", core);
        }
        for (String word : new String[] {"fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop"}) {
            add(word, 32, "int", core);
        }
        for (int i = 0; i < (wide ? 16 : 8); i++) {
            add("xmm" + i, 128, "vec128", "org.gnu.gdb.i386.sse");
        }
        add("mxcsr", 32, "int32", "org.gnu.gdb.i386.sse");
        if (wide) {
            add("fs_base", 64, "int64", "org.gnu.gdb.i386.segments");
            add("gs_base", 64, "int64", "org.gnu.gdb.i386.segments");
        }
        for (String control : new String[] {"cr0", "cr2", "cr3", "cr4", "efer"}) {
            add(control, architecture.bits, "int" + architecture.bits, "dev.vmcsmith.system");
        }
    }

    private void add(String name, int bits, String type, String feature) {
        registers.add(new Register(name, bits, type, feature));
    }

    int count() {
        return registers.size();
    }

    /** The target description in XML. */
    String description() {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target><architecture>")
                .append(architecture.gdbName).append("</architecture>");
        String open = "";
        for (int i = 0; i < registers.size(); i++) {
            Register register = registers.get(i);
            if (!register.feature.equals(open)) {
                xml.append(open.isEmpty() ? "" : "</feature>").append("<feature name=\"").append(register.feature).append("\">");
                if (register.feature.endsWith(".sse")) {
                    xml.append("<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/><vector id=\"v2d\" type=\"ieee_double\" count=\"2\"/>")
                            .append("<vector id=\"v16i8\" type=\"int8\" count=\"16\"/><vector id=\"v8i16\" type=\"int16\" count=\"8\"/>")
                            .append("<vector id=\"v4i32\" type=\"int32\" count=\"4\"/><vector id=\"v2i64\" type=\"int64\" count=\"2\"/>")
                            .append("<union id=\"vec128\"><field name=\"v4_float\" type=\"v4f\"/><field name=\"v2_double\" type=\"v2d\"/>")
                            .append("<field name=\"v16_int8\" type=\"v16i8\"/><field name=\"v8_int16\" type=\"v8i16\"/>")
                            .append("<field name=\"v4_int32\" type=\"v4i32\"/><field name=\"v2_int64\" type=\"v2i64\"/>")
                            .append("<field name=\"uint128\" type=\"uint128\"/></union>");
                }
                open = register.feature;
            }
            xml.append("<reg name=\"").append(register.name).append("\" bitsize=\"").append(register.bits).append("\" type=\"")
                    .append(register.type).append("\" regnum=\"").append(i).append("\"/>");
        }
        return xml.append("</feature></target>").toString();
    }

    // --- values ------------------------------------------------------------------------------------------------------------

    /** All registers of a processor, as the packet {@code g} wants them. */
    String all(Cpu cpu) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < registers.size(); i++) {
            text.append(one(cpu, i));
        }
        return text.toString();
    }

    /** One register: its bytes, least significant first. */
    String one(Cpu cpu, int number) {
        Register register = registers.get(number);
        byte[] bytes = new byte[register.bits / 8];
        if (register.name.startsWith("xmm")) {
            int n = Integer.parseInt(register.name.substring(3));
            put(bytes, 0, 8, cpu.vector.xmm[2 * n]);
            put(bytes, 8, 8, cpu.vector.xmm[2 * n + 1]);
        } else if (register.name.startsWith("st")) {
            int physical = cpu.fpu.top() + Integer.parseInt(register.name.substring(2)) & 7;
            put(bytes, 0, 8, cpu.fpu.significand[physical]);
            put(bytes, 8, 2, cpu.fpu.signExponent[physical]);
        } else {
            put(bytes, 0, bytes.length, value(cpu, register.name));
        }
        return HexFormat.of().formatHex(bytes);
    }

    private static void put(byte[] bytes, int at, int count, long value) {
        for (int i = 0; i < count; i++) {
            bytes[at + i] = (byte) (i < 8 ? value >>> 8 * i : 0);
        }
    }

    private long value(Cpu cpu, String name) {
        if (X87_WORDS.containsKey(name)) {
            return x87(cpu.fpu, X87_WORDS.get(name));
        }
        LiveRegisters live = new LiveRegisters(cpu);
        return switch (name) {
            case "rip", "eip" -> Code.linearRip(cpu);
            case "mxcsr" -> cpu.vector.mxcsr;
            default -> live.get(liveName(name)).orElse(0);
        };
    }

    private static String liveName(String name) {
        return switch (name) {
            case "eflags" -> "rflags";
            case "efer" -> "ia32-efer";
            case "fs_base" -> "fs.base";
            case "gs_base" -> "gs.base";
            case "cs", "ss", "ds", "es", "fs", "gs" -> name + ".selector";
            default -> name.startsWith("e") ? "r" + name.substring(1) : name;
        };
    }

    private static long x87(FpuState fpu, int word) {
        return switch (word) {
            case 0 -> fpu.control;
            case 1 -> fpu.status;
            case 2 -> tags(fpu);
            case 3 -> fpu.instructionSelector;
            case 4 -> fpu.instructionPointer;
            case 5 -> fpu.dataSelector;
            case 6 -> fpu.dataPointer;
            default -> fpu.opcode;
        };
    }

    /** The full tag word: valid 0, zero 1, special 2, empty 3 (SDM "x87 FPU Tag Word"). */
    private static int tags(FpuState fpu) {
        int tags = 0;
        for (int i = 0; i < 8; i++) {
            int exponent = fpu.signExponent[i] & 0x7FFF;
            int tag = (fpu.inUse >>> i & 1) == 0 ? 3 : exponent == 0 && fpu.significand[i] == 0 ? 1
                    : exponent == 0 || exponent == 0x7FFF || fpu.significand[i] >= 0 ? 2 : 0;
            tags |= tag << 2 * i;
        }
        return tags;
    }

    /**
     * Changes a register.
     *
     * @throws RequestFailure when that is not possible
     */
    void set(Cpu cpu, int number, byte[] bytes) {
        Register register = registers.get(number);
        if (register.name.startsWith("xmm")) {
            int n = Integer.parseInt(register.name.substring(3));
            cpu.vector.xmm[2 * n] = number(bytes, 0, 8);
            cpu.vector.xmm[2 * n + 1] = number(bytes, 8, 8);
        } else if (register.name.startsWith("st")) {
            int physical = cpu.fpu.top() + Integer.parseInt(register.name.substring(2)) & 7;
            cpu.fpu.significand[physical] = number(bytes, 0, 8);
            cpu.fpu.signExponent[physical] = (int) number(bytes, 8, 2);
            cpu.fpu.inUse |= 1 << physical;
        } else {
            set(cpu, register.name, number(bytes, 0, Math.min(bytes.length, 8)));
        }
    }

    private void set(Cpu cpu, String name, long value) {
        if (value == value(cpu, name)) {
            return;
        }
        switch (name) {
            case "rip", "eip" -> new LiveRegisters(cpu).set("rip", value - (Code.linearRip(cpu) - cpu.rip));
            case "mxcsr" -> cpu.vector.mxcsr = (int) value;
            case "fctrl" -> cpu.fpu.control = (int) value;
            case "fstat" -> cpu.fpu.status = (int) value;
            case "ftag", "fiseg", "fioff", "foseg", "fooff", "fop" -> throw new RequestFailure(name + " cannot be changed");
            default -> new LiveRegisters(cpu).set(liveName(name), value);
        }
    }

    private static long number(byte[] bytes, int at, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | (at + i < bytes.length ? bytes[at + i] & 0xFF : 0);
        }
        return value;
    }

    /** Bytes of a register on the wire. */
    int bytes(int number) {
        return registers.get(number).bits / 8;
    }
}
