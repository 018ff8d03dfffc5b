// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide;

import com.google.inject.Injector;
import com.google.inject.Provider;
import dev.vmcsmith.lang.ide.contentassist.Completion;
import dev.vmcsmith.lang.ide.hover.Hover;
import dev.vmcsmith.lang.ide.hover.HvHover;
import dev.vmcsmith.lang.ide.navigation.Definition;
import dev.vmcsmith.lang.ide.outline.HvOutline;
import dev.vmcsmith.lang.ide.outline.OutlineNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.emf.common.util.URI;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;
import org.eclipse.xtext.resource.EObjectAtOffsetHelper;
import org.eclipse.xtext.resource.ILocationInFileProvider;
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

    private EditorServices(Injector injector) {
        this.injector = injector;
        resourceSets = injector.getProvider(XtextResourceSet.class);
    }

    /** Made when first asked for: setting the language up takes a noticeable part of a second. */
    private static final class Holder {
        static final EditorServices INSTANCE = new EditorServices(new HvIdeSetup().createInjectorAndDoEMFRegistration());
    }

    /** The one instance of the process. */
    public static EditorServices get() {
        return Holder.INSTANCE;
    }

    /**
     * Everything wrong with a setup.
     *
     * @param uri    where the file is, or would be: other files are found relative to it
     * @param cancel asked now and then; a cancelled check answers with nothing
     */
    public List<Issue> check(URI uri, String text, CancelIndicator cancel) {
        try {
            return injector.getInstance(IResourceValidator.class).validate(parse(uri, text), CheckMode.ALL, cancel);
        } catch (RuntimeException | Error e) {
            if (injector.getInstance(OperationCanceledManager.class).isOperationCanceledException(e)) {
                return List.of();
            }
            throw e;
        }
    }

    /** What can be written at an offset, best first. */
    public List<ContentAssistEntry> complete(URI uri, String text, int offset) {
        return injector.getInstance(Completion.class).at(parse(uri, text), text, offset);
    }

    /** What there is to say about the text at an offset. */
    public Optional<Hover> hover(URI uri, String text, int offset) {
        return HvHover.at(parse(uri, text), offset);
    }

    /** Where the name at an offset is defined. */
    public Optional<Definition> definition(URI uri, String text, int offset) {
        return Definition.at(parse(uri, text), offset, injector.getInstance(EObjectAtOffsetHelper.class),
                injector.getInstance(ILocationInFileProvider.class));
    }

    /** The elements of a setup in the order of the file. */
    public List<OutlineNode> outline(URI uri, String text) {
        return HvOutline.of(parse(uri, text));
    }

    private XtextResource parse(URI uri, String text) {
        XtextResourceSet resources = resourceSets.get();
        XtextResource resource = (XtextResource) injector.getInstance(IResourceFactory.class).createResource(uri);
        resources.getResources().add(resource);
        try {
            resource.load(new StringInputStream(text, StandardCharsets.UTF_8.name()),
                    Map.of(XtextResource.OPTION_ENCODING, StandardCharsets.UTF_8.name()));
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot be read", e);
        }
        return resource;
    }
}
