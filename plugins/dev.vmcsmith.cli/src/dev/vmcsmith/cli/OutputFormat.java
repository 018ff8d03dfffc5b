// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

/** What a command prints: for people or for programs. */
enum OutputFormat {
    TEXT, JSON;

    /** @throws BadInput for another word than {@code text} and {@code json} */
    static OutputFormat of(String word) {
        return switch (word) {
            case "text" -> TEXT;
            case "json" -> JSON;
            default -> throw new BadInput("there is no format \"" + word + "\": give text or json");
        };
    }
}
