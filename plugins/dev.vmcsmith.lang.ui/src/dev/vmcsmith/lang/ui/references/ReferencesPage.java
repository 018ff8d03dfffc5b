// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.references;

import dev.vmcsmith.lang.ui.LangUi;
import java.util.Comparator;
import org.eclipse.jface.viewers.ArrayContentProvider;
import org.eclipse.jface.viewers.DelegatingStyledCellLabelProvider;
import org.eclipse.jface.viewers.DelegatingStyledCellLabelProvider.IStyledLabelProvider;
import org.eclipse.jface.viewers.LabelProvider;
import org.eclipse.jface.viewers.StyledString;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.jface.viewers.Viewer;
import org.eclipse.jface.viewers.ViewerComparator;
import org.eclipse.search.ui.text.AbstractTextSearchViewPage;
import org.eclipse.search.ui.text.Match;
import org.eclipse.swt.graphics.Image;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.texteditor.ITextEditor;

/** The places of a name as a list of lines. */
public class ReferencesPage extends AbstractTextSearchViewPage {
    private static final Comparator<ReferenceLine> ORDER = Comparator.comparing((ReferenceLine line) -> line.file().getFullPath().toString())
            .thenComparingInt(ReferenceLine::line);

    public ReferencesPage() {
        super(FLAG_LAYOUT_FLAT);
    }

    @Override
    protected void configureTableViewer(TableViewer viewer) {
        viewer.setContentProvider(new ArrayContentProvider() {
            @Override
            public Object[] getElements(Object input) {
                return input instanceof ReferencesResult result ? result.getElements() : super.getElements(input);
            }
        });
        viewer.setLabelProvider(new DelegatingStyledCellLabelProvider(new Labels()));
        viewer.setComparator(new ViewerComparator() {
            @Override
            public int compare(Viewer any, Object a, Object b) {
                return ORDER.compare((ReferenceLine) a, (ReferenceLine) b);
            }
        });
    }

    @Override
    protected void configureTreeViewer(TreeViewer viewer) {
        throw new IllegalStateException("the page has a table only");
    }

    @Override
    protected void elementsChanged(Object[] objects) {
        getViewer().refresh();
    }

    @Override
    protected void clear() {
        getViewer().refresh();
    }

    @Override
    protected void showMatch(Match match, int offset, int length, boolean activate) throws PartInitException {
        ReferenceLine line = (ReferenceLine) match.getElement();
        if (IDE.openEditor(getSite().getPage(), line.file(), activate) instanceof ITextEditor editor) {
            editor.selectAndReveal(offset, length);
        }
    }

    private static final class Labels extends LabelProvider implements IStyledLabelProvider {
        @Override
        public StyledString getStyledText(Object element) {
            ReferenceLine line = (ReferenceLine) element;
            return new StyledString(line.file().getName() + ":" + line.line() + "  ", StyledString.QUALIFIER_STYLER).append(line.text())
                    .append(line.definition() ? "  (definition)" : "", StyledString.DECORATIONS_STYLER);
        }

        @Override
        public Image getImage(Object element) {
            return LangUi.icon(((ReferenceLine) element).definition() ? "setup" : "reference");
        }
    }
}
