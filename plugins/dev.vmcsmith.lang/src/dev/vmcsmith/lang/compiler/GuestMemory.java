// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.lang.plan.GuestBlock;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * Where guest memory lies in the machine: where the EPT of the VMCS that processor 0 launches puts it, and where those of other processors'
 * guests put it too, unless something lies there already.
 */
final class GuestMemory {
    /** A block at a host-physical address. */
    record Piece(GuestBlock block, long host) {
        private boolean overlaps(Piece other) {
            return host < other.host + other.block.bytes().length && other.host < host + block.bytes().length;
        }
    }

    private GuestMemory() {
    }

    /** Blocks that no EPT maps have no piece. */
    static List<Piece> pieces(SetupPlan plan) {
        List<Piece> pieces = new ArrayList<>();
        for (VmcsPlan vmcs : plan.allLaunched()) {
            for (GuestBlock block : plan.memory()) {
                Piece piece = new Piece(block, ImageLayout.hostAddress(vmcs.ept(), block.address()));
                boolean first = vmcs == plan.launched();
                if (piece.host != -1 && block.bytes().length > 0 && (first || pieces.stream().noneMatch(piece::overlaps))) {
                    pieces.add(piece);
                }
            }
        }
        return pieces;
    }
}
