// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import com.google.inject.Injector;
import dev.vmcsmith.lang.format.FormatOptions;
import dev.vmcsmith.lang.format.Formatter;
import dev.vmcsmith.lang.hv.HvFactory;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.plan.Finding;
import dev.vmcsmith.lang.plan.IssueCodes;
import dev.vmcsmith.lang.plan.SourceText;
import dev.vmcsmith.lang.scoping.Imports;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.emf.common.util.URI;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.resource.Resource;
import org.eclipse.emf.ecore.util.EcoreUtil;
import org.eclipse.xtext.diagnostics.AbstractDiagnostic;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.resource.IResourceFactory;
import org.eclipse.xtext.resource.XtextResource;
import org.eclipse.xtext.resource.XtextResourceSet;

/** Parses and links one file without an OSGi framework, and turns diagnostics into problems with places. */
final class SetupReader {
    private static final String GUICE_CODE = "guice_bytecode_gen_option";
    private static final String LINKING = "org.eclipse.xtext.diagnostics.Diagnostic.Linking";

    private final Path file;
    private final XtextResource resource;

    /** @param text the content of the file, as it is or as it is being edited */
    SetupReader(Path file, String text) {
        this.file = file;
        XtextResourceSet resources = Language.INJECTOR.getInstance(XtextResourceSet.class);
        URI uri = URI.createFileURI(file.toAbsolutePath().toString());
        resource = (XtextResource) Language.INJECTOR.getInstance(IResourceFactory.class).createResource(uri);
        resources.getResources().add(resource);
        try {
            resource.load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), Map.of(XtextResource.OPTION_ENCODING, "UTF-8"));
        } catch (IOException e) {
            throw new IllegalStateException("text in memory cannot be read", e);
        }
        EcoreUtil.resolveAll(resource);
    }

    /** The file as it was given. */
    Path file() {
        return file;
    }

    /** The model, complete or not. */
    Setup setup() {
        return resource.getContents().isEmpty() ? HvFactory.eINSTANCE.createSetup() : (Setup) resource.getContents().getFirst();
    }

    /** What cannot be parsed, and names that mean nothing, in the file and in those that it imports. */
    List<Problem> diagnostics() {
        List<Problem> problems = new ArrayList<>();
        for (Setup each : Imports.all(setup())) {
            Resource read = each.eResource();
            if (read != null) {
                EcoreUtil.resolveAll(read);
                Path place = place(each);
                read.getErrors().forEach(diagnostic -> problems.add(problem(diagnostic, place)));
            }
        }
        return problems;
    }

    /** The text in its layout; empty when it cannot be parsed. */
    Optional<String> format(FormatOptions options) {
        return Formatter.format(resource.getParseResult(), options);
    }

    /** The file of an object; that of the setup itself as it was given. */
    private Path place(EObject object) {
        String name = object.eResource() == null || object.eResource() == resource ? null : SourceText.file(object);
        return name == null ? file : Path.of(name);
    }

    private static Problem problem(Resource.Diagnostic diagnostic, Path file) {
        int column = Math.max(1, diagnostic.getColumn());
        int length = diagnostic instanceof AbstractDiagnostic known ? known.getLength() : 1;
        String code = diagnostic instanceof AbstractDiagnostic known ? known.getCode() : null;
        boolean own = code != null && !code.startsWith("org.eclipse");
        return new Problem(file, Math.max(1, diagnostic.getLine()), column, Math.max(1, length), Problem.Severity.ERROR,
                own ? code : LINKING.equals(code) ? IssueCodes.UNKNOWN_NAME : "SYNTAX", diagnostic.getMessage());
    }

    Problem problem(Finding finding) {
        int offset = finding.offset();
        int length = finding.length();
        if (offset < 0) {
            INode node = node(finding);
            offset = node == null ? 0 : node.getOffset();
            length = node == null ? 1 : node.getLength();
        }
        SourceText text = SourceText.of(finding.object());
        return new Problem(place(finding.object()), text.line(offset), text.column(offset), Math.max(1, length), finding.severity(),
                finding.code(),
                finding.message());
    }

    private static INode node(Finding finding) {
        if (finding.feature() != null) {
            List<INode> nodes = NodeModelUtils.findNodesForFeature(finding.object(), finding.feature());
            if (!nodes.isEmpty()) {
                return nodes.get(Math.clamp(finding.index(), 0, nodes.size() - 1));
            }
        }
        return NodeModelUtils.findActualNodeFor(finding.object());
    }

    /** The language's services, made when the first file is read. */
    private static final class Language {
        static final Injector INJECTOR = make();

        private static Injector make() {
            if (System.getProperty(GUICE_CODE) == null) {
                System.setProperty(GUICE_CODE, "DISABLED"); // reflection is quicker for one file, and needs no sun.misc.Unsafe
            }
            return HvStandaloneSetup.doSetup();
        }
    }
}
