// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.Bitmaps.Bitmap;
import dev.vmcsmith.dap.protocol.Bitmaps.Entry;
import dev.vmcsmith.dap.protocol.Bitmaps.Kind;
import dev.vmcsmith.dap.protocol.Bitmaps;
import dev.vmcsmith.dap.protocol.BitmapsArguments;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.x86.Msr;
import dev.vmcsmith.x86.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Decodes the bitmaps of a VMCS into what exits (SDM "VM-Execution Control Fields"). */
final class BitmapDecoder {
    private static final String NO_VMCS = "This processor has no current VMCS.";
    private static final int PAGE = 4096;
    private static final int MSRS = 0x2000;
    private static final int HIGH_MSRS = 0xC000_0000;
    private static final int VECTORS = 256;
    private static final int EXCEPTIONS = 32;

    private final Debuggee debuggee;

    BitmapDecoder(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    Bitmaps decode(BitmapsArguments arguments) {
        Optional<CurrentVmcs> vmcs = debuggee.vmcsCatalog().find(debuggee.cpuOf(arguments.threadId()), arguments.vmcs());
        if (vmcs.isEmpty()) {
            return new Bitmaps(null, NO_VMCS, List.of(), debuggee.now());
        }
        VmcsView view = vmcs.get().view();
        List<Bitmap> bitmaps = new ArrayList<>(List.of(exceptions(view), msrs(vmcs.get()), ports(vmcs.get())));
        if (view.known(VmcsField.VMREAD_BITMAP_ADDRESS)) {
            bitmaps.add(fields(vmcs.get(), Kind.VMREAD, VmcsField.VMREAD_BITMAP_ADDRESS));
            bitmaps.add(fields(vmcs.get(), Kind.VMWRITE, VmcsField.VMWRITE_BITMAP_ADDRESS));
        }
        if (view.known(VmcsField.EOI_EXIT_BITMAP_0)) {
            bitmaps.add(eoi(vmcs.get()));
        }
        if (view.known(VmcsField.XSS_EXITING_BITMAP)) {
            bitmaps.add(field(vmcs.get(), Kind.XSS, "XSS-exiting bitmap", VmcsField.XSS_EXITING_BITMAP, ControlBit.ENABLE_XSAVES_XRSTORS,
                    "XSAVES and XRSTORS exit for a component of this bitmap that the guest asks for and that IA32_XSS enables."));
        }
        if (view.known(VmcsField.ENCLS_EXITING_BITMAP)) {
            bitmaps.add(field(vmcs.get(), Kind.ENCLS, "ENCLS-exiting bitmap", VmcsField.ENCLS_EXITING_BITMAP,
                    ControlBit.ENABLE_ENCLS_EXITING, "ENCLS exits for the leaf functions listed."));
        }
        return new Bitmaps(vmcs.get().address(), null, bitmaps, debuggee.now());
    }

    private static boolean primary(VmcsView view, ControlBit bit) {
        return bit.in(view.value(VmcsField.PRIMARY_CONTROLS));
    }

    private byte[] bytes(long address, int count) {
        byte[] bytes = new byte[count];
        debuggee.machine().memory().read(address, bytes, 0, count);
        return bytes;
    }

    private static boolean bit(byte[] bitmap, int index) {
        return (bitmap[index >>> 3] >>> (index & 7) & 1) != 0;
    }

    // --- the bitmaps -------------------------------------------------------------------------------------------------------

    private Bitmap exceptions(VmcsView view) {
        long bits = view.value(VmcsField.EXCEPTION_BITMAP);
        long mask = view.value(VmcsField.PAGE_FAULT_ERROR_CODE_MASK);
        long match = view.value(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH);
        boolean listed = (bits >>> Vector.PF & 1) != 0;
        String condition = String.format("its error code ANDed with 0x%x is %s0x%x", mask, listed ? "" : "not ", match);
        return new Bitmap(Kind.EXCEPTION, "Exception bitmap", true, "The exceptions listed exit; #PF exits when " + condition + ".", null,
                entries(EXCEPTIONS, 0, index -> (bits >>> index & 1) != 0, Vector::name, ""));
    }

    private Bitmap msrs(CurrentVmcs vmcs) {
        if (!primary(vmcs.view(), ControlBit.USE_MSR_BITMAPS)) {
            return new Bitmap(Kind.MSR, "MSR bitmap", false, "Every RDMSR and WRMSR exits, because use-msr-bitmaps is 0.", null, List.of());
        }
        long address = vmcs.view().value(VmcsField.MSR_BITMAP_ADDRESS);
        byte[] bitmap = bytes(address, PAGE);
        List<Entry> entries = new ArrayList<>(msrs(bitmap, 0, 0));
        entries.addAll(msrs(bitmap, MSRS, HIGH_MSRS));
        return new Bitmap(Kind.MSR, "MSR bitmap", true, "The accesses listed exit, and all to MSRs outside 0 to 0x1fff and 0xc0000000 to"
                + " 0xc0001fff.", address, entries);
    }

    /** One half of the MSR bitmap: reads at {@code half} bits, writes 2 KBytes further; neighbours with the same access are merged. */
    private static List<Entry> msrs(byte[] bitmap, int half, int base) {
        List<Entry> entries = new ArrayList<>();
        IntFunction<String> access = index -> (bit(bitmap, half + index) ? "r" : "") + (bit(bitmap, 2 * MSRS + half + index) ? "w" : "");
        for (int i = 0; i < MSRS;) {
            String here = access.apply(i);
            int start = i++;
            while (i < MSRS && access.apply(i).equals(here)) {
                i++;
            }
            if (!here.isEmpty()) {
                entries.add(entry(base + start & 0xFFFF_FFFFL, base + i - 1 & 0xFFFF_FFFFL, Msr.name(base + start), here));
            }
        }
        return entries;
    }

    private Bitmap ports(CurrentVmcs vmcs) {
        if (!primary(vmcs.view(), ControlBit.USE_IO_BITMAPS)) {
            boolean all = primary(vmcs.view(), ControlBit.UNCONDITIONAL_IO_EXITING);
            return new Bitmap(Kind.IO, "I/O bitmaps", false, all ? "Every I/O instruction exits, because unconditional-io-exiting is 1."
                    : "No I/O instruction exits, because use-io-bitmaps and unconditional-io-exiting are 0.", null, List.of());
        }
        byte[] low = bytes(vmcs.view().value(VmcsField.IO_BITMAP_A_ADDRESS), PAGE);
        byte[] high = bytes(vmcs.view().value(VmcsField.IO_BITMAP_B_ADDRESS), PAGE);
        int half = 8 * PAGE;
        return new Bitmap(Kind.IO, "I/O bitmaps", true, "An access exits when it touches a port listed, or wraps around port 0xffff.",
                vmcs.view().value(VmcsField.IO_BITMAP_A_ADDRESS),
                entries(2 * half, 0, port -> port < half ? bit(low, port) : bit(high, port - half), Ports::name, "rw"));
    }

    private Bitmap fields(CurrentVmcs vmcs, Kind kind, VmcsField pointer) {
        String name = kind + " bitmap";
        if (!EptMaps.secondary(vmcs, ControlBit.VMCS_SHADOWING)) {
            return new Bitmap(kind, name, false, "Every " + kind + " of the guest exits, because vmcs-shadowing is 0.", null, List.of());
        }
        long address = vmcs.view().value(pointer);
        byte[] bitmap = bytes(address, PAGE);
        return new Bitmap(kind, name, true, kind + " of the fields listed exits, and of encodings above 0x7fff.", address,
                entries(8 * PAGE, 0, index -> bit(bitmap, index), index -> {
                    VmcsField field = VmcsField.byEncoding(index);
                    return field == null ? null : field.sdmName();
                }, ""));
    }

    private Bitmap eoi(CurrentVmcs vmcs) {
        VmcsField[] parts = {VmcsField.EOI_EXIT_BITMAP_0, VmcsField.EOI_EXIT_BITMAP_1, VmcsField.EOI_EXIT_BITMAP_2,
            VmcsField.EOI_EXIT_BITMAP_3};
        boolean used = EptMaps.secondary(vmcs, ControlBit.VIRTUAL_INTERRUPT_DELIVERY);
        return new Bitmap(Kind.EOI_EXIT, "EOI-exit bitmap", used, used ? "The EOI of the vectors listed exits."
                : "No EOI exits by this bitmap, because virtual-interrupt-delivery is 0.", null, !used ? List.of()
                        : entries(VECTORS, 0, v -> (vmcs.view().value(parts[v >>> 6]) >>> (v & 63) & 1) != 0, v -> "vector " + v, ""));
    }

    private static Bitmap field(CurrentVmcs vmcs, Kind kind, String name, VmcsField field, ControlBit control, String rule) {
        boolean used = EptMaps.secondary(vmcs, control);
        long bits = vmcs.view().value(field);
        return new Bitmap(kind, name, used, used ? rule : "Not used, because " + control.hvName() + " is 0.", null, !used ? List.of()
                : entries(Long.SIZE, 0, index -> (bits >>> index & 1) != 0, index -> null, ""));
    }

    // --- runs of bits ------------------------------------------------------------------------------------------------------

    private static List<Entry> entries(int count, long base, IntPredicate set, IntFunction<String> name, String access) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (set.test(i)) {
                int start = i;
                while (i + 1 < count && set.test(i + 1)) {
                    i++;
                }
                entries.add(entry(base + start, base + i, name.apply(start), access));
            }
        }
        return entries;
    }

    private static Entry entry(long first, long last, String name, String access) {
        return new Entry(first, last, first == last ? name : null, access);
    }
}
