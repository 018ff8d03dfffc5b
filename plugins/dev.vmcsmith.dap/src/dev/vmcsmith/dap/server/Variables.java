// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.ScopePresentationHint;
import org.eclipse.lsp4j.debug.Variable;
import org.eclipse.lsp4j.debug.VariablePresentationHint;

/** Scopes and variables of the current stop: registers by group, the guest's registers, the VMCS by area. */
final class Variables {

    /** Something that has variables inside. */
    private interface Container {
        List<Variable> variables();

        /** Changes a variable; the answer is how it is shown then. */
        String set(String name, long value);

        /** Changes a variable that is wider than 64 bits; empty when this is none. */
        default Optional<String> setWide(String name, String text) {
            return Optional.empty();
        }

        /** What a data breakpoint on a variable watches; empty when it cannot be watched. */
        default Optional<DataTarget> data(String name) {
            return Optional.empty();
        }
    }

    private final Debuggee debuggee;
    private final Handles<Container> containers = new Handles<>();

    Variables(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    /** Forgets everything, because the machine runs. */
    void clear() {
        containers.clear();
    }

    List<Scope> scopes(Frame frame) {
        List<Scope> scopes = new ArrayList<>();
        registerScopes(scopes, frame, "");
        Optional<CurrentVmcs> vmcs = debuggee.vmcs(frame.cpu());
        if (frame.live() && !frame.guest() && vmcs.isPresent() && vmcs.get().launched()) {
            for (Frame other : debuggee.frames().of(frame.cpu())) {
                if (other.guest() && !other.caller()) {
                    registerScopes(scopes, other, "Guest ");
                }
            }
        }
        if (frame.live() && !frame.caller()) {
            scopes.add(scope("SSE", ScopePresentationHint.REGISTERS, new Extended(frame, true)));
            scopes.add(scope("x87", ScopePresentationHint.REGISTERS, new Extended(frame, false)));
        }
        if (!frame.guest() && !debuggee.handlerVariables().names().isEmpty()) {
            scopes.addFirst(scope("Variables", ScopePresentationHint.LOCALS, new OfHandlers()));
        }
        Map<String, Locals.Local> locals = debuggee.locals().of(frame);
        if (!locals.isEmpty()) {
            scopes.addFirst(scope("Locals", ScopePresentationHint.LOCALS, new OfFunction(frame, locals)));
        }
        if (vmcs.isPresent()) {
            for (FieldArea area : VmcsReader.AREAS) {
                scopes.add(scope("VMCS: " + VmcsReader.name(area), null, new Fields(vmcs.get(), area)));
            }
        }
        return scopes;
    }

    private void registerScopes(List<Scope> scopes, Frame frame, String prefix) {
        for (RegisterNames.Group group : RegisterNames.Group.values()) {
            Registers registers = new Registers(frame, group, prefix.isEmpty() ? "" : "guest.");
            if (!registers.names().isEmpty()) {
                String name = switch (group) {
                    case GENERAL -> prefix + (frame.live() || !frame.guest() ? "General" : "General (at the VM exit)");
                    case SEGMENTS -> prefix + "Segments";
                    case CONTROL -> prefix + "Control";
                    case SYSTEM -> prefix + "MSRs";
                };
                scopes.add(scope(name, ScopePresentationHint.REGISTERS, registers));
            }
        }
    }

    private Scope scope(String name, String hint, Container container) {
        Scope scope = new Scope();
        scope.setName(name);
        scope.setPresentationHint(hint);
        scope.setExpensive(hint == null);
        scope.setVariablesReference(containers.add(container));
        return scope;
    }

    List<Variable> variables(int reference) {
        return containers.get(reference).variables();
    }

    Optional<String> setWide(int reference, String name, String text) {
        return containers.get(reference).setWide(name, text);
    }

    Optional<DataTarget> data(int reference, String name) {
        return containers.get(reference).data(name);
    }

    String set(int reference, String name, long value) {
        return containers.get(reference).set(name, value);
    }

    private static Variable variable(String name, String value, String type, String evaluateName) {
        Variable variable = new Variable();
        variable.setName(name);
        variable.setValue(value);
        variable.setType(type);
        variable.setEvaluateName(evaluateName);
        return variable;
    }

    private static String withMeaning(String value, String meaning) {
        return meaning.isEmpty() ? value : value + " (" + meaning + ")";
    }

    /** One group of registers of a frame. */
    private final class Registers implements Container {
        private final Frame frame;
        private final RegisterNames.Group group;
        private final String qualifier;

        Registers(Frame frame, RegisterNames.Group group, String qualifier) {
            this.frame = frame;
            this.group = group;
            this.qualifier = qualifier;
        }

        List<String> names() {
            return RegisterNames.of(group, frame.registers().codeBits()).stream().filter(name -> value(name).isPresent()).toList();
        }

        private OptionalLong value(String name) {
            List<String> parts = RegisterNames.partsOf(name);
            return frame.registers().get(parts.isEmpty() ? name : name + "." + parts.getFirst());
        }

        @Override
        public List<Variable> variables() {
            return names().stream().map(this::present).toList();
        }

        private Variable present(String name) {
            if (!RegisterNames.partsOf(name).isEmpty()) {
                Parts parts = new Parts(frame, name, qualifier);
                Variable variable = variable(name, parts.summary(), "segment", qualifier + name);
                variable.setVariablesReference(containers.add(parts));
                return variable;
            }
            long value = value(name).getAsLong();
            Variable variable = variable(shown(name), show(frame, name, value), "u64", qualifier + shown(name));
            if (group == RegisterNames.Group.GENERAL && !name.equals("rflags")) {
                variable.setMemoryReference(HexLong.format(value));
            }
            return variable;
        }

        /** The registers of 32-bit code have their 32-bit names. */
        private String shown(String name) {
            if (group != RegisterNames.Group.GENERAL || frame.registers().codeBits() == 64) {
                return name;
            }
            return switch (name) {
                case "rip" -> "eip";
                case "rflags" -> "eflags";
                default -> "e" + name.substring(1);
            };
        }

        @Override
        public String set(String name, long value) {
            RegisterNames.Part part = RegisterNames.find(name);
            if (part == null || !RegisterNames.partsOf(name).isEmpty()) {
                throw new RequestFailure(name + " cannot be changed as a whole: change one of its parts");
            }
            frame.registers().set(part.register(), value);
            return show(frame, part.register(), value(part.register()).orElse(value));
        }
    }

    private String show(Frame frame, String register, long value) {
        return withMeaning(HexLong.format(value), debuggee.meaning().ofRegister(register, register.equals("rip") ? frame.linear() : value));
    }

    /** The parts of a segment or table register. */
    private final class Parts implements Container {
        private final Frame frame;
        private final String register;
        private final String qualifier;

        Parts(Frame frame, String register, String qualifier) {
            this.frame = frame;
            this.register = register;
            this.qualifier = qualifier;
        }

        private List<String> names() {
            return RegisterNames.partsOf(register).stream().filter(part -> frame.registers().get(register + "." + part).isPresent())
                    .toList();
        }

        String summary() {
            return String.join(", ", names().stream().map(part -> part + " " + HexLong.format(value(part))).toList());
        }

        private long value(String part) {
            return frame.registers().get(register + "." + part).orElse(0);
        }

        @Override
        public List<Variable> variables() {
            return names().stream().map(part -> variable(part, show(frame, register + "." + part, value(part)), "u64",
                    qualifier + register + "." + part)).toList();
        }

        @Override
        public String set(String name, long value) {
            frame.registers().set(register + "." + name, value);
            return show(frame, register + "." + name, value(name));
        }
    }

    /** The x87 or the SSE registers. */
    private final class Extended implements Container {
        private final Frame frame;
        private final boolean vector;

        Extended(Frame frame, boolean vector) {
            this.frame = frame;
            this.vector = vector;
        }

        private List<Map.Entry<String, String>> values() {
            ExtendedRegisters registers = new ExtendedRegisters(debuggee.machine().cpu(frame.cpu()));
            return vector ? registers.vector(frame.registers().codeBits()) : registers.x87();
        }

        @Override
        public List<Variable> variables() {
            return values().stream().map(entry -> variable(entry.getKey(), entry.getValue(), vector ? "u128" : "f80", null)).toList();
        }

        @Override
        public Optional<String> setWide(String name, String text) {
            new ExtendedRegisters(debuggee.machine().cpu(frame.cpu())).set(name, text);
            return values().stream().filter(entry -> entry.getKey().equals(name)).map(Map.Entry::getValue).findFirst();
        }

        @Override
        public String set(String name, long value) {
            return setWide(name, HexLong.format(value)).orElse("");
        }
    }

    /** Parameters and local variables of a function. */
    private final class OfFunction implements Container {
        private final Frame frame;
        private final Map<String, Locals.Local> locals;

        OfFunction(Frame frame, Map<String, Locals.Local> locals) {
            this.frame = frame;
            this.locals = locals;
        }

        @Override
        public List<Variable> variables() {
            return locals.values().stream().map(this::present).toList();
        }

        private Variable present(Locals.Local local) {
            String value;
            try {
                value = local.isNumber() ? HexLong.format(debuggee.locals().value(local, frame)) : local.home();
            } catch (RequestFailure e) {
                value = e.getMessage();
            }
            String name = local.variable().name();
            Variable variable = variable(name, value, local.variable().type(), local.isNumber() ? name : null);
            boolean pointer = local.isNumber() && local.variable().type().endsWith("*");
            if (pointer || local.place() != null) {
                variable.setMemoryReference((pointer ? debuggee.locals().target(local, frame) : local.place()).toString());
            }
            return variable;
        }

        @Override
        public Optional<DataTarget> data(String name) {
            return Optional.ofNullable(locals.get(name)).filter(local -> local.place() != null && local.variable().size() > 0)
                    .map(local -> new DataTarget.Memory(local.place(), Math.min(local.variable().size(), DataTarget.Memory.LONGEST)));
        }

        @Override
        public String set(String name, long value) {
            return HexLong.format(debuggee.assignments().set(name, value, frame));
        }
    }

    /** The variables that handlers of a setup keep. */
    private final class OfHandlers implements Container {
        @Override
        public List<Variable> variables() {
            return debuggee.handlerVariables().names().stream().map(this::present).toList();
        }

        private Variable present(String name) {
            Variable variable = variable(name, HexLong.format(debuggee.handlerVariables().value(name).orElse(0)), "u64", name);
            debuggee.handlerVariables().place(name).ifPresent(place -> variable.setMemoryReference(place.toString()));
            return variable;
        }

        @Override
        public Optional<DataTarget> data(String name) {
            return debuggee.handlerVariables().place(name).map(place -> new DataTarget.Memory(place, HandlerVariables.BYTES));
        }

        @Override
        public String set(String name, long value) {
            return HexLong.format(debuggee.assignments().set(name, value, debuggee.topFrame()));
        }
    }

    /** The fields of one area of a VMCS. */
    private final class Fields implements Container {
        private final CurrentVmcs vmcs;
        private final FieldArea area;

        Fields(CurrentVmcs vmcs, FieldArea area) {
            this.vmcs = vmcs;
            this.area = area;
        }

        @Override
        public List<Variable> variables() {
            return debuggee.vmcsReader().fields(vmcs, area).stream().map(this::present).toList();
        }

        private Variable present(VmcsFieldValue field) {
            Variable variable = variable(field.hvName(), withMeaning(field.hex(), field.meaning()), "u" + field.width(), area.hvName()
                    + "." + field.hvName());
            if (area.readOnly()) {
                VariablePresentationHint hint = new VariablePresentationHint();
                hint.setAttributes(new String[] {"readOnly"});
                variable.setPresentationHint(hint);
            }
            return variable;
        }

        @Override
        public Optional<DataTarget> data(String name) {
            return Optional.ofNullable(VmcsField.find(area, name)).map(DataTarget.Field::new);
        }

        @Override
        public String set(String name, long value) {
            VmcsField field = VmcsField.find(area, name);
            if (field == null) {
                throw new RequestFailure("there is no field " + name + " in this area");
            }
            if (area.readOnly()) {
                throw new RequestFailure(name + " is written by the processor at VM exits only");
            }
            vmcs.write().accept(field, field.truncate(value));
            return withMeaning(field.format(value), debuggee.meaning().of(field, vmcs.view()));
        }
    }
}
