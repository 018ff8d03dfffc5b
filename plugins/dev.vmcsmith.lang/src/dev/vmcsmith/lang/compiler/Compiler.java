// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.Expectations;
import dev.vmcsmith.image.LineTable;
import dev.vmcsmith.image.MultibootHeader;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.plan.EptPlan;
import dev.vmcsmith.lang.plan.GuestBlock;
import dev.vmcsmith.lang.plan.ImageSymbols;
import dev.vmcsmith.lang.plan.ProcessorPlan;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.AssemblySource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compiles a setup without errors to an image that a multiboot loader starts. */
public final class Compiler {
    private static final int STACK = 16 << 10;
    /** Tables that handlers can split large pages with. */
    private static final int EPT_POOL = 32 << 12;
    private static final int[] SERIAL_PORTS = {0x3F8, 0x2F8, 0x3E8, 0x2E8};

    private final SetupPlan plan;
    private final String name;
    private final String file;
    private final boolean is64;
    private final ImageLayout layout = new ImageLayout();
    private final Map<EptPlan, EptTables> epts = new LinkedHashMap<>();
    private final Map<String, Long> symbols = new HashMap<>();

    /**
     * @param name for the image
     * @param file the setup's file, as line table and expectations are to name it
     */
    public Compiler(SetupPlan plan, String name, String file) {
        this.plan = plan;
        this.name = name;
        this.file = file;
        this.is64 = plan.isLongHost();
    }

    /**
     * @return empty when the machine's memory has no room of {@link #size} bytes beside the guest
     * @throws IllegalStateException when the runtime itself does not assemble: a mistake in this bundle
     */
    public Optional<BootImage> compile() {
        reserve();
        Optional<BootImage> image = Optional.empty();
        while (layout.place(plan)) {
            image = assemble();
            if (image.isPresent()) {
                break;
            }
        }
        return image;
    }

    /** Empty when the code does not fit into the room that the layout has for it; the next one has enough. */
    private Optional<BootImage> assemble() {
        defineSymbols();
        AsmText generated = new AsmText(plan.setup().eResource(), file);
        ValueCode values = ValueCode.of(is64, generated);
        HandlerCode handlers = new HandlerCode(generated, values, plan);
        new LifecycleCode(generated, values, plan).write(eptCapabilities());
        plan.used().forEach(vmcs -> handlers.write(vmcs, plan.handlers().stream().filter(handler -> isFor(handler, vmcs)).toList()));
        plan.functions().forEach(handlers::write);
        guestMemoryList(generated);
        Runtime runtime = new Runtime(is64, plan.processors().size() > 1);
        Assembly code = new Assembler().assemble(new AssemblySource(runtime.text() + runtime.translate(generated.toString()), null,
                layout.code(), 32, symbols::get));
        if (!code.ok()) {
            throw new IllegalStateException("the runtime does not assemble: " + code.problems().getFirst());
        }
        return layout.holds(code.bytes().length) ? Optional.of(image(code, generated, handlers)) : Optional.empty();
    }

    /** Bytes of memory, in one piece, that the hypervisor takes; known after {@link #compile}. */
    public long size() {
        return layout.size();
    }

    private static boolean isFor(ExitHandler handler, VmcsPlan vmcs) {
        return handler.getVmcs() == null || handler.getVmcs() == vmcs.origin();
    }

    // ---- places --------------------------------------------------------------------------------------------------------------------

    private void reserve() {
        for (EptPlan ept : plan.epts()) {
            EptTables tables = new EptTables(ept, plan.machine().cpu().capabilities());
            epts.put(ept, tables);
            layout.reserve(tablesName(ept), tables.size());
        }
        for (GuestBlock block : plan.memory()) {
            layout.reserve(copyName(block), block.bytes().length);
        }
        layout.zeros("host_pml4", 4096);
        layout.zeros("host_pdpt", 4096);
        layout.zeros("host_directories", 4 * 4096);
        plan.processors().forEach(processor -> layout.zeros(processor.symbol("vmxon_region"), 4096));
        for (VmcsPlan used : plan.used()) {
            layout.zeros(used.symbol("vmcs_region"), 4096);
            used.areas().values().forEach(area -> layout.reserve(area.symbol(), area.size()));
        }
        layout.zeros("ept_pool", EPT_POOL);
        layout.zeros("idt", 32 * 16);
        for (ProcessorPlan processor : plan.processors()) {
            layout.zeros(processor.symbol("tss"), 0x68);
            layout.zeros(processor.symbol("boot_stack"), STACK);
            layout.zeros(processor.symbol("host_stack"), STACK);
        }
    }

    private void defineSymbols() {
        layout.symbols().forEach(symbol -> symbols.put(symbol.name(), symbol.address()));
        for (ProcessorPlan processor : plan.processors()) {
            symbols.put(processor.symbol("boot_stack_top"), layout.address(processor.symbol("boot_stack")) + STACK);
            symbols.put(processor.symbol("host_stack_top"), layout.address(processor.symbol("host_stack")) + STACK);
        }
        symbols.put("SERIAL_PORT", (long) SERIAL_PORTS[plan.machine().config().serial().charAt(3) - '1']);
        epts.forEach((ept, tables) -> symbols.put(ImageSymbols.eptPointer(ept), tables.pointer(layout.address(tablesName(ept)))));
        symbols.put("ept_pool_end", layout.address("ept_pool") + EPT_POOL);
        symbols.put("idt_limit", is64 ? 32 * 16 - 1L : 32 * 8 - 1L);
    }

    private static String tablesName(EptPlan ept) {
        return ImageSymbols.eptTables(ept);
    }

    private static String copyName(GuestBlock block) {
        return "guest_memory_" + ImageSymbols.label(block.name());
    }

    private long eptCapabilities() {
        long needed = 0;
        for (EptTables tables : epts.values()) {
            needed |= tables.capabilities();
        }
        if (plan.used().stream().anyMatch(used -> used.has(ControlBit.ENABLE_VPID))) {
            needed |= 1L << EptVpidCapability.INVVPID.bit() | 1L << EptVpidCapability.INVVPID_SINGLE_CONTEXT.bit();
        }
        if (!epts.isEmpty()) {
            needed |= 1L << EptVpidCapability.INVEPT.bit() | 1L << EptVpidCapability.INVEPT_SINGLE_CONTEXT.bit();
            needed |= plan.processors().size() > 1 ? 1L << EptVpidCapability.INVEPT_ALL_CONTEXT.bit() : 0;
        }
        return needed;
    }

    /** What {@code place_guest_memory} copies; guest memory that the EPT does not map has no place. */
    private void guestMemoryList(AsmText out) {
        out.data("align 8").data("guest_memory_list:");
        for (GuestMemory.Piece piece : GuestMemory.pieces(plan)) {
            out.data("dq " + copyName(piece.block()) + ", " + AsmText.hex(piece.host()) + ", " + piece.block().bytes().length);
        }
        out.data("dq 0, 0, 0");
    }

    // ---- image ---------------------------------------------------------------------------------------------------------------------

    /** Guest code is loaded where the hypervisor copies it from, and linked for where the guest runs it. */
    private BootImage image(Assembly code, AsmText text, HandlerCode handlers) {
        int all = Segment.READ | Segment.WRITE | Segment.EXECUTE;
        BootImage.Builder image = BootImage.builder(name, 32).entry(code.labels().get("start"));
        image.segment(Segment.of(".multiboot", layout.base(), MultibootHeader.encode(MultibootHeader.PAGE_ALIGN
                | MultibootHeader.MEMORY_INFO),
                Segment.READ));
        epts.forEach((ept, tables) -> {
            long address = layout.address(tablesName(ept));
            image.segment(Segment.of(".ept." + ept.name(), address, tables.bytes(address), Segment.READ | Segment.WRITE));
        });
        for (GuestBlock block : plan.memory()) {
            if (block.bytes().length > 0) {
                image.segment(new Segment(".guest." + block.name(), layout.address(copyName(block)), block.address(), block.bytes(),
                        block.bytes().length, Segment.READ | Segment.EXECUTE));
            }
        }
        for (VmcsPlan.Area area : plan.used().stream().flatMap(used -> used.areas().values().stream()).toList()) {
            image.segment(Segment.of('.' + area.symbol(), layout.address(area.symbol()), content(area), Segment.READ | Segment.WRITE));
        }
        image.segment(layout.zeroSegment());
        image.segment(Segment.of(".text", layout.code(), code.bytes(), all));
        DebugTables debug = new DebugTables(plan, text, code, handlers.symbols());
        return image.symbols(new SymbolTable(debug.symbols(layout.symbols()))).lines(new LineTable(debug.lines()))
                .machine(plan.machine().config()).expectations(new Expectations(expectations())).build();
    }

    private byte[] content(VmcsPlan.Area area) {
        if (area.bytes() != null) {
            return area.bytes();
        }
        ByteBuffer out = ByteBuffer.allocate(area.size()).order(ByteOrder.LITTLE_ENDIAN);
        area.pointers().forEach(pointer -> out.putLong(symbols.get(pointer)));
        return out.array();
    }

    private List<Expectations.Clause> expectations() {
        return ExpectationClauses.of(plan, file, layout);
    }
}
