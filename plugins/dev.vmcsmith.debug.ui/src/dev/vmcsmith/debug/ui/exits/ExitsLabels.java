// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import dev.vmcsmith.dap.protocol.ExitLog;
import dev.vmcsmith.dap.protocol.ExitRecord;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.debug.ui.Icons;
import java.util.function.Function;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.swt.graphics.Image;

/** Texts and images of the VM Exits view's columns. */
final class ExitsLabels {

    private ExitsLabels() {
    }

    /** One line about the whole log. */
    static String heading(ExitLog log, boolean filtered) {
        String heading = log.total() == 1 ? "1 VM exit" : log.total() + " VM exits";
        if (filtered) {
            heading += ", " + log.matching() + (log.matching() == 1 ? " matches" : " match");
        }
        return log.firstKept() > 1 ? heading + ", kept from VM exit " + log.firstKept() + " on" : heading;
    }

    static ColumnLabelProvider number() {
        return new Column(exit -> Long.toString(exit.number())) {
            @Override
            public Image getImage(Object element) {
                return element instanceof ExitRecord exit && exit.entryFailure() ? Icons.ENTRY_FAILURE.image() : null;
            }
        };
    }

    static String reasonOf(ExitRecord exit) {
        return exit.reasonName() + " (" + exit.reason() + ")" + (exit.entryFailure() ? ", VM-entry failure" : "");
    }

    static String qualificationOf(ExitRecord exit) {
        String words = exit.qualificationText();
        String details = exit.interruption() == null ? words : words.isEmpty() ? exit.interruption() : words + "; " + exit.interruption();
        return details.isEmpty() ? exit.qualification() == 0 ? "" : HexLong.format(exit.qualification()) : details;
    }

    static String ripOf(ExitRecord exit) {
        String address = HexLong.format(exit.guestRip());
        return exit.guestSymbol() == null ? address : address + " " + exit.guestSymbol();
    }

    static String addressOf(ExitRecord exit) {
        if (exit.guestPhysicalAddress() != null) {
            return "GPA " + HexLong.format(exit.guestPhysicalAddress());
        }
        return exit.guestLinearAddress() == null ? "" : "GLA " + HexLong.format(exit.guestLinearAddress());
    }

    static ColumnLabelProvider text(Function<ExitRecord, String> text) {
        return new Column(text);
    }

    /** A column that says something about an exit. */
    private static class Column extends ColumnLabelProvider {

        private final Function<ExitRecord, String> text;

        Column(Function<ExitRecord, String> text) {
            this.text = text;
        }

        @Override
        public String getText(Object element) {
            return element instanceof ExitRecord exit ? text.apply(exit) : "";
        }

        @Override
        public String getToolTipText(Object element) {
            if (!(element instanceof ExitRecord exit)) {
                return null;
            }
            String cell = text.apply(exit);
            return (cell.isEmpty() ? "" : cell + "\n") + "exit qualification " + HexLong.format(exit.qualification()) + ", VMCS at " + HexLong.format(exit.vmcs())
                    + ", after " + exit.instructions() + " instructions";
        }
    }
}
