// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dap.launch.Launch;
import dev.vmcsmith.dap.launch.Verdict;
import dev.vmcsmith.image.Expectations;
import dev.vmcsmith.machine.expect.Failure;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Runs as test suites in JUnit's XML format: a file is a suite, each of its expectations a test, and that it runs to its end another. */
final class JUnitReport {
    private static final String RUNS = "runs to its end";

    /** @param failure null for a test that passed */
    private record Case(String name, String failure) {
    }

    private record Suite(String name, List<Case> cases, String output, double seconds) {
        long failures() {
            return cases.stream().filter(test -> test.failure != null).count();
        }
    }

    private final List<Suite> suites = new ArrayList<>();

    /** A setup that has errors. */
    void cannotRun(Path file, List<String> errors) {
        suites.add(new Suite(file.toString(), List.of(new Case("compiles", String.join("\n", errors))), "", 0));
    }

    void ran(Launch launch, Verdict verdict, String output, double seconds) {
        List<Case> cases = new ArrayList<>();
        boolean expectationFailed = false;
        for (Expectations.Clause clause : launch.image().expectations().clauses()) {
            Failure failure = launch.expectations().failure(clause);
            expectationFailed |= failure != null;
            cases.add(new Case("line " + clause.line() + ": " + text(clause), failure == null ? null : failure.text()));
        }
        cases.add(new Case(RUNS, verdict.failed() && !expectationFailed ? String.join("\n", verdict.lines()) : null));
        suites.add(new Suite(launch.program().toString(), cases, output, seconds));
    }

    /** An expectation as a setup says it. */
    private static String text(Expectations.Clause clause) {
        return switch (clause) {
            case Expectations.Of of -> of.vmcs() + " " + text(of.clause());
            case Expectations.Exits exits -> "exits " + String.join(", ", exits.reasons());
            case Expectations.ExitCount count -> "count " + count.reason() + " " + count.relation().sign() + " " + count.count();
            case Expectations.LogContains log -> "log contains " + log.text();
            case Expectations.LogLacks log -> "log lacks " + log.text();
            case Expectations.LogMatches log -> "log matches " + log.pattern();
            case Expectations.ValueAt value -> "at " + (value.exit() > 0 ? "exit " + value.exit() : value.reason()) + " " + value.name() + " "
                    + value.relation().sign() + " 0x" + Long.toHexString(value.value());
            case Expectations.Memory memory -> "memory at 0x" + Long.toHexString(memory.address()) + " " + memory.relation().sign() + " 0x"
                    + Long.toHexString(memory.value());
            case Expectations.MemoryText memory -> "memory at 0x" + Long.toHexString(memory.address()) + " contains " + memory.text();
            case Expectations.Instructions bound -> "instructions " + bound.relation().sign() + " " + bound.count();
        };
    }

    void write(Path file) {
        try (Writer writer = Files.newBufferedWriter(file)) {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(writer);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuites");
            counts(xml, suites.stream().mapToLong(suite -> suite.cases.size()).sum(), suites.stream().mapToLong(Suite::failures).sum());
            for (Suite suite : suites) {
                write(suite, xml);
            }
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeCharacters("\n");
            xml.writeEndDocument();
            xml.close();
        } catch (IOException | XMLStreamException e) {
            throw new BadInput(file + " cannot be written: give the name of a file in a folder that exists and may be written");
        }
    }

    private static void counts(XMLStreamWriter xml, long tests, long failures) throws XMLStreamException {
        xml.writeAttribute("tests", Long.toString(tests));
        xml.writeAttribute("failures", Long.toString(failures));
        xml.writeAttribute("errors", "0");
    }

    private static void write(Suite suite, XMLStreamWriter xml) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", clean(suite.name));
        counts(xml, suite.cases.size(), suite.failures());
        xml.writeAttribute("time", String.format(Locale.ROOT, "%.3f", suite.seconds));
        for (Case test : suite.cases) {
            xml.writeCharacters("\n    ");
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", clean(suite.name));
            xml.writeAttribute("name", clean(test.name));
            if (test.failure != null) {
                xml.writeStartElement("failure");
                xml.writeAttribute("message", clean(test.failure.lines().findFirst().orElse("")));
                xml.writeCharacters(clean(test.failure));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        if (!suite.output.isEmpty()) {
            xml.writeCharacters("\n    ");
            xml.writeStartElement("system-out");
            xml.writeCharacters(clean(suite.output));
            xml.writeEndElement();
        }
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
    }

    /** Characters that XML does not have become question marks. */
    private static String clean(String text) {
        return text.replaceAll("[^\\t\\n\\r -\uD7FF\uE000-\uFFFD\\x{10000}-\\x{10FFFF}]", "?");
    }
}
