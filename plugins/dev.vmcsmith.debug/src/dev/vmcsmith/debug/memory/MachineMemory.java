// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.memory;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.model.MachineFrame;
import dev.vmcsmith.debug.model.MachineTarget;
import java.math.BigInteger;
import org.eclipse.core.runtime.Status;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IMemoryBlock;
import org.eclipse.debug.core.model.IMemoryBlockExtension;
import org.eclipse.debug.core.model.IMemoryBlockRetrievalExtension;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.EvaluateArgumentsContext;

/** Makes memory blocks of what a user asks to monitor. */
public final class MachineMemory extends MachineElement implements IMemoryBlockRetrievalExtension {

    /** @param machine whose memory it is */
    public MachineMemory(MachineTarget machine) {
        super(machine);
    }

    @Override
    public boolean supportsStorageRetrieval() {
        return machine().supportsStorageRetrieval();
    }

    @Override
    public IMemoryBlock getMemoryBlock(long startAddress, long length) {
        return new MachineMemoryBlock(machine(), new MemoryPlace("", HexLong.format(startAddress)), startAddress);
    }

    @Override
    public IMemoryBlockExtension getExtendedMemoryBlock(String text, Object context) throws DebugException {
        MemoryPlace place = MemoryPlace.parse(text);
        if (place.expression().isEmpty()) {
            throw new DebugException(Status.error("Write an address or an expression, such as guest-physical:0x1000."));
        }
        return new MachineMemoryBlock(machine(), place, address(place, context));
    }

    private long address(MemoryPlace place, Object context) throws DebugException {
        try {
            return HexLong.parse(place.expression());
        } catch (NumberFormatException notANumber) {
            EvaluateArguments arguments = new EvaluateArguments();
            arguments.setExpression(place.expression());
            arguments.setContext(EvaluateArgumentsContext.WATCH);
            if (context instanceof MachineFrame frame) {
                arguments.setFrameId(frame.id());
            }
            String value = await(machine().request(server -> server.evaluate(arguments))).getResult().strip().split("\\s", 2)[0];
            try {
                return HexLong.parse(value);
            } catch (NumberFormatException e) {
                throw new DebugException(Status.error(place.expression() + " is " + value + ", which is not an address."));
            }
        }
    }

    /** The unsigned number of an address. */
    static BigInteger unsigned(long address) {
        return new BigInteger(Long.toUnsignedString(address));
    }
}
