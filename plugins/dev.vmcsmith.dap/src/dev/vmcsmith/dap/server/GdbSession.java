// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.machine.cpu.Cpu;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;

/** Answers the packets of one gdb. The machine runs in a thread of its own meanwhile, and only an interrupt is taken then. */
final class GdbSession {
    private static final String ERROR = "E01";
    private static final String TARGET = "qXfer:features:read:target.xml:";

    /** How a conversation ended. */
    enum End { DETACHED, KILLED, EXITED, LOST }

    private final GdbTarget target;
    private final GdbConnection connection;
    private final GdbRegisters registers;
    private final GdbMonitor monitor;
    private int thread = 1;
    private volatile End end;

    GdbSession(GdbTarget target, GdbConnection connection) {
        this.target = target;
        this.connection = connection;
        this.registers = new GdbRegisters(target.architecture());
        this.monitor = new GdbMonitor(target);
    }

    /** Talks until gdb detaches, kills the program or goes, or the program has ended. */
    End serve() throws IOException {
        while (end == null) {
            String packet = connection.read();
            if (packet == null) {
                return end == null ? End.LOST : end;
            }
            if (packet.equals(GdbConnection.INTERRUPT)) {
                target.interrupt();
            } else {
                String answer = answer(packet);
                if (answer != null) {
                    connection.send(answer);
                }
                if (packet.equals("QStartNoAckMode")) {
                    connection.stopAcknowledging();
                }
            }
        }
        return end;
    }

    /** The answer; null when there is none now, because the machine runs. Empty text means "not supported". */
    private String answer(String packet) {
        try {
            return switch (packet.charAt(0)) {
                case '?' -> target.stopReply();
                case 'g' -> registers.all(cpu());
                case 'G' -> writeAll(packet.substring(1));
                case 'p' -> one(Integer.parseInt(packet.substring(1), 16));
                case 'P' -> write(packet.substring(1));
                case 'm' -> read(packet.substring(1));
                case 'M' -> write(packet.substring(1), true);
                case 'X' -> write(packet.substring(1), false);
                case 'Z' -> target.insert(packet.substring(1), cpu().id) ? "OK" : ERROR;
                case 'z' -> target.remove(packet.substring(1)) ? "OK" : ERROR;
                case 'c', 's', 'C', 'S' -> resume(Character.toLowerCase(packet.charAt(0)), thread);
                case 'b' -> reverse(packet);
                case 'H' -> select(packet.substring(2));
                case 'T' -> threadOf(packet.substring(1)) > 0 ? "OK" : ERROR;
                case 'D' -> finish(End.DETACHED, "OK");
                case 'k' -> finish(End.KILLED, null);
                case 'v' -> verbose(packet);
                case 'q', 'Q' -> query(packet);
                default -> "";
            };
        } catch (RequestFailure | NumberFormatException | IndexOutOfBoundsException e) {
            return ERROR;
        }
    }

    private String finish(End how, String answer) {
        end = how;
        return answer;
    }

    private Cpu cpu() {
        return target.debuggee().machine().cpu(thread - 1);
    }

    // --- registers and memory ----------------------------------------------------------------------------------------------

    private String one(int number) {
        return number < registers.count() ? registers.one(cpu(), number) : ERROR;
    }

    private String write(String text) {
        int equals = text.indexOf('=');
        int number = Integer.parseInt(text.substring(0, equals), 16);
        registers.set(cpu(), number, HexFormat.of().parseHex(text.substring(equals + 1)));
        target.changed();
        return "OK";
    }

    private String writeAll(String text) {
        byte[] bytes = HexFormat.of().parseHex(text);
        int at = 0;
        for (int i = 0; i < registers.count() && at < bytes.length; i++) {
            byte[] one = Arrays.copyOfRange(bytes, at, at + registers.bytes(i));
            if (!HexFormat.of().formatHex(one).equals(registers.one(cpu(), i))) {
                registers.set(cpu(), i, one);
            }
            at += one.length;
        }
        target.changed();
        return "OK";
    }

    private MemoryReference place(String address) {
        target.debuggee().focus(thread - 1);
        return new MemoryReference(MemorySpace.CURRENT, Long.parseUnsignedLong(address, 16));
    }

    private String read(String text) {
        String[] parts = text.split(",");
        int length = Math.min((int) Long.parseLong(parts[1], 16), GdbConnection.PACKET_SIZE / 2 - 4);
        byte[] bytes = target.debuggee().memory().readable(place(parts[0]), length);
        return bytes.length == 0 && length > 0 ? ERROR : HexFormat.of().formatHex(bytes);
    }

    private String write(String text, boolean hexadecimal) {
        int comma = text.indexOf(',');
        int colon = text.indexOf(':');
        int length = (int) Long.parseLong(text.substring(comma + 1, colon), 16);
        String data = text.substring(colon + 1);
        byte[] bytes = hexadecimal ? HexFormat.of().parseHex(data) : data.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length != length) {
            return ERROR;
        }
        int written = target.debuggee().memory().write(place(text.substring(0, comma)), bytes);
        if (length > 0) {
            target.changed();
        }
        return written == length ? "OK" : ERROR;
    }

    // --- running -----------------------------------------------------------------------------------------------------------

    private String resume(char action, int of) {
        return start(of, () -> action == 's' ? target.stepper().stepInstruction() : target.stepper().resume());
    }

    private String reverse(String packet) {
        return switch (packet) {
            case "bs" -> start(thread, () -> target.timeTravel().stepBackInstruction());
            case "bc" -> start(thread, () -> target.timeTravel().reverseContinue());
            default -> "";
        };
    }

    private String start(int of, Supplier<RunOutcome> run) {
        target.debuggee().focus(of - 1);
        target.start(run, this::stopped);
        return null;
    }

    /** Called by the machine's thread. */
    private void stopped(String reply, boolean ended) {
        try {
            if (!ended) {
                thread = target.debuggee().activeCpu().id + 1;
            } else {
                end = End.EXITED;
            }
            connection.send(reply);
            if (ended) {
                connection.close();
            }
        } catch (IOException e) {
            // gdb has gone: the reading thread notices.
        }
    }

    private String verbose(String packet) {
        if (packet.equals("vCont?")) {
            return "vCont;c;C;s;S";
        }
        if (packet.startsWith("vCont;")) {
            for (String action : packet.substring("vCont;".length()).split(";")) {
                int colon = action.indexOf(':');
                boolean step = Character.toLowerCase(action.charAt(0)) == 's';
                if (step || !packet.contains("s:") && !packet.contains("S")) {
                    int of = colon < 0 ? thread : threadOf(action.substring(colon + 1));
                    return resume(step ? 's' : 'c', of < 1 ? thread : of);
                }
            }
            return ERROR;
        }
        return packet.startsWith("vKill") ? finish(End.KILLED, "OK") : "";
    }

    // --- threads and queries -----------------------------------------------------------------------------------------------

    /** The number of a thread, 0 for "any", −1 when there is no such thread. */
    private int threadOf(String text) {
        if (text.equals("-1") || text.equals("0")) {
            return 0;
        }
        int number = Integer.parseInt(text, 16);
        return number <= target.debuggee().machine().cpus() ? number : -1;
    }

    private String select(String text) {
        int number = threadOf(text);
        if (number > 0) {
            thread = number;
            target.debuggee().focus(number - 1);
        }
        return number < 0 ? ERROR : "OK";
    }

    private String query(String packet) {
        if (packet.startsWith("qSupported")) {
            return "PacketSize=" + Integer.toHexString(GdbConnection.PACKET_SIZE) + ";QStartNoAckMode+;qXfer:features:read+;swbreak+;"
                    + "hwbreak+;vContSupported+" + (target.debuggee().timeline().exists() ? ";ReverseStep+;ReverseContinue+" : "");
        }
        if (packet.startsWith(TARGET)) {
            return part(registers.description(), packet.substring(TARGET.length()));
        }
        if (packet.startsWith("qRcmd,")) {
            String command = new String(HexFormat.of().parseHex(packet.substring("qRcmd,".length())), StandardCharsets.UTF_8);
            target.debuggee().focus(thread - 1);
            return HexFormat.of().formatHex(monitor.run(command).getBytes(StandardCharsets.UTF_8));
        }
        if (packet.startsWith("qThreadExtraInfo,")) {
            return HexFormat.of().formatHex(target.threadText(threadOf(packet.substring("qThreadExtraInfo,".length())) - 1)
                    .getBytes(StandardCharsets.UTF_8));
        }
        return switch (packet) {
            case "QStartNoAckMode" -> "OK";
            case "qC" -> "QC" + Integer.toHexString(thread);
            case "qAttached" -> "1";
            case "qfThreadInfo" -> threads();
            case "qsThreadInfo" -> "l";
            case "qSymbol::" -> "OK";
            default -> "";
        };
    }

    private String threads() {
        StringBuilder list = new StringBuilder("m");
        for (int i = 1; i <= target.debuggee().machine().cpus(); i++) {
            list.append(i == 1 ? "" : ",").append(Integer.toHexString(i));
        }
        return list.toString();
    }

    /** A window of a long text: {@code OFFSET,LENGTH} in hexadecimal. */
    private static String part(String text, String window) {
        String[] numbers = window.split(",");
        int offset = (int) HexLong.parse("0x" + numbers[0]);
        int length = (int) HexLong.parse("0x" + numbers[1]);
        if (offset >= text.length()) {
            return "l";
        }
        int stop = Math.min(text.length(), offset + length);
        return (stop == text.length() ? "l" : "m") + text.substring(offset, stop);
    }
}
