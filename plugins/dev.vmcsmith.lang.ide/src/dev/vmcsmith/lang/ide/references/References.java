// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.references;

import com.google.inject.Inject;
import dev.vmcsmith.lang.hv.AsmInstruction;
import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.Assignment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.eclipse.emf.common.util.TreeIterator;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EReference;
import org.eclipse.xtext.naming.IQualifiedNameConverter;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.resource.XtextResource;
import org.eclipse.xtext.scoping.IScopeProvider;

/** Finds the names in a file and what they stand for. */
public final class References {
    private final AssemblyWords assembly;

    @Inject
    References(IScopeProvider scopes, IQualifiedNameConverter names) {
        assembly = new AssemblyWords(scopes, names);
    }

    /** A name and what it stands for. */
    private record Use(int offset, int length, Target target, boolean definition, boolean write, boolean assembly) {
        boolean covers(int at) {
            return offset <= at && at <= offset + length;
        }
    }

    /** What the name at an offset stands for; empty where there is none, or one that no file defines. */
    public Optional<Target> target(XtextResource resource, int offset) {
        return uses(resource).stream().filter(use -> use.covers(offset)).max(Comparator.comparingInt(Use::offset)).map(Use::target);
    }

    /** What a word of guest code stands for; null when it is no name of the setup. */
    public EObject inAssembly(AsmInstruction instruction, String word) {
        return assembly.resolve(instruction, word);
    }

    /** The name at an offset itself. */
    public Optional<Occurrence> name(XtextResource resource, int offset) {
        return uses(resource).stream().filter(use -> use.covers(offset)).max(Comparator.comparingInt(Use::offset))
                .map(use -> occurrence(resource, use));
    }

    /** Where names of a file stand for something, in the order of the text. */
    public List<Occurrence> occurrences(XtextResource resource, Target target) {
        return uses(resource).stream().filter(use -> use.target().equals(target)).map(use -> occurrence(resource, use)).distinct()
                .sorted(Comparator.comparingInt(Occurrence::offset)).toList();
    }

    /** Whether guest code of the file names it. */
    boolean usesInAssembly(XtextResource resource, Target target) {
        return uses(resource).stream().anyMatch(use -> use.assembly() && use.target().equals(target));
    }

    /** How many elements of the file itself have this name; names inside of guest code and of handlers may hide them. */
    long definitions(XtextResource resource, String name) {
        return resource.getContents().isEmpty() ? 0 : resource.getContents().getFirst().eContents().stream().map(Target::of)
                .filter(target -> target != null && target.name().equals(name)).count();
    }

    private static Occurrence occurrence(XtextResource resource, Use use) {
        return new Occurrence(resource.getURI(), use.offset(), use.length(), use.definition(), use.write());
    }

    private List<Use> uses(XtextResource resource) {
        List<Use> uses = new ArrayList<>();
        for (TreeIterator<EObject> all = resource.getAllContents(); all.hasNext();) {
            EObject object = all.next();
            Target own = Target.of(object);
            if (own != null) {
                uses.add(new Use(own.offset(), own.length(), own, true, false, object instanceof AsmLabel));
            }
            if (object instanceof AsmInstruction instruction) {
                for (AssemblyWords.Word word : AssemblyWords.of(instruction)) {
                    add(assembly.resolve(instruction, word.text()), word.text(), word.offset(), false, true, uses);
                }
            }
            for (EReference reference : object.eClass().getEAllReferences()) {
                if (!reference.isContainment() && !reference.isContainer() && !reference.isDerived() && object.eIsSet(reference)) {
                    addReference(object, reference, uses);
                }
            }
        }
        return uses;
    }

    private void addReference(EObject object, EReference reference, List<Use> uses) {
        List<INode> nodes = NodeModelUtils.findNodesForFeature(object, reference);
        List<?> values = reference.isMany() ? (List<?>) object.eGet(reference) : List.of(object.eGet(reference));
        for (int i = 0; i < Math.min(nodes.size(), values.size()); i++) {
            if (values.get(i) instanceof EObject value) {
                add(value, NodeModelUtils.getTokenText(nodes.get(i)), nodes.get(i).getOffset(), object instanceof Assignment, false, uses);
            }
        }
    }

    /** The last part of a name with dots stands for the thing itself, the one before it for what holds it. */
    private static void add(EObject value, String text, int offset, boolean write, boolean assembly, List<Use> uses) {
        EObject object = value;
        int end = text.length();
        while (object != null && end > 0) {
            Target target = Target.of(object);
            int dot = target != null && text.substring(0, end).endsWith(target.name()) ? end - target.name().length() - 1
                    : text.lastIndexOf('.', end - 1);
            if (target != null && text.substring(dot + 1, end).equals(target.name())) {
                uses.add(new Use(offset + dot + 1, end - dot - 1, target, false, write && object == value, assembly));
            }
            object = object.eContainer();
            end = dot;
        }
    }
}
