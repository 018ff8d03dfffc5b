// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.memory;

import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.model.MachineTarget;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.core.runtime.Status;
import org.eclipse.debug.core.DebugEvent;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IMemoryBlockExtension;
import org.eclipse.debug.core.model.IMemoryBlockRetrieval;
import org.eclipse.debug.core.model.MemoryByte;
import org.eclipse.lsp4j.debug.ReadMemoryArguments;
import org.eclipse.lsp4j.debug.WriteMemoryArguments;

/** The whole of one address space, looked at from a base address on. Nothing is kept: every question is asked of the machine. */
public final class MachineMemoryBlock extends MachineElement implements IMemoryBlockExtension {

    private static final int PAGE = 4096;
    private static final int MOST_BYTES = 1 << 20;
    private static final int ADDRESS_BYTES = 8;
    private static final BigInteger LAST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final MemoryPlace place;
    private final long base;
    private final Set<Object> connections = ConcurrentHashMap.newKeySet();

    MachineMemoryBlock(MachineTarget machine, MemoryPlace place, long base) {
        super(machine);
        this.place = place;
        this.base = base;
    }

    /** What is monitored. */
    public MemoryPlace place() {
        return place;
    }

    @Override
    public String getExpression() {
        return place.toString();
    }

    @Override
    public BigInteger getBigBaseAddress() {
        return MachineMemory.unsigned(base);
    }

    @Override
    public BigInteger getMemoryBlockStartAddress() {
        return BigInteger.ZERO;
    }

    @Override
    public BigInteger getMemoryBlockEndAddress() {
        return LAST;
    }

    @Override
    public BigInteger getBigLength() {
        return LAST;
    }

    @Override
    public int getAddressSize() {
        return ADDRESS_BYTES;
    }

    @Override
    public int getAddressableSize() {
        return 1;
    }

    @Override
    public boolean supportBaseAddressModification() {
        return false;
    }

    @Override
    public void setBaseAddress(BigInteger address) throws DebugException {
        throw new DebugException(Status.error("Add another monitor for another address."));
    }

    /** The platform's renderings compare stops themselves. */
    @Override
    public boolean supportsChangeManagement() {
        return false;
    }

    @Override
    public boolean supportsValueModification() {
        return machine().isSuspended();
    }

    @Override
    public MemoryByte[] getBytesFromOffset(BigInteger offset, long units) throws DebugException {
        return getBytesFromAddress(getBigBaseAddress().add(offset), units);
    }

    @Override
    public MemoryByte[] getBytesFromAddress(BigInteger address, long units) throws DebugException {
        int count = (int) Math.min(units, MOST_BYTES);
        List<CompletableFuture<MemoryByte[]>> parts = new ArrayList<>();
        long at = address.longValue();
        for (int done = 0; done < count;) {
            int part = Math.min(count - done, PAGE - (int) (at + done & PAGE - 1));
            parts.add(read(at + done, part));
            done += part;
        }
        List<MemoryByte> bytes = new ArrayList<>(count);
        for (CompletableFuture<MemoryByte[]> part : parts) {
            bytes.addAll(Arrays.asList(await(part)));
        }
        return bytes.toArray(MemoryByte[]::new);
    }

    private CompletableFuture<MemoryByte[]> read(long address, int count) {
        ReadMemoryArguments arguments = new ReadMemoryArguments();
        arguments.setMemoryReference(place.reference(address));
        arguments.setCount(count);
        return machine().request(server -> server.readMemory(arguments)).thenApply(answer -> {
            byte[] data = answer.getData() == null ? new byte[0] : Base64.getDecoder().decode(answer.getData());
            MemoryByte[] bytes = new MemoryByte[count];
            for (int i = 0; i < count; i++) {
                bytes[i] = i < data.length ? new MemoryByte(data[i], (byte) (MemoryByte.READABLE | MemoryByte.WRITABLE))
                        : new MemoryByte((byte) 0, (byte) 0);
            }
            return bytes;
        });
    }

    @Override
    public void setValue(BigInteger offset, byte[] bytes) throws DebugException {
        WriteMemoryArguments arguments = new WriteMemoryArguments();
        arguments.setMemoryReference(place.reference(base + offset.longValue()));
        arguments.setData(Base64.getEncoder().encodeToString(bytes));
        await(machine().request(server -> server.writeMemory(arguments)));
        fireChangeEvent(DebugEvent.CONTENT);
        machine().fireChangeEvent(DebugEvent.CONTENT);
    }

    @Override
    public void connect(Object client) {
        connections.add(client);
    }

    @Override
    public void disconnect(Object client) {
        connections.remove(client);
    }

    @Override
    public Object[] getConnections() {
        return connections.toArray();
    }

    @Override
    public void dispose() {
        connections.clear();
    }

    @Override
    public IMemoryBlockRetrieval getMemoryBlockRetrieval() {
        return machine();
    }

    @Override
    public long getStartAddress() {
        return base;
    }

    @Override
    public long getLength() {
        return PAGE;
    }

    @Override
    public byte[] getBytes() throws DebugException {
        MemoryByte[] bytes = getBytesFromOffset(BigInteger.ZERO, PAGE);
        byte[] values = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = bytes[i].getValue();
        }
        return values;
    }

    @Override
    public void setValue(long offset, byte[] bytes) throws DebugException {
        setValue(BigInteger.valueOf(offset), bytes);
    }
}
