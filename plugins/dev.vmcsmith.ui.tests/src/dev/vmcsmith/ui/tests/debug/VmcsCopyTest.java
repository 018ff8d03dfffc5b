// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsArguments;
import dev.vmcsmith.dap.protocol.VmcsContents;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.swt.dnd.TextTransfer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fields copied out of the VMCS view are what they claim to be: a compiler makes the same values of them. */
class VmcsCopyTest extends WalkthroughSession {

    @TempDir
    Path folder;

    private VmcsViewPart copied(String menu) throws Exception {
        VmcsViewPart view = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
        launch(StopAt.VMLAUNCH);
        session.awaitStop();
        Workbench.until("the fields are shown", () -> view.explanation() == null && new VmcsTree(view).has("Guest RIP"));
        view.viewer().getTree().deselectAll();
        Widgets.menu(view.viewer().getTree(), menu);
        return view;
    }

    /** Values by encoding, without what the processor writes at VM exits. */
    private Map<Integer, String> values() {
        var answer = session.machine().request(server -> server.vmcs(VmcsArguments.current(0)));
        Workbench.until("the machine answers", answer::isDone);
        VmcsContents contents = answer.join();
        Map<Integer, String> values = new TreeMap<>();
        for (VmcsArea area : contents.areas()) {
            if (!area.id().equals("exit")) {
                for (VmcsFieldValue field : area.fields()) {
                    values.put(field.encoding(), Long.toHexString(field.value()));
                }
            }
        }
        return values;
    }

    @Test
    void copiedAsASetupTheyCompileToTheSameValues() throws Exception {
        copied("Copy as .hv");
        String fields = (String) Widgets.clipboard(TextTransfer.getInstance());
        Map<Integer, String> before = values();
        session.close();
        String setup = program.source().readString();
        int start = setup.indexOf("vmcs Guest {");
        int end = setup.indexOf("\n}\n", start);
        program.write(setup.substring(0, start) + "vmcs Guest {\n" + fields + setup.substring(end));
        launch(StopAt.VMLAUNCH);
        session.awaitStop();
        assertEquals(before, values());
    }

    @Test
    void copiedAsCTheyAreWrittenByGccsProgram() throws Exception {
        copied("Copy as C");
        String calls = (String) Widgets.clipboard(TextTransfer.getInstance());
        Files.writeString(folder.resolve("fields.c"), """
                #include <stdio.h>

                static void vmwrite(unsigned encoding, unsigned long long value)
                {
                    printf("%u %llx\\n", encoding, value);
                }

                int main(void)
                {
                """ + calls + "\n    return 0;\n}\n");
        CHypervisorProject.gcc(folder, List.of("-Wall", "-Wextra", "-Werror", "-o", "fields", "fields.c"));
        Process run = new ProcessBuilder(folder.resolve("fields").toString()).start();
        String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Map<Integer, String> written = new TreeMap<>();
        output.lines().map(line -> line.split(" ")).forEach(words -> written.put(Integer.valueOf(words[0]), words[1]));
        assertFalse(written.isEmpty());
        assertEquals(values(), written);
    }
}
