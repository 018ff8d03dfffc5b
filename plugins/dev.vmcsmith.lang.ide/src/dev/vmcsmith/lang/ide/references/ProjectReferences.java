// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.references;

import dev.vmcsmith.lang.ide.Sources;
import dev.vmcsmith.lang.ide.edit.Edit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.emf.common.util.URI;
import org.eclipse.xtext.resource.XtextResource;

/** References and names across the files of a project. */
public final class ProjectReferences {
    /** Parses a text; other files that it needs are read from the sources. */
    @FunctionalInterface
    public interface Parser {
        XtextResource parse(URI file, String text, Sources sources);
    }

    private final References references;
    private final Parser parser;
    private final Sources sources;
    private final Collection<URI> files;

    /** @param files of the project; one that cannot be read has no references */
    public ProjectReferences(References references, Parser parser, Sources sources, Collection<URI> files) {
        this.references = references;
        this.parser = parser;
        this.sources = sources;
        this.files = files;
    }

    private XtextResource parse(URI file, String text) {
        return parser.parse(file, text, sources);
    }

    /** All places that name what the name at an offset stands for. */
    public List<Occurrence> find(URI file, String text, int offset) {
        XtextResource resource = parse(file, text);
        Optional<Target> target = references.target(resource, offset);
        if (target.isEmpty()) {
            return List.of();
        }
        List<Occurrence> found = new ArrayList<>(references.occurrences(resource, target.get()));
        for (URI other : others(file, target.get().file())) {
            read(other).filter(content -> content.contains(lastPart(target.get().name())))
                    .ifPresent(content -> found.addAll(references.occurrences(parse(other, content), target.get())));
        }
        return found;
    }

    private static String lastPart(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private Set<URI> others(URI file, URI definition) {
        Set<URI> others = new LinkedHashSet<>();
        others.add(definition);
        others.addAll(files);
        others.remove(file);
        return others;
    }

    private Optional<String> read(URI file) {
        Optional<String> open = sources.text(file);
        if (open.isPresent() || !file.isFile()) {
            return open;
        }
        try {
            return Optional.of(Files.readString(Path.of(file.toFileString())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Gives it another name everywhere. Refused when the name cannot be one, or would come to mean something else somewhere. */
    public Renaming rename(URI file, String text, int offset, String newName) {
        Optional<Target> target = references.target(parse(file, text), offset);
        if (target.isEmpty()) {
            return Renaming.refused("Only names that a setup defines can be changed");
        }
        List<Occurrence> places = find(file, text, offset);
        Map<URI, String> before = new LinkedHashMap<>();
        for (Occurrence place : places) {
            before.computeIfAbsent(place.file(), uri -> uri.equals(file) ? text : read(uri).orElse(""));
        }
        boolean label = before.getOrDefault(target.get().file(), "").startsWith(":", target.get().offset() + target.get().length());
        boolean assembly = before.entrySet().stream().anyMatch(entry -> references.usesInAssembly(parse(entry.getKey(), entry.getValue()),
                target.get()));
        Optional<String> wrong = NameRules.check(newName, label && assembly, assembly);
        if (wrong.isPresent()) {
            return Renaming.refused(wrong.get());
        }
        Map<URI, List<Edit>> edits = new LinkedHashMap<>();
        for (Occurrence place : places) {
            edits.computeIfAbsent(place.file(), uri -> new ArrayList<>()).add(new Edit(place.offset(), place.length(), newName));
        }
        return newName.equals(target.get().name()) ? new Renaming(Map.of(), List.of()) : verified(before, edits, target.get(), newName);
    }

    /** Reads the new texts: each place has to stand for the same thing, and nothing else may. */
    private Renaming verified(Map<URI, String> before, Map<URI, List<Edit>> edits, Target target, String newName) {
        ProjectReferences after = new ProjectReferences(references, parser, uri -> edits.containsKey(uri)
                ? Optional.of(Edit.apply(before.get(uri), edits.get(uri))) : sources.text(uri), files);
        return after.stands(edits, target, newName) ? new Renaming(edits, List.of())
                : Renaming.refused("The name '" + newName + "' is taken: it would come to mean something else");
    }

    private boolean stands(Map<URI, List<Edit>> edits, Target target, String newName) {
        int moved = (int) edits.getOrDefault(target.file(), List.of()).stream().filter(edit -> edit.offset() < target.offset()).count()
                * (newName.length() - target.length());
        Target renamed = new Target(target.file(), target.offset() + moved, newName.length(), newName);
        for (URI file : edits.keySet()) {
            List<Occurrence> found = references.occurrences(parse(file, sources.text(file).orElseThrow()), renamed);
            if (found.size() != edits.get(file).size() || references.definitions(parse(file, sources.text(file).orElseThrow()), newName)
                    > (file.equals(target.file()) ? 1 : 0)) {
                return false;
            }
        }
        return true;
    }
}
