// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide;

import com.google.common.base.Suppliers;
import com.google.inject.Injector;
import com.google.inject.Provider;
import dev.vmcsmith.lang.ide.checks.CheckOptions;
import dev.vmcsmith.lang.ide.contentassist.Completion;
import dev.vmcsmith.image.MachineConfig;
import dev.vmcsmith.lang.format.FormatOptions;
import dev.vmcsmith.lang.format.Formatter;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.ide.fixes.QuickFix;
import dev.vmcsmith.lang.ide.fixes.QuickFixes;
import dev.vmcsmith.lang.ide.folding.Fold;
import dev.vmcsmith.lang.ide.folding.Folding;
import dev.vmcsmith.lang.ide.hover.Hover;
import dev.vmcsmith.lang.ide.hover.HvHover;
import dev.vmcsmith.lang.ide.minings.LastRun;
import dev.vmcsmith.lang.ide.minings.Mining;
import dev.vmcsmith.lang.ide.minings.Minings;
import dev.vmcsmith.lang.ide.navigation.Definition;
import dev.vmcsmith.lang.ide.outline.HvOutline;
import dev.vmcsmith.lang.ide.outline.OutlineNode;
import dev.vmcsmith.lang.ide.references.Occurrence;
import dev.vmcsmith.lang.ide.references.ProjectReferences;
import dev.vmcsmith.lang.ide.references.References;
import dev.vmcsmith.lang.ide.references.Renaming;
import dev.vmcsmith.lang.ide.references.Target;
import dev.vmcsmith.lang.plan.MachinePlanner;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.SetupPlanner;
import dev.vmcsmith.vmx.CpuProfiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.eclipse.emf.common.util.URI;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;
import org.eclipse.xtext.resource.EObjectAtOffsetHelper;
import org.eclipse.xtext.resource.IResourceFactory;
import org.eclipse.xtext.resource.XtextResource;
import org.eclipse.xtext.resource.XtextResourceSet;
import org.eclipse.xtext.service.OperationCanceledManager;
import org.eclipse.xtext.util.CancelIndicator;
import org.eclipse.xtext.util.StringInputStream;
import org.eclipse.xtext.validation.CheckMode;
import org.eclipse.xtext.validation.IResourceValidator;
import org.eclipse.xtext.validation.Issue;

/**
 * All that an editor asks about a setup, answered for a snapshot of its text that need not be saved. Every call parses the snapshot anew
 * and keeps nothing, so calls may come from any thread, but none from the one that draws.
 */
public final class EditorServices {
    private final Injector injector;
    private final Provider<XtextResourceSet> resourceSets;

    private final Sources sources;
    private final DefaultCpu cpus;

    private EditorServices(Injector injector, Sources sources, DefaultCpu cpus) {
        this.injector = injector;
        this.sources = sources;
        this.cpus = cpus;
        resourceSets = injector.getProvider(XtextResourceSet.class);
    }

    /** Made when first asked for: setting the language up takes a noticeable part of a second. */
    private static final class Holder {
        static final EditorServices INSTANCE = new EditorServices(new HvIdeSetup().createInjectorAndDoEMFRegistration(),
                Sources.SAVED,
                DefaultCpu.NOT_CHOSEN);
    }

    /** The one instance of the process. */
    public static EditorServices get() {
        return Holder.INSTANCE;
    }

    /** The CPU profile that counts for a setup that names none, where nobody chooses another. */
    public static String defaultCpu() {
        return MachineConfig.DEFAULT.cpu();
    }

    /** The names of the CPU profiles that come with the language. */
    public static List<String> cpus() {
        return CpuProfiles.names();
    }

    /** The same services for somebody who edits several files: the texts that are open are read from there, all others from disk. */
    public EditorServices with(Sources open) {
        return new EditorServices(injector, open, cpus);
    }

    /** The same services for somebody who chooses the processor of setups that name none. */
    public EditorServices withCpu(DefaultCpu chosen) {
        return new EditorServices(injector, sources, chosen);
    }

    /** Whether a setup, or what it imports, names its CPU profile. */
    public boolean namesCpu(URI uri, String text) {
        XtextResource resource = parse(uri, text);
        return !resource.getContents().isEmpty() && MachinePlanner.namedCpu((Setup) resource.getContents().getFirst()) != null;
    }

    /**
     * Everything wrong with a setup.
     *
     * @param uri    where the file is, or would be: other files are found relative to it
     * @param options levels of the checks
     * @param cancel asked now and then; a cancelled check answers with nothing
     */
    public List<Issue> check(URI uri, String text, CheckOptions options, CancelIndicator cancel) {
        try {
            XtextResource resource = parse(uri, text);
            return injector.getInstance(IResourceValidator.class).validate(resource, CheckMode.ALL, cancel).stream().filter(options::keep)
                    .toList();
        } catch (RuntimeException | Error e) {
            if (injector.getInstance(OperationCanceledManager.class).isOperationCanceledException(e)) {
                return List.of();
            }
            throw e;
        }
    }

    /** The same with every check at its usual level. */
    public List<Issue> check(URI uri, String text, CancelIndicator cancel) {
        return check(uri, text, CheckOptions.DEFAULT, cancel);
    }

    /** What can be written at an offset, best first. */
    public List<ContentAssistEntry> complete(URI uri, String text, int offset) {
        return injector.getInstance(Completion.class).at(parse(uri, text), text, offset);
    }

    /** What there is to say about the text at an offset. */
    public Optional<Hover> hover(URI uri, String text, int offset) {
        XtextResource resource = parse(uri, text);
        return new HvHover(resource, Suppliers.memoize(() -> plan(resource))::get, references(), injector.getInstance(
                EObjectAtOffsetHelper.class)).at(offset);
    }

    /** Where the name at an offset is defined; at the path of an import, the start of that file. */
    public Optional<Definition> definition(URI uri, String text, int offset) {
        return Definition.at(parse(uri, text), offset, references());
    }

    /** The elements of a setup in the order of the file. */
    public List<OutlineNode> outline(URI uri, String text) {
        return HvOutline.of(parse(uri, text));
    }

    /** The text in its layout; empty when it has syntax errors. */
    public Optional<String> format(URI uri, String text, FormatOptions options) {
        return Formatter.format(parse(uri, text).getParseResult(), options);
    }

    /** Lines that can be folded. */
    public List<Fold> folds(String text) {
        return Folding.of(text);
    }

    /** Remarks on the elements of a setup. */
    public List<Mining> minings(URI uri, String text, LastRun run) {
        XtextResource resource = parse(uri, text);
        return resource.getContents().isEmpty() ? List.of() : Minings.of(plan(resource), run);
    }

    /** Repairs for a problem that {@link #check} found in the same text. */
    public List<QuickFix> fixes(URI uri, String text, String code, int offset, int length) {
        if (!QuickFixes.mayHave(code)) {
            return List.of();
        }
        XtextResource resource = parse(uri, text);
        return new QuickFixes(resource, Suppliers.memoize(() -> plan(resource))::get, at -> injector.getInstance(Completion.class)
                .at(resource, text, at).stream().map(ContentAssistEntry::getProposal).toList()).of(code, offset, length);
    }

    /** What the name at an offset stands for; empty where there is none, or one that no file defines. */
    public Optional<Target> target(URI uri, String text, int offset) {
        return references().target(parse(uri, text), offset);
    }

    /** Where the same file names what the name at an offset stands for. */
    public List<Occurrence> occurrences(URI uri, String text, int offset) {
        XtextResource resource = parse(uri, text);
        return references().target(resource, offset).map(target -> references().occurrences(resource, target)).orElse(List.of());
    }

    /**
     * Where any file names what the name at an offset stands for, the file itself first.
     *
     * @param others the other files of the project
     */
    public List<Occurrence> references(URI uri, String text, int offset, Collection<URI> others) {
        return projectReferences(others).find(uri, text, offset);
    }

    /**
     * Gives what the name at an offset stands for another name.
     *
     * @param others the other files of the project
     */
    public Renaming rename(URI uri, String text, int offset, String newName, Collection<URI> others) {
        return projectReferences(others).rename(uri, text, offset, newName);
    }

    private References references() {
        return injector.getInstance(References.class);
    }

    private ProjectReferences projectReferences(Collection<URI> others) {
        return new ProjectReferences(references(), this::parse, sources, others);
    }

    private static SetupPlan plan(XtextResource resource) {
        return SetupPlanner.plan((Setup) resource.getContents().getFirst());
    }

    private XtextResource parse(URI uri, String text) {
        return parse(uri, text, sources);
    }

    private XtextResource parse(URI uri, String text, Sources open) {
        XtextResourceSet resources = resourceSets.get();
        resources.getURIConverter().getURIHandlers().addFirst(new OpenTexts(open));
        resources.getLoadOptions().put(XtextResource.OPTION_ENCODING, StandardCharsets.UTF_8.name());
        cpus.of(uri).ifPresent(cpu -> resources.getLoadOptions().put(SetupPlanner.DEFAULT_CPU, cpu));
        XtextResource resource = (XtextResource) injector.getInstance(IResourceFactory.class).createResource(uri);
        resources.getResources().add(resource);
        try {
            resource.load(new StringInputStream(text, StandardCharsets.UTF_8.name()), resources.getLoadOptions());
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot be read", e);
        }
        return resource;
    }
}
