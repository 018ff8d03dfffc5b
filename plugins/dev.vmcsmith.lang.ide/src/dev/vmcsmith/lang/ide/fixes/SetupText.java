// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.fixes;

import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.GuestState;
import dev.vmcsmith.lang.hv.HostState;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.hv.VmcsItem;
import dev.vmcsmith.lang.ide.edit.Edit;
import dev.vmcsmith.lang.ide.edit.Nodes;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.util.List;
import java.util.Optional;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.util.ITextRegion;

/** Edits of a setup in its own terms: add a control, set a field, write an element. They keep to the layout of the text around them. */
final class SetupText {
    private static final String STEP = "    ";

    private final String text;

    SetupText(String text) {
        this.text = text;
    }

    static String hex(long value) {
        return "0x%X".formatted(value);
    }

    String of(ITextRegion region) {
        return text.substring(region.getOffset(), Math.min(text.length(), region.getOffset() + region.getLength()));
    }

    // ---- controls ------------------------------------------------------------------------------------------------------------------

    /** A control of the VMCS becomes 1 or 0. */
    Optional<Edit> control(Vmcs vmcs, ControlBit bit, boolean value) {
        Controls last = null;
        for (VmcsItem item : vmcs.getItems()) {
            if (item instanceof Controls controls && ControlField.find(controls.getGroup()) == bit.field()) {
                last = controls;
                for (ControlSetting setting : controls.getControls()) {
                    if (setting.getControl() != null && ControlBit.find(bit.field(), setting.getControl()) == bit) {
                        return Optional.of(value && setting.isCleared() ? replace(Nodes.region(setting), setting.getControl())
                                : removeFromList(Nodes.region(setting)));
                    }
                }
            }
        }
        String word = (value ? "" : "not ") + bit.hvName();
        return last == null ? newGroup(vmcs, bit.field().hvName() + " { " + word + " }") : addTo(last, word);
    }

    private Optional<Edit> addTo(Controls group, String word) {
        int open = Nodes.open(group);
        if (open < 0) {
            return Optional.empty();
        }
        if (group.getControls().isEmpty()) {
            return Optional.of(Edit.insert(open + 1, text.startsWith("}", open + 1) ? " " + word + " " : " " + word));
        }
        ITextRegion lastControl = Nodes.region(group.getControls().getLast());
        return Optional.of(Edit.insert(lastControl.getOffset() + lastControl.getLength(), ", " + word));
    }

    private Optional<Edit> newGroup(Vmcs vmcs, String group) {
        EObject lastGroup = null;
        for (VmcsItem item : vmcs.getItems()) {
            lastGroup = item instanceof Controls ? item : lastGroup;
        }
        return lastGroup == null ? atStart(vmcs, group) : Optional.of(behind(lastGroup, group));
    }

    /** Takes an element of a list away, with the comma that separated it. */
    Edit removeFromList(ITextRegion element) {
        int start = element.getOffset();
        int end = start + element.getLength();
        int next = skipSpace(end);
        if (next < text.length() && text.charAt(next) == ',') {
            int behind = next + 1;
            while (behind < text.length() && (text.charAt(behind) == ' ' || text.charAt(behind) == '\t')) {
                behind++;
            }
            return Edit.delete(start, behind - start);
        }
        int before = start;
        while (before > 0 && Character.isWhitespace(text.charAt(before - 1))) {
            before--;
        }
        boolean between = start > 0 && text.charAt(start - 1) == ' ' && text.startsWith(" ", end);
        return before > 0 && text.charAt(before - 1) == ',' ? Edit.delete(before - 1, end - before + 1)
                : Edit.delete(start, between ? end - start + 1 : end - start);
    }

    private int skipSpace(int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    // ---- fields --------------------------------------------------------------------------------------------------------------------

    /** A field of the VMCS gets a value: where it is set already, else in the block of its area. */
    Optional<Edit> field(Vmcs vmcs, EObject origin, VmcsField field, long value) {
        if (origin instanceof FieldSetting setting && setting.getValue() != null) {
            ITextRegion region = Nodes.region(setting, HvPackage.Literals.FIELD_SETTING__VALUE, 0);
            return region == null ? Optional.empty() : Optional.of(replace(region, hex(value)));
        }
        String setting = field.hvName() + " = " + hex(value);
        if (field.area() != FieldArea.GUEST && field.area() != FieldArea.HOST) {
            return atEnd(vmcs, setting);
        }
        for (VmcsItem item : vmcs.getItems().reversed()) {
            if (field.area() == FieldArea.GUEST ? item instanceof GuestState : item instanceof HostState) {
                return atEnd(item, setting);
            }
        }
        return atEnd(vmcs, field.area().hvName() + " { " + setting + " }");
    }

    // ---- elements ------------------------------------------------------------------------------------------------------------------

    Edit replace(ITextRegion region, String replacement) {
        return new Edit(region.getOffset(), region.getLength(), replacement);
    }

    /** An element with the line that it has for itself. */
    Edit remove(ITextRegion element) {
        int start = element.getOffset();
        int end = start + element.getLength();
        int lineStart = text.lastIndexOf('\n', start - 1) + 1;
        int lineEnd = text.indexOf('\n', end);
        lineEnd = lineEnd < 0 ? text.length() : lineEnd + 1;
        boolean alone = text.substring(lineStart, start).isBlank() && text.substring(end, lineEnd).isBlank();
        if (alone) {
            return Edit.delete(lineStart, lineEnd - lineStart);
        }
        return Edit.delete(start, text.startsWith(" ", end) ? end - start + 1 : end - start);
    }

    /** A new last element of a block. */
    Optional<Edit> atEnd(EObject block, String element) {
        int open = Nodes.open(block);
        int close = Nodes.close(block);
        if (open < 0 || close < open) {
            return Optional.empty();
        }
        int lineStart = text.lastIndexOf('\n', close - 1) + 1;
        if (lineStart > open && text.substring(lineStart, close).isBlank()) {
            return Optional.of(Edit.insert(lineStart, indentation(block) + STEP + indented(element, block) + lineEnd()));
        }
        return Optional.of(Edit.insert(close, (Character.isWhitespace(text.charAt(close - 1)) ? "" : " ") + element + " "));
    }

    private Optional<Edit> atStart(EObject block, String element) {
        int open = Nodes.open(block);
        if (open < 0) {
            return Optional.empty();
        }
        int lineEnd = text.indexOf('\n', open);
        int close = Nodes.close(block);
        boolean oneLine = lineEnd < 0 || close >= 0 && lineEnd > close;
        return Optional.of(oneLine ? Edit.insert(open + 1, " " + element)
                : Edit.insert(lineEnd + 1, indentation(block) + STEP + element + lineEnd()));
    }

    /** A new element behind another one. */
    Edit behind(EObject sibling, String element) {
        ITextRegion region = Nodes.region(sibling);
        int end = region.getOffset() + region.getLength();
        String before = text.substring(text.lastIndexOf('\n', region.getOffset() - 1) + 1, region.getOffset());
        if (!before.isBlank()) {
            return Edit.insert(end, " " + element);
        }
        int lineEnd = text.indexOf('\n', end);
        return lineEnd < 0 ? Edit.insert(text.length(), lineEnd() + before + element)
                : Edit.insert(lineEnd + 1, before + element + lineEnd());
    }

    /** A new element of the file, before another one or at the end. */
    Edit element(EObject before, String element) {
        if (before == null) {
            return Edit.insert(text.length(), (text.isEmpty() || text.endsWith("\n") ? "" : lineEnd()) + indented(element, null) + lineEnd());
        }
        int start = Nodes.region(before).getOffset();
        return Edit.insert(text.lastIndexOf('\n', start - 1) + 1, indented(element, null) + lineEnd());
    }

    private String indentation(EObject block) {
        int start = Nodes.region(block).getOffset();
        String line = text.substring(text.lastIndexOf('\n', start - 1) + 1);
        return line.substring(0, line.length() - line.stripLeading().length());
    }

    private String indented(String element, EObject block) {
        String further = block == null ? "" : indentation(block) + STEP;
        return String.join(lineEnd() + further, List.of(element.split("\n")));
    }

    private String lineEnd() {
        return text.contains("\r\n") ? "\r\n" : "\n";
    }
}
