// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dumps.diagnosis.Json;
import dev.vmcsmith.vmx.ExitQualification;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.FieldMeaning;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.reference.Reference;
import dev.vmcsmith.vmx.reference.Topic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "explain", mixinStandardHelpOptions = true,
        description = {"Explain a rule, a VMCS field, a control, an exit reason, a VM-instruction error or a capability MSR by any name: a "
            + "rule's id, a field's name in the SDM, Linux, Windows drivers or Intel headers or its encoding, \"exit 48\", \"error 7\", "
            + "0x80000021, 48Bh;", "with FIELD=VALUE, also say what the value means."},
        footer = {"", "Exit code: 0 good; 2 nothing has this name."})
final class ExplainCommand implements Callable<Integer> {
    private static final int WHOLE = 3;
    private static final int MOST = 60;
    private final Console console;

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "what to explain; several words are one name")
    private List<String> words;

    @Option(names = "--qualification", paramLabel = "VALUE", description = "an exit qualification to decode for an exit reason")
    private String qualification;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text (default) or json")
    private String format = "text";

    ExplainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        boolean json = OutputFormat.of(format) == OutputFormat.JSON;
        String query = String.join(" ", words);
        int equals = query.indexOf('=');
        String name = equals < 0 ? query : query.substring(0, equals).strip();
        List<Topic> topics = Reference.find(name);
        List<Topic> near = topics.isEmpty() ? Reference.containing(name) : List.of();
        if (topics.isEmpty() && near.isEmpty()) {
            throw new BadInput("nothing is called \"" + name
                    + "\": give the id of a rule, a field, a control, an exit reason, an error or a capability MSR");
        }
        String meaning = equals < 0 ? qualification == null ? null : exit(name) : value(name, query.substring(equals + 1).strip());
        if (json) {
            console.out().print(Json.write((topics.isEmpty() ? near : topics).stream().map(topic -> json(topic, meaning)).toList()));
        } else if (topics.isEmpty() && near.size() > 1 || topics.size() > WHOLE) {
            list(topics.isEmpty() ? near : topics);
        } else {
            (topics.isEmpty() ? near : topics).forEach(topic -> print(topic, meaning));
        }
        return ExitCode.GOOD;
    }

    private static String value(String name, String value) {
        VmcsField field = VmcsField.find(name);
        if (field == null) {
            throw new BadInput(name + " is no VMCS field, so it has no value: give FIELD=VALUE or a name alone");
        }
        long number = number(value);
        if (field.truncate(number) != number) {
            throw new BadInput(value + " does not fit into the " + field.width().bits() + " bits of " + field.qualifiedName());
        }
        String meaning = FieldMeaning.of(field, number);
        return field.qualifiedName() + " = " + field.format(number) + (meaning.isEmpty() ? "" : ": " + meaning);
    }

    private String exit(String name) {
        Topic reason = Reference.find(name).stream().filter(topic -> topic.kind() == Topic.Kind.EXIT_REASON).findFirst().orElseThrow(
                () -> new BadInput("--qualification is for exit reasons: " + name + " is none"));
        long number = number(qualification);
        String meaning = ExitQualification.describe(ExitReason.find(reason.name()), number, 0);
        return "qualification 0x%X".formatted(number) + (meaning.isEmpty() ? "" : ": " + meaning);
    }

    private static long number(String text) {
        try {
            String digits = text.replace("_", "");
            return digits.startsWith("0x") || digits.startsWith("0X") ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new BadInput("\"" + text + "\" is no number: give it in decimal, or in hexadecimal with 0x");
        }
    }

    private void list(List<Topic> topics) {
        topics.stream().limit(MOST).forEach(topic -> console.out().println("%-44s %s".formatted(topic.name(), topic.summary())));
        if (topics.size() > MOST) {
            console.out().println("and " + (topics.size() - MOST) + " more");
        }
    }

    private void print(Topic topic, String meaning) {
        console.out().println(topic.title().equals(topic.name()) ? topic.title() : topic.title() + "  [" + topic.name() + "]");
        console.out().println(topic.summary());
        if (meaning != null) {
            console.out().println(meaning);
        }
        for (Topic.Section section : topic.sections()) {
            console.out().println();
            console.out().println(section.heading());
            int width = section.lines().stream().mapToInt(line -> line.term().length()).max().orElse(0);
            for (Topic.Line line : section.lines()) {
                console.out().println(width == 0 ? "  " + line.text() : "  %-" .concat(width + "s  %s").formatted(line.term(), line.text()));
            }
        }
        console.out().println();
    }

    private static Map<String, Object> json(Topic topic, String meaning) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", topic.kind().folder());
        map.put("name", topic.name());
        map.put("title", topic.title());
        map.put("summary", topic.summary());
        if (meaning != null) {
            map.put("meaning", meaning);
        }
        map.put("sections", topic.sections().stream().map(section -> Map.of("heading", section.heading(), "lines", section.lines().stream()
                .map(line -> line.term().isEmpty() ? line.text() : List.of(line.term(), line.text())).toList())).toList());
        return map;
    }
}
