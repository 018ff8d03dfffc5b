// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.references;

import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.ide.facts.InstructionFacts;
import dev.vmcsmith.lang.ide.facts.Registers;
import dev.vmcsmith.lang.parser.HvLexer;
import dev.vmcsmith.lang.parser.antlr.internal.InternalHvLexer;
import dev.vmcsmith.x86.Msr;
import java.util.Optional;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.Token;

/** What a name may look like. */
final class NameRules {
    private NameRules() {
    }

    /**
     * Why a text cannot be a name; empty when it can.
     *
     * @param label      whether it names a label of guest code
     * @param inAssembly whether guest code uses it
     */
    static Optional<String> check(String name, boolean label, boolean inAssembly) {
        if (name.isEmpty()) {
            return Optional.of("A name has at least one character");
        }
        if (label) {
            return name.matches("\\.?[A-Za-z_][A-Za-z0-9_]*") ? assembly(name)
                    : Optional.of("A label is a letter or _ and then letters, digits and _; a local one begins with a dot");
        }
        HvLexer lexer = new HvLexer();
        lexer.setCharStream(new ANTLRStringStream(name));
        Token token = lexer.nextToken();
        if (!token.getText().equals(name) || !Character.isLetter(name.charAt(0)) && name.charAt(0) != '_') {
            return Optional.of("A name is letters, digits and _, with single hyphens between them, and begins with a letter or _");
        }
        if (token.getType() != InternalHvLexer.RULE_ID) {
            return Optional.of("'" + name + "' is a word of the language");
        }
        if (Variable.find(name) != null || Msr.byName(name) >= 0) {
            return Optional.of("'" + name + "' is a register, VMCS field or MSR");
        }
        if (inAssembly && name.indexOf('-') >= 0) {
            return Optional.of("Guest code uses this name, and a hyphen is a minus there");
        }
        return inAssembly ? assembly(name) : Optional.empty();
    }

    private static Optional<String> assembly(String name) {
        return Registers.isRegister(name) || InstructionFacts.of(name, 32).isPresent() || InstructionFacts.of(name, 64).isPresent()
                ? Optional.of("'" + name + "' is a register or instruction in guest code") : Optional.empty();
    }
}
